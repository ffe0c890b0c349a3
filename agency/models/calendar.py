"""Calendars (ปฏิทินวันทำการ): working intervals, holidays, versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.thai import format_date


class Calendar(models.Model):
    """A working calendar (ปฏิทินวันทำการ); holidays of the calendar above count here too."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("adds to"),
        null=True,
        blank=True,
        related_name="children",
    )

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class WorkingInterval(models.Model):
    """A span of working time on a weekday; a day may hold none or several."""

    class Weekday(models.IntegerChoices):
        """ISO weekdays."""

        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, verbose_name=_("calendar"), related_name="intervals"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name = _("working interval")
        verbose_name_plural = _("working intervals")
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "weekday", "starts"], name="working_interval_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="working_interval_is_a_span",
                violation_error_message=_("Working time must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Holiday(models.Model):
    """An official holiday (วันหยุดราชการ), with where it was announced."""

    class Kind(models.TextChoices):
        """Why the day is off."""

        NATIONAL = "national", _("Public holiday")
        SUBSTITUTE = "substitute", _("In-lieu day")
        BRIDGE = "bridge", _("Bridge day by cabinet")
        LOCAL = "local", _("Local holiday")

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, verbose_name=_("calendar"), related_name="holidays"
    )
    day_on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("type"), max_length=12, choices=Kind, default=Kind.NATIONAL)
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=True)
    is_active = models.BooleanField(_("counts"), default=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day_on"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day_on"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{format_date(self.day_on)} {self.name}"


class CalendarVersion(models.Model):
    """A calendar as it stood: what a due date was computed with, and why it changed."""

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, verbose_name=_("calendar"), related_name="versions"
    )
    number = models.PositiveIntegerField(_("number"))
    facts = models.JSONField(
        _("facts"), help_text="{'intervals': [[weekday, from, to]], 'holidays': {iso day: name}}"
    )
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("made by"), null=True, blank=True
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering = ["calendar", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

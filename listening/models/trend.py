"""What topics did day by day, and the rises that somebody has to look at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from listening.models.learning import Topic
from listening.models.voice import OfUnits


class TopicDay(models.Model):
    """People who spoke about a topic on a day (ผู้แสดงความเห็นรายวัน), at a unit with those below.

    Distinct submitters, without tests and repeated templates (`text.trends.daily_counts`); written
    anew every night for the last weeks, so that the pages count nothing.
    """

    unit = models.ForeignKey("agency.Unit", models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(_("topic"), max_length=40)
    day = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("people"))

    objects = OfUnits.as_manager()

    class Meta:
        verbose_name = _("day of a topic")
        verbose_name_plural = _("days of topics")
        ordering = ["day", "code"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "code", "day"], name="topic_day_once")
        ]
        indexes = [
            models.Index(fields=["unit", "day"], include=["code", "people"], name="topic_day_of"),
            models.Index(fields=["day"], name="topic_day_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.day}"


class TopicAlert(models.Model):
    """A rise of a topic (สัญญาณหัวข้อที่เพิ่มผิดปกติ): one row from its first day to its last, seen and settled by somebody."""

    class Outcome(models.TextChoices):
        """What came of it."""

        ACTED = "acted", _("Something was done")
        WATCHED = "watched", _("It is being watched")
        NOTHING = "nothing", _("No event: a false alarm")

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+", db_index=False
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("topic"), related_name="+", db_index=False
    )
    code = models.CharField(max_length=40, help_text="Of the topic, through versions of the list.")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    peak_on = models.DateField(_("strongest day"))
    people = models.PositiveIntegerField(_("people on the strongest day"))
    expected = models.FloatField(help_text="Mean of the 28 days before the strongest day.")
    chance = models.FloatField(help_text="Of so many by accident, on the strongest day.")
    made_at = models.DateTimeField(_("found"))
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    seen_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("what came of it"), max_length=8, choices=Outcome, blank=True)
    action = models.TextField(_("what was done"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OfUnits.as_manager()

    class Meta:
        verbose_name = _("rise of a topic")
        verbose_name_plural = _("rises of topics")
        ordering = ["-first_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code", "first_on"], name="topic_alert_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("peak_on"), peak_on__lte=F("last_on")),
                name="topic_alert_days_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(settled_at=None, settled_by=None, outcome="", action=""))
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False, seen_at__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(action="")
                ),
                name="topic_alert_settled_says_what",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-first_on", "-id"], name="topic_alert_newest"),
            models.Index(
                fields=["unit", "-first_on", "-id"],
                condition=Q(settled_at=None),
                name="topic_alert_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.topic)

    def get_absolute_url(self) -> str:
        """The alert's page."""
        return reverse("listening:alert", args=[self.pk])

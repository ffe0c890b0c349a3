"""Policies: which time limits and reminders hold for which cases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.models import Role
from complaints.models.catalogue import Category, Grade, Kind


class DayUnit(models.TextChoices):
    """In what a limit is counted."""

    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class Measure(models.TextChoices):
    """What a clock measures."""

    ACKNOWLEDGE = "acknowledge", _("Acknowledgement")
    STAGE1 = "stage1", _("Answer at stage 1")
    STAGE2 = "stage2", _("Answer at stage 2")
    PROGRESS = "progress", _("Progress letter")
    IDLE = "idle", _("No progress")

    @classmethod
    def stages(cls) -> list[str]:
        """The measures that the full answer stops."""
        return [cls.STAGE1, cls.STAGE2]


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Questions about policies."""

    def current(self) -> PolicyQuerySet:
        """The versions that new cases get."""
        return self.filter(is_current=True)


class Policy(models.Model):
    """A standard (มาตรฐานระยะเวลา): limits and escalation matrix; a change makes a new version, a case keeps its own."""

    code = models.CharField(_("code"), max_length=30)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, blank=True, help_text=_("Empty: every kind.")
    )
    grade = models.ForeignKey(
        Grade, models.PROTECT, verbose_name=_("grade"), null=True, blank=True, related_name="+"
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        verbose_name=_("category"),
        null=True,
        blank=True,
        related_name="+",
    )
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Among policies that fit, the highest number wins.")
    )
    max_pause_days = models.PositiveSmallIntegerField(
        _("longest pause (working days)"),
        default=30,
        help_text=_("A case that waits longer for the complainant goes on by itself."),
    )
    max_extension_days = models.PositiveSmallIntegerField(
        _("longest extension (days)"),
        default=365,
        help_text=_("More cannot be asked for at once; counted in the days of the limit."),
    )
    needs_review = models.BooleanField(
        _("a second person looks at the answer"),
        default=False,
        help_text=_("The answer goes out when somebody other than its author has approved it."),
    )
    needs_cause = models.BooleanField(
        _("a cause is named at closing"),
        default=False,
        help_text=_("For what was upheld, partly upheld or resolved: from the list or in words."),
    )
    is_current = models.BooleanField(_("in force"), default=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["-priority", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(is_current=True),
                name="policy_one_current_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_th} (v{self.version})"


class Target(models.Model):
    """A limit of a policy, as in: acknowledge within 1 working day, the first day not counted."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="targets")
    measure = models.CharField(_("measure"), max_length=12, choices=Measure)
    days = models.PositiveSmallIntegerField(_("days"))
    unit = models.CharField(_("counted in"), max_length=8, choices=DayUnit, default=DayUnit.WORKING)
    is_first_day_counted = models.BooleanField(_("first day counts"), default=False)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["policy", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "measure"], name="target_once"),
            models.CheckConstraint(condition=models.Q(days__gte=1), name="target_at_least_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.days} {self.get_unit_display()}"


class Step(models.Model):
    """A line of the escalation matrix: so many days before or after the limit, who is told or takes over."""

    class Action(models.TextChoices):
        """What happens."""

        REMIND = "remind", _("Remind")
        ESCALATE = "escalate", _("Put before the supervisor")

    target = models.ForeignKey(Target, models.CASCADE, related_name="steps")
    offset_days = models.SmallIntegerField(
        _("days from the limit"),
        help_text=_(
            "−2: two days before, 0: at the limit, 3: three days after; counted in the days of the limit."
        ),
    )
    role = models.CharField(_("who"), max_length=20, choices=Role)
    action = models.CharField(_("action"), max_length=10, choices=Action, default=Action.REMIND)

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation matrix")
        ordering = ["target", "offset_days", "role"]
        constraints = [
            models.UniqueConstraint(fields=["target", "offset_days", "role"], name="step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.offset_days:+d} {self.get_role_display()}"

"""Clocks: each limit of a case is its own, with its own start, pauses, extensions, due date and result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.policy import DayUnit, Measure, Target

if TYPE_CHECKING:
    from datetime import datetime


class ClockQuerySet(models.QuerySet["Clock"]):
    """Questions about clocks."""

    def running(self) -> ClockQuerySet:
        """Neither stopped nor paused."""
        return self.filter(stopped_at=None, paused_at=None)

    def unstopped(self) -> ClockQuerySet:
        """Running or paused."""
        return self.filter(stopped_at=None)

    def due_by(self, at: datetime) -> ClockQuerySet:
        """Those whose next milestone has come, oldest first."""
        return self.filter(next_milestone_at__lte=at).order_by("next_milestone_at", "pk")


class Clock(models.Model):
    """One limit at work on one case (นาฬิกานับเวลา).

    `version` counts restarts (reopening, the next progress letter); `revision` counts changes of
    the due date, so that reminders for a new due date are new milestones.
    """

    class Result(models.TextChoices):
        """How it ended."""

        MET = "met", _("In time")
        MISSED = "missed", _("Late")
        DROPPED = "dropped", _("Not needed any more")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="clocks")
    measure = models.CharField(_("measure"), max_length=12, choices=Measure)
    version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveSmallIntegerField(default=1)
    target = models.ForeignKey(Target, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(help_text="The target's days when the clock started.")
    unit = models.CharField(max_length=8, choices=DayUnit)
    is_first_day_counted = models.BooleanField(default=False)
    calendar_version = models.ForeignKey("agency.CalendarVersion", models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_recorded_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=Result, blank=True)
    elapsed_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Days counted from start to stop, pauses left out."
    )
    next_milestone_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "measure", "version"], name="clock_version_once"
            ),
            models.UniqueConstraint(
                fields=["complaint", "measure"],
                condition=Q(stopped_at=None),
                name="clock_one_unstopped",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, result="", stop_recorded_at=None)
                | (Q(stopped_at__isnull=False, stop_recorded_at__isnull=False) & ~Q(result="")),
                name="clock_stopped_has_result",
            ),
            models.CheckConstraint(
                condition=Q(next_milestone_at=None) | Q(stopped_at=None, paused_at=None),
                name="clock_milestone_only_while_running",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_milestone_at", "id"],
                condition=~Q(next_milestone_at=None),
                name="clock_milestone",
            ),
            models.Index(
                fields=["measure", "stopped_at"],
                condition=~Q(stopped_at=None),
                name="clock_stopped",
            ),
            models.Index(fields=["measure", "due_at"], name="clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.measure} v{self.version}"


class ClockPause(models.Model):
    """A span in which a clock stood still: waiting for the complainant."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(until_at=None), name="pause_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=models.F("from_at")),
                name="pause_is_a_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.from_at}"


class Extension(models.Model):
    """More time (ขยายเวลา): asked with a reason, decided by a supervisor, the complainant told."""

    class State(models.TextChoices):
        """Asked, then granted or refused."""

        ASKED = "asked", _("Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("more days"))
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(state="asked"), name="extension_one_asked"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_at_least_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.days}"


class DueChange(models.Model):
    """A due date before a change and why it changed, so that it can be explained and a past cut-off told again."""

    class Why(models.TextChoices):
        """What moved it."""

        PAUSE = "pause", _("Waited for the complainant")
        EXTENSION = "extension", _("Extended")
        CALENDAR = "calendar", _("Calendar changed")
        POLICY = "policy", _("Another standard after screening")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="due_changes")
    at = models.DateTimeField()
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of a due date")
        verbose_name_plural = _("changes of due dates")
        ordering = ["pk"]
        indexes = [models.Index(fields=["clock", "at"], name="due_change_of")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.at}"

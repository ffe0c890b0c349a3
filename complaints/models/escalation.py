"""Milestones that came due, and what escalated because of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.models import Role
from complaints.models.clock import Clock, Extension
from complaints.models.complaint import Complaint
from complaints.models.fanout import SubTask
from complaints.models.policy import Step

if TYPE_CHECKING:
    from agency.models import Staff


class Milestone(models.Model):
    """A step of the escalation matrix that came due for one recipient; written once whatever sweeps overlap."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="milestones")
    clock_version = models.PositiveSmallIntegerField(
        help_text="The clock's revision: a new due date, new reminders."
    )
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    recipient = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="When the step came due.")
    reached_at = models.DateTimeField(help_text="When the sweep wrote it.")

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "clock_version", "step", "recipient"], name="milestone_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} r{self.clock_version} {self.step_id} → {self.recipient_id}"


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Questions about escalations."""

    def waiting(self) -> EscalationQuerySet:
        """Not yet looked at."""
        return self.filter(decided_at=None)

    def visible_to(self, staff: Staff) -> EscalationQuerySet:
        """Escalations of the complaints that the person may see."""
        return self.filter(complaint__in=Complaint.objects.visible_to(staff).values("pk"))


class Escalation(models.Model):
    """A case put before the supervisor or executive, and what was decided; nothing leaves the board unseen."""

    class Why(models.TextChoices):
        """What put it there."""

        DUE_SOON = "due_soon", _("Due soon")
        OVERDUE = "overdue", _("Overdue")
        NO_PROGRESS = "no_progress", _("No progress")
        STAGE2 = "stage2", _("Stage 2 asked for")
        EXTENSION = "extension", _("More time asked for")
        SUBTASK = "subtask", _("A sub-task is late")

    class Decision(models.TextChoices):
        """What the reviewer did."""

        TAKEN_OVER = "taken_over", _("Taken over")
        REASSIGNED = "reassigned", _("Given to another officer")
        INSTRUCTED = "instructed", _("Instructed")
        SENT_BACK = "sent_back", _("Sent back")
        EXTENDED = "extended", _("More time granted")
        NOT_EXTENDED = "not_extended", _("More time refused")
        REVIEWED = "reviewed", _("Reviewed")
        SETTLED = "settled", _("Settled before review")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="escalations")
    clock = models.ForeignKey(Clock, models.CASCADE, null=True, blank=True, related_name="+")
    clock_version = models.PositiveSmallIntegerField(default=1)
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="+")
    extension = models.ForeignKey(
        Extension, models.CASCADE, null=True, blank=True, related_name="+"
    )
    subtask = models.ForeignKey(
        SubTask, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    why = models.CharField(_("why"), max_length=12, choices=Why)
    level = models.CharField(_("before"), max_length=20, choices=Role, default=Role.SUPERVISOR)
    raised_at = models.DateTimeField(_("since"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=12, choices=Decision, blank=True)
    remark = models.TextField(_("remark"), blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "clock_version", "step"],
                condition=~Q(step=None),
                name="escalation_once_per_step",
            ),
            models.UniqueConstraint(
                fields=["subtask"], condition=~Q(subtask=None), name="escalation_once_per_subtask"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="escalation_decided_has_decision",
            ),
        ]
        indexes = [
            models.Index(
                fields=["raised_at", "id"], condition=Q(decided_at=None), name="escalation_waiting"
            ),
            models.Index(fields=["complaint"], name="escalation_of"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.why}"

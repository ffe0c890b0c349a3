"""What keeps matters from coming again: cases told apart, causes, corrective actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.catalogue import Cause
from complaints.models.complaint import Complaint, reach_of

if TYPE_CHECKING:
    from agency.models import Staff


class Apart(models.Model):
    """Two cases that somebody looked at and found different (ไม่ใช่เรื่องเดียวกัน); never suggested again."""

    first = models.ForeignKey(Complaint, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Complaint, models.CASCADE, related_name="+")
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("cases told apart")
        verbose_name_plural = _("cases told apart")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="apart_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    """Questions about corrective actions."""

    def visible_to(self, staff: Staff) -> CorrectiveActionQuerySet:
        """Own unit and below, and one's own; what came of a restricted case only to its named readers."""
        units, named = reach_of(staff)
        is_open = Q(complaint=None) | Q(complaint__is_restricted=False) | Q(complaint__in=named)
        return self.filter(Q(unit__in=units) | Q(owner=staff), is_open)

    def unfinished(self) -> CorrectiveActionQuerySet:
        """Planned or being done."""
        return self.filter(status__in=CorrectiveAction.Status.unfinished())


class CorrectiveAction(models.Model):
    """What is done so that a cause brings no more cases (การแก้ไขและป้องกัน): who, by when, and whether it was."""

    class Status(models.TextChoices):
        """How far it is."""

        PLANNED = "planned", _("Planned")
        DOING = "doing", _("Being done")
        DONE = "done", _("Done")
        VERIFIED = "verified", _("Verified")
        DROPPED = "dropped", _("Dropped")

        @classmethod
        def unfinished(cls) -> list[str]:
            """Still owed."""
            return [cls.PLANNED, cls.DOING]

    what = models.CharField(_("what is done"), max_length=500)
    complaint = models.ForeignKey(
        Complaint,
        models.CASCADE,
        verbose_name=_("case"),
        null=True,
        blank=True,
        related_name="actions",
    )
    cause = models.ForeignKey(
        Cause, models.PROTECT, verbose_name=_("cause"), null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    owner = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("responsible"), related_name="+"
    )
    due_on = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    result = models.TextField(_("what was done"), blank=True)
    verified_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    dropped_because = models.TextField(_("why it was dropped"), blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)  # counts the changes
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint__isnull=False) | Q(cause__isnull=False),
                name="action_has_case_or_cause",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "verified"], done_at__isnull=False)
                | Q(status__in=["planned", "doing", "dropped"], done_at=None),
                name="action_done_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(status="dropped", dropped_because__gt="")
                | (~Q(status="dropped") & Q(dropped_because="")),
                name="action_dropped_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(status__in=["planned", "doing"]),
                name="action_reminds_only_while_owed",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="action_due"),
            models.Index(fields=["owner", "due_on"], name="action_owner"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(status__in=["planned", "doing"]),
                name="action_owed",
            ),
            models.Index(
                fields=["remind_at", "id"], condition=~Q(remind_at=None), name="action_reminder"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        """The page of the action."""
        return reverse("complaints:action", args=[self.pk])

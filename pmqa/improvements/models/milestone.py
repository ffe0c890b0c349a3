"""The plan of an improvement: its milestones."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmqa.improvements.models.improvement import Improvement


class Milestone(models.Model):
    """A milestone of the plan (หมุดหมายของแผน): what, who, by when, and when it was reached."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="milestones")
    what = models.CharField(_("what is reached"), max_length=300)
    owner = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("responsible"), related_name="+"
    )
    due_on = models.DateField(_("due"))
    reached_at = models.DateTimeField(_("reached at"), null=True, blank=True)
    reached_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("milestone of an improvement")
        verbose_name_plural = _("milestones of improvements")
        ordering = ["improvement", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reached_at=None, reached_by=None)
                | Q(reached_at__isnull=False, reached_by__isnull=False),
                name="milestone_reached_has_a_name",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(reached_at=None), name="milestone_owed"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

"""What a unit does about its gaps, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmqa.assessment.models.assessment import Assessment
from pmqa.assessment.models.criteria import Box


class PlanStep(models.Model):
    """What is done to tick a box that is missing (แผนพัฒนาเพื่อปิดช่องว่าง), by whom and by when."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="plan")
    box = models.ForeignKey(Box, models.PROTECT, related_name="+")
    action = models.CharField(_("what will be done"), max_length=1000)
    owner = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("responsible"), related_name="+"
    )
    due_on = models.DateField(_("due on"))
    planned_at = models.DateTimeField(_("planned at"))
    planned_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("what came of it"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    reminded_soon_at = models.DateTimeField(null=True, blank=True)
    reminded_late_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step of the plan")
        verbose_name_plural = _("steps of the plan")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="plan_step_due", condition=Q(done_at=None))
        ]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "box"], name="plan_step_once_a_box"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="plan_step_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.action


class FollowUp(models.Model):
    """What is told of the plan 6 and 12 months after the assessment was closed (การติดตามผล)."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="followups")
    months = models.PositiveSmallIntegerField(_("months"))
    due_on = models.DateField(_("due on"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    told = models.TextField(_("progress"), blank=True, max_length=4000)
    told_at = models.DateTimeField(_("written at"), null=True, blank=True)
    told_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("follow-up of an assessment")
        verbose_name_plural = _("follow-ups of assessments")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="assess_followup_due", condition=Q(reminded_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "months"], name="assess_followup_once"),
            models.CheckConstraint(condition=Q(months__in=[6, 12]), name="assess_followup_months"),
            models.CheckConstraint(
                condition=Q(told_at=None, told_by=None, told="")
                | (Q(told_at__isnull=False, told_by__isnull=False) & ~Q(told="")),
                name="assess_followup_told_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} +{self.months}"

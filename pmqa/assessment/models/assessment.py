"""An assessment of a unit in a fiscal year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Unit
from pmqa.assessment.models.criteria import CriteriaSet

if TYPE_CHECKING:
    from agency.models import Staff


class State(models.TextChoices):
    """Draft → submitted by the unit → judged by the committee → closed."""

    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Submitted to the committee")
    JUDGED = "judged", _("Judged by the committee")
    CLOSED = "closed", _("Assessment closed")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Questions about assessments."""

    def visible_to(self, staff: Staff) -> AssessmentQuerySet:
        """Those of the own unit and of units below it, for whoever has a role."""
        if not staff.roles:
            return self.none()
        return self.filter(unit__in=Unit.objects.below(staff.unit).values("pk"))


class Assessment(models.Model):
    """A unit's self-assessment of PMQA category 3 in a fiscal year (การประเมินตนเอง หมวด 3)."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    criteria = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="assessments")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    started_at = models.DateTimeField(_("begun at"))
    started_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    judged_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField(
        _("remark"), blank=True, max_length=1000, help_text=_("Why it was sent back.")
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-assessment")
        verbose_name_plural = _("self-assessments")
        ordering = ["-fiscal_year", "unit"]
        indexes = [models.Index(fields=["fiscal_year", "id"], name="assessment_by_year")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "fiscal_year"], name="assessment_once_a_year"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, judged_at=None, closed_at=None)
                | Q(state="submitted", submitted_at__isnull=False, judged_at=None, closed_at=None)
                | Q(
                    state="judged",
                    submitted_at__isnull=False,
                    judged_at__isnull=False,
                    closed_at=None,
                )
                | Q(
                    state="closed",
                    submitted_at__isnull=False,
                    judged_at__isnull=False,
                    closed_at__isnull=False,
                ),
                name="assessment_state_has_times",
            ),
            models.CheckConstraint(
                condition=Q(judged_by=None) | ~Q(judged_by=F("submitted_by")),
                name="assessment_judged_by_another",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep_closed",
                operation=pgtrigger.Delete | pgtrigger.Update,
                condition=pgtrigger.Q(old__state="closed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.fiscal_year}"

    def get_absolute_url(self) -> str:
        """The assessment's page."""
        return reverse("assessment:detail", args=[self.pk])

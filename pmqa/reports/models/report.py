"""The monthly report: a frozen, versioned snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Unit

if TYPE_CHECKING:
    from agency.models import Staff


class State(models.TextChoices):
    """Draft → reviewed (checked by a supervisor) → approved → published; a newer published version replaces the older one."""

    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Checked")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    REPLACED = "replaced", _("Replaced by a newer version")


class ReportQuerySet(models.QuerySet["Report"]):
    """Questions about reports."""

    def visible_to(self, staff: Staff) -> ReportQuerySet:
        """Reports of the own unit and of units below it, for whoever has a role."""
        if not staff.roles:
            return self.none()
        return self.filter(unit__in=Unit.objects.below(staff.unit).values("pk"))

    def published(self) -> ReportQuerySet:
        """Those that stand as the agency's word."""
        return self.filter(state=State.PUBLISHED)


class Report(models.Model):
    """A month's category-3 report of a unit (รายงานประจำเดือน), one version of it.

    `figures` is the block that the hash seals: equal for equal month, unit and cut-off. Names of
    units and categories (`labels`) and the sentences (`words`) are kept as they were at building,
    outside the hash, because they are not figures.
    """

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    month_on = models.DateField(_("month"), help_text=_("The first day of the month."))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    cutoff_at = models.DateTimeField(
        _("data cut-off"), help_text=_("What was known at this instant.")
    )
    figures = models.JSONField(_("figures"))
    labels = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    carried = models.JSONField(
        null=True,
        help_text=_("What became of earlier points by the cut-off; empty in old versions."),
    )
    points_changed_at = models.DateTimeField(
        null=True, help_text=_("Files made before it are made anew.")
    )
    sha256 = models.CharField(_("hash of the figures"), max_length=64)
    built_at = models.DateTimeField(_("built at"))
    built_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField(_("remark"), blank=True, help_text=_("Why it was sent back."))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-month_on", "unit", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month_on", "version"], name="report_version_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "month_on"],
                condition=Q(state="published"),
                name="report_one_published",
            ),
            models.UniqueConstraint(
                fields=["unit", "month_on", "cutoff_at"], name="report_cutoff_once"
            ),
            models.CheckConstraint(condition=Q(month_on__day=1), name="report_month_is_a_first"),
            models.CheckConstraint(
                condition=Q(state="draft", reviewed_at=None, approved_at=None, published_at=None)
                | Q(
                    state="reviewed", reviewed_at__isnull=False, approved_at=None, published_at=None
                )
                | Q(
                    state="approved",
                    reviewed_at__isnull=False,
                    approved_at__isnull=False,
                    published_at=None,
                )
                | Q(
                    state__in=["published", "replaced"],
                    reviewed_at__isnull=False,
                    approved_at__isnull=False,
                    published_at__isnull=False,
                ),
                name="report_state_has_signatures",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep_published",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "replaced"]),
            ),
            # The only thing that may still happen to a published version: a newer one takes its place.
            pgtrigger.Trigger(
                name="freeze_published",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state__in=["published", "replaced"]),
                func="""
                    IF OLD.state = 'published' AND NEW.state = 'replaced'
                        AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update a published report';
                """,
            ),
            # Figures never change, in no state: a correction is a new version.
            pgtrigger.Trigger(
                name="freeze_figures",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "figures", "sha256", "cutoff_at", "month_on", "unit_id", "version", "carried"
                ),
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'pgtrigger: Cannot change the figures of a report';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month_on:%Y-%m} v{self.version}"

    def get_absolute_url(self) -> str:
        """The report's page."""
        return reverse("reports:detail", args=[self.pk])

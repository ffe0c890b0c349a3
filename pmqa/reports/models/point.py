"""Points to decide, problems with their actions, and how they go on."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pmqa.reports.models.report import Report

OF_A_FREE_REPORT = """
    IF TG_OP = 'DELETE' THEN owner_id := OLD.report_id; ELSE owner_id := NEW.report_id; END IF;
    SELECT state INTO owner_state FROM reports_report WHERE id = owner_id;
    IF owner_state IN ('published', 'replaced') THEN
        RAISE EXCEPTION 'pgtrigger: Cannot change the points of a published report';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class ReportPoint(models.Model):
    """A point to decide (ข้อเสนอเพื่อพิจารณา) or a problem with its action (ปัญหาและแผนปฏิบัติการ) of a version.

    Proposed by rule from the figures or by hand; edited while the report is a draft; decided by an
    executive; frozen when the report is published. What is done about it afterwards is `PointProgress`.
    """

    class Kind(models.TextChoices):
        """Whether an executive has to decide it."""

        DECISION = "decision", _("Point to decide")
        ACTION = "action", _("Problem and action")

    class State(models.TextChoices):
        """An action stands as soon as it is written; a point waits for its decision."""

        PROPOSED = "proposed", _("Awaits a decision")
        DECIDED = "decided", _("Decided")
        DROPPED = "dropped", _("Left out")

    report = models.ForeignKey(Report, models.CASCADE, related_name="points")
    first = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        related_name="+",
        help_text=_("The point of an older version from which it was taken over."),
    )
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State)
    words = models.JSONField(help_text=_("The point in Thai and in English."))
    is_by_rule = models.BooleanField(default=False)
    decision = models.TextField(_("decision or action"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text=_("Counts the changes."))

    class Meta:
        verbose_name = _("point of a report")
        verbose_name_plural = _("points of reports")
        ordering = ["report", "kind", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind", "place"], name="report_point_place_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | Q(
                    owner__isnull=False,
                    due_on__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decision=""),
                name="report_point_decided_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="decided"), name="report_point_due")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_report",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("owner_id", "BIGINT"), ("owner_state", "TEXT")],
                func=OF_A_FREE_REPORT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind} {self.place}"

    def get_absolute_url(self) -> str:
        """Its place on the page of the report's points."""
        return f"{reverse('reports:points', args=[self.report_id])}#point-{self.pk}"

    @property
    def root(self) -> ReportPoint:
        """The point that carries the progress: the one of the version where it was written."""
        return self.first or self

    @property
    def steps(self) -> list[PointProgress]:
        """What was done about it, the oldest first."""
        return list(self.root.progress.all())

    @property
    def body(self) -> str:
        """The point in the active language."""
        return str(self.words["en" if get_language() == "en" else "th"])


class PointProgress(models.Model):
    """What was done about a decided point (ความคืบหน้า), as its owner or a supervisor says; never changed."""

    class State(models.TextChoices):
        """Whether more is to come."""

        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Carried out")

    point = models.ForeignKey(ReportPoint, models.CASCADE, related_name="progress")
    state = models.CharField(_("state"), max_length=10, choices=State)
    note = models.TextField(_("what was done"), max_length=1000)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("progress of a point")
        verbose_name_plural = _("progress of points")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["point"], condition=Q(state="done"), name="report_point_done_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.state}"

"""What counted: one row per case of a report."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmqa.reports.models.report import Report


class ReportFact(models.Model):
    """A case as it counted in a report: codes, dates and days, no persons, no text.

    `counted` names the sums in which the case stands (`complaints.selectors.report.COUNTED`). No
    foreign key leads to the case: the figure opens its records even after the case was erased.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="facts")
    complaint_id = models.BigIntegerField()
    number = models.CharField(_("number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20)
    grade = models.CharField(_("grade"), max_length=10, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    channel = models.CharField(_("channel"), max_length=30)
    unit = models.CharField(_("unit"), max_length=20)
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    is_restricted = models.BooleanField(default=False)
    received_at = models.DateTimeField(_("received"))
    due_at = models.DateTimeField(_("due"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    days = models.IntegerField(_("working days to the answer"), null=True)
    age_days = models.IntegerField(_("working days open"), null=True)
    counted = ArrayField(models.CharField(max_length=40))
    times = models.JSONField(
        default=dict, help_text="Sums in which the case stands more than once."
    )

    class Meta:
        verbose_name = _("case of a report")
        verbose_name_plural = _("cases of reports")
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_fact_once"),
        ]
        indexes = [GinIndex(fields=["counted"], name="report_fact_counted")]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            # Rows may only come and go with a draft.
            pgtrigger.Trigger(
                name="kept_with_report",
                operation=pgtrigger.Insert | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("owner_id", "BIGINT"), ("owner_state", "TEXT")],
                func="""
                    IF TG_OP = 'DELETE' THEN owner_id := OLD.report_id; ELSE owner_id := NEW.report_id; END IF;
                    SELECT state INTO owner_state FROM reports_report WHERE id = owner_id;
                    IF owner_state IN ('published', 'replaced') THEN
                        RAISE EXCEPTION 'pgtrigger: Cannot change the records of a published report';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

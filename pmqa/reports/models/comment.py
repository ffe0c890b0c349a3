"""Remarks on a version of a report."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmqa.reports.models.report import Report


class ReportComment(models.Model):
    """A remark on a version (ความเห็นต่อรายงาน), by whoever reads it before it is published; never changed."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="comments")
    body = models.TextField(_("comment"), max_length=2000)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("comment on a report")
        verbose_name_plural = _("comments on reports")
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.at:%Y-%m-%d}"

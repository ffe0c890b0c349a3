"""The files of a report."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from pmqa.reports.models.report import Report, State


class ReportFile(models.Model):
    """A report as a file, made once for each state, because the cover carries the signatures."""

    class Format(models.TextChoices):
        """What it may be."""

        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"
        DOCX = "docx", "DOCX"
        OPEN_JSON = "open-json", "JSON"
        OPEN_CSV = "open-csv", "CSV"

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    format = models.CharField(_("format"), max_length=10, choices=Format)
    state = models.CharField(_("state"), max_length=10, choices=State)
    language = models.CharField(_("language"), max_length=2)
    file = models.FileField(upload_to="reports/%Y/%m")
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        ordering = ["report", "format"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "format", "state", "language"], name="report_file_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.format}"

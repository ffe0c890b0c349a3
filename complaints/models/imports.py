"""Rows of an import that could not be taken."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRow(models.Model):
    """A rejected row of an import: where, why and how to mend it; kept so that it can be downloaded, mended, sent again."""

    job = models.ForeignKey("agency.Job", models.CASCADE, related_name="+")
    row = models.PositiveBigIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    error = models.CharField(_("what to mend"), max_length=500)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering = ["job", "row"]
        indexes = [models.Index(fields=["job", "row"], name="import_row_of")]

    def __str__(self) -> str:
        return f"{self.row}: {self.error}"

"""Questionnaires on paper: printed in batches, each sheet with a number of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Version
from surveys.models.wave import Stratum, Wave

MOST_SHEETS = 500


class PaperBatch(models.Model):
    """A batch of printed sheets (ชุดแบบสอบถามกระดาษ): from which number, how many, where they were handed out.

    The version is fixed with the printing: what lies on the desk is keyed as it was printed.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="paper_batches")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    first_number = models.PositiveIntegerField(_("first sheet"))
    sheet_count = models.PositiveSmallIntegerField(_("sheets"))
    unit = models.ForeignKey(
        "agency.Unit",
        models.PROTECT,
        verbose_name=_("handed out by"),
        null=True,
        blank=True,
        related_name="+",
    )
    stratum = models.ForeignKey(
        Stratum, models.PROTECT, verbose_name=_("stratum"), null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("batch of sheets")
        verbose_name_plural = _("batches of sheets")
        ordering = ["wave", "-first_number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "first_number"], name="paper_batch_once"),
            models.CheckConstraint(
                condition=Q(first_number__gte=1, sheet_count__gte=1, sheet_count__lte=MOST_SHEETS),
                name="paper_batch_has_sheets",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.first_number}–{self.last_number}"

    def get_absolute_url(self) -> str:
        """Where its sheets are keyed in."""
        return reverse("surveys:paper_key", args=[self.wave_id, self.pk])

    @property
    def last_number(self) -> int:
        """The number of its last sheet."""
        return self.first_number + self.sheet_count - 1

"""Targets of the indicators."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class IndicatorTarget(models.Model):
    """A target (ค่าเป้าหมาย) for a fiscal year; a change is a new row, so that a past cut-off knows the old one."""

    measure = models.CharField(_("indicator"), max_length=40, help_text=_("As in 3.4-03:share."))
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year (B.E.)"), help_text=_("As in 2570 for October 2569 to September 2570.")
    )
    unit = models.ForeignKey(
        "agency.Unit",
        models.PROTECT,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every unit without a target of its own."),
    )
    value = models.DecimalField(_("target"), max_digits=10, decimal_places=2)
    set_at = models.DateTimeField(_("set at"), editable=False)
    set_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("target of an indicator")
        verbose_name_plural = _("targets of indicators")
        ordering = ["-fiscal_year", "measure", "-set_at"]
        indexes = [models.Index(fields=["fiscal_year", "measure"], name="target_of_year")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year__range=(2500, 2700)),
                name="target_year_is_buddhist",
                violation_error_message=_("Give the fiscal year in the Buddhist era, as in 2570."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.fiscal_year}"

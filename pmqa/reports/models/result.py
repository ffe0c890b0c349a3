"""Results 7.2: what is entered by hand, and the rule of the score."""

from __future__ import annotations

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmqa.reports.results.attainment import Band
from pmqa.reports.results.lines import LINES


class ResultEntry(models.Model):
    """A result or target of item 7.2 entered by hand (ผลลัพธ์ที่บันทึกเอง), with its source; a correction is a new row."""

    class What(models.TextChoices):
        """What the value is."""

        RESULT = "result", _("Result of the fiscal year")
        TARGET = "target", _("Target of the fiscal year")

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    line = models.CharField(
        _("result"), max_length=20, choices=[(line.code, line.name) for line in LINES]
    )
    what = models.CharField(_("what it is"), max_length=10, choices=What)
    value = models.DecimalField(
        _("value"), max_digits=14, decimal_places=2, null=True, help_text=_("Empty: withdrawn.")
    )
    source = models.CharField(_("source"), max_length=300)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("entered result")
        verbose_name_plural = _("entered results")
        ordering = ["-entered_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "fiscal_year", "line", "what"], name="result_of_year"),
            models.Index(fields=["entered_at", "id"], name="result_by_entry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(2500, 2700)), name="result_year_is_buddhist"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="result_has_a_source"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.fiscal_year} {self.what}"


class ScoreRule(models.Model):
    """How per cents become scores from a fiscal year on (เกณฑ์การให้คะแนน); a change is a new rule."""

    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year (B.E.)"), help_text=_("It counts for this fiscal year and those after it.")
    )
    set_at = models.DateTimeField(_("set at"), editable=False)
    set_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("rule of the score (7.2)")
        verbose_name_plural = _("rules of the score (7.2)")
        ordering = ["-fiscal_year", "-set_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(2500, 2700)),
                name="score_year_is_buddhist",
                violation_error_message=_("Give the fiscal year in the Buddhist era, as in 2570."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return str(self.fiscal_year)


class ScoreBand(models.Model):
    """A step of a rule (ช่วงคะแนน): up to a per cent, a fixed score or the per cent times a factor."""

    rule = models.ForeignKey(ScoreRule, models.CASCADE, related_name="bands")
    upto = models.DecimalField(
        _("up to (per cent)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: without end."),
    )
    is_inclusive = models.BooleanField(_("this per cent included"), default=True)
    score = models.DecimalField(
        _("score"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    factor = models.DecimalField(
        _("or per cent times"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("step of the score")
        verbose_name_plural = _("steps of the score")
        ordering = [models.F("upto").asc(nulls_last=True), "is_inclusive", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "upto", "is_inclusive"],
                nulls_distinct=False,
                name="score_band_once",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=False, factor=None) | Q(score=None, factor__isnull=False),
                name="score_or_factor",
                violation_error_message=_("Give either a score or a factor."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.upto}"

    def as_band(self) -> Band:
        """Return it as the pure rule knows it."""
        return Band(
            upto=self.upto, is_inclusive=self.is_inclusive, score=self.score, factor=self.factor
        )

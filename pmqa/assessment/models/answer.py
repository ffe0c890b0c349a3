"""What a unit says to an item at a level, and which boxes it and the committee tick."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pmqa.assessment.models.assessment import Assessment
from pmqa.assessment.models.criteria import Box, Item, Level


class Answer(models.Model):
    """The explanation of an item at a level (คำอธิบายผลการดำเนินงาน), and the committee's remark on it."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    explanation = models.TextField(_("explanation"), blank=True, max_length=8000)
    copied_from = models.PositiveSmallIntegerField(
        _("copied from fiscal year"),
        null=True,
        blank=True,
        help_text=_("Empty as soon as the text was changed."),
    )
    remark = models.TextField(_("committee’s remark"), blank=True, max_length=4000)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(_("written at"))
    written_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        ordering = ["item", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item", "level"], name="answer_once_a_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.item_id}/{self.level}"


class TickQuerySet(models.QuerySet["Tick"]):
    """Questions about ticks."""

    def standing(self) -> TickQuerySet:
        """Those that were not taken away."""
        return self.filter(taken_at=None)


class Tick(models.Model):
    """A ticked box (ผลการตรวจ), by the unit or by the committee; one taken away stays, so that the past can be told."""

    class Side(models.TextChoices):
        """Whose word it is."""

        UNIT = "unit", _("Self-assessment")
        COMMITTEE = "committee", _("Committee")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="ticks")
    box = models.ForeignKey(Box, models.PROTECT, related_name="+")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("taken away at"), null=True, blank=True)
    taken_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TickQuerySet.as_manager()

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "box", "side"],
                condition=Q(taken_at=None),
                name="tick_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None)
                | Q(taken_at__gte=F("at"), taken_by__isnull=False),
                name="tick_taken_after_it_was_set",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.box_id} {self.side}"

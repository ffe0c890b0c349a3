"""How long listening keeps words and contacts (ระยะเวลาเก็บรักษา), as an administrator sets it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KeepingRule(models.Model):
    """A line of the schedule (กำหนดเวลาเก็บรักษาของงานรับฟัง): what, and for how many years; then its words are erased."""

    class What(models.TextChoices):
        """What is kept; each counts from its own end."""

        VOICES = "voices", _("Voices, from the last work on them")
        HEARINGS = "hearings", _("Views and speakers of hearings, from the summary")

    what = models.CharField(_("what is kept"), max_length=8, choices=What, unique=True)
    years = models.PositiveSmallIntegerField(
        _("erased after (years)"), null=True, blank=True, help_text=_("Empty: kept for good.")
    )
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("The regulation that asks for it.")
    )

    class Meta:
        verbose_name = _("retention rule of listening")
        verbose_name_plural = _("retention rules of listening")
        ordering = ["what"]
        constraints = [
            models.CheckConstraint(
                condition=Q(years=None) | Q(years__gte=1), name="keeping_rule_a_year_or_more"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_what_display())

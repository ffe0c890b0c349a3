"""What an improvement changed, as measured."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pmqa.improvements.models.improvement import Improvement


class Measurement(models.Model):
    """A before-and-after measurement (การวัดผลก่อนและหลัง) on monthly values; kept as it was made."""

    class Verdict(models.TextChoices):
        """What the figures show; never what caused it."""

        FELL = "fell", pgettext_lazy("verdict of a measurement", "Fell")
        ROSE = "rose", pgettext_lazy("verdict of a measurement", "Rose")
        UNCHANGED = "unchanged", pgettext_lazy("verdict of a measurement", "No change shown")
        TOO_FEW = "too_few", pgettext_lazy("verdict of a measurement", "Too few months yet")

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="measurements")
    measure = models.CharField(_("measured by"), max_length=60, help_text="As 3.4-05:mean.")
    changed_on = models.DateField(_("first month with the change"))
    cutoff_at = models.DateTimeField(_("data cut-off"))
    months = models.JSONField(help_text="Pairs of month and value, null where there is none.")
    verdict = models.CharField(max_length=10, choices=Verdict)
    facts = models.JSONField(help_text="Means, effect, interval and errors, as computed.")
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("before-and-after measurement")
        verbose_name_plural = _("before-and-after measurements")
        ordering = ["improvement", "-made_at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="keep_measured", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id} {self.measure} {self.verdict}"

"""What a hearing leads to: minutes, the official answer on each issue, the published summary."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from listening.models.hearing import AgendaItem, Hearing


class Minutes(models.Model):
    """The minutes of a session (รายงานการประชุม): who came, what was agreed."""

    hearing = models.OneToOneField(Hearing, models.PROTECT, related_name="minutes")
    on_site_count = models.PositiveIntegerField(_("came in person"), default=0)
    online_count = models.PositiveIntegerField(_("came online"), default=0)
    organisations = models.TextField(_("organisations"), blank=True, help_text=_("One a line."))
    body = models.TextField(_("what was said"))
    agreements = models.TextField(_("what was agreed"), blank=True)
    written_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return str(self.hearing)


class OfficialAnswer(models.Model):
    """The agency's answer on one issue (คำชี้แจง): the views on each side, whether it changed anything, why."""

    class Change(models.TextChoices):
        """Whether the views changed anything."""

        CHANGED = "changed", _("Changed as asked")
        PARTLY = "partly", _("Changed in part")
        KEPT = "kept", _("Not changed")

    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="answer")
    support = models.TextField(_("views in support"), blank=True)
    oppose = models.TextField(_("views against"), blank=True)
    other = models.TextField(_("other views"), blank=True)
    change = models.CharField(_("what they changed"), max_length=8, choices=Change)
    why = models.TextField(_("why"))
    answered_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered at"))

    class Meta:
        verbose_name = _("official answer")
        verbose_name_plural = _("official answers")

    def __str__(self) -> str:
        return str(self.item)


class HearingSummary(models.Model):
    """A published summary (สรุปผลการรับฟังความคิดเห็น), frozen; a correction is the next number."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="summaries")
    number = models.PositiveSmallIntegerField(_("number"))
    facts = models.JSONField(_("what it says"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    reason = models.CharField(_("what was corrected"), max_length=500, blank=True)
    published_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("summary of a hearing")
        verbose_name_plural = _("summaries of hearings")
        ordering = ["hearing", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "number"], name="hearing_summary_once")
        ]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.hearing} · {self.number}"

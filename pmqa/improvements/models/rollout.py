"""The roll-out: a guideline, its versions, and what each unit has acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmqa.improvements.models.improvement import READERS, Improvement

if TYPE_CHECKING:
    from agency.models import Staff


class GuidelineVersion(models.Model):
    """A version of an improvement's guideline (แนวปฏิบัติ): the text that units follow; kept as it was sent out."""

    improvement = models.ForeignKey(Improvement, models.PROTECT, related_name="guidelines")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("guideline"))
    sent_at = models.DateTimeField(_("sent out"))
    sent_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("version of a guideline")
        verbose_name_plural = _("versions of guidelines")
        ordering = ["improvement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["improvement", "number"], name="guideline_number_once"),
        ]
        triggers = [pgtrigger.Protect(name="keep_sent", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.improvement_id} v{self.number}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Questions about what units got."""

    def visible_to(self, staff: Staff) -> ReceiptQuerySet:
        """Those of the own unit and below."""
        if not staff.has_role(*READERS):
            return self.none()
        return self.filter(unit__path__startswith=staff.unit.path)

    def in_force(self) -> ReceiptQuerySet:
        """Of versions that no newer one has replaced, in units that are still asked."""
        return self.filter(replaced_at=None)


class Receipt(models.Model):
    """A guideline sent to a unit (การแจ้งเวียนแนวปฏิบัติ), and its acknowledgement of just this version."""

    version = models.ForeignKey(GuidelineVersion, models.PROTECT, related_name="receipts")
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent out"))
    acknowledge_by = models.DateField(_("to be acknowledged by"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("guideline sent to a unit")
        verbose_name_plural = _("guidelines sent to units")
        ordering = ["version", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["version", "unit"], name="receipt_once_a_unit"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="receipt_acknowledged_has_a_name",
            ),
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="receipt_newest"),
            models.Index(fields=["unit", "sent_at"], name="receipt_of_unit"),
            models.Index(
                fields=["acknowledge_by", "id"],
                condition=Q(acknowledged_at=None, replaced_at=None),
                name="receipt_silent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.unit_id}"

    def get_absolute_url(self) -> str:
        """The unit's own page of the guideline."""
        return reverse("improvements:guideline", args=[self.pk])

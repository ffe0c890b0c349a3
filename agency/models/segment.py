"""Segments (กลุ่มผู้รับบริการและผู้มีส่วนได้ส่วนเสีย)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A group of service recipients or stakeholders (กลุ่มผู้รับบริการและผู้มีส่วนได้ส่วนเสีย)."""

    class Kind(models.TextChoices):
        """Who they are to the agency."""

        RECIPIENT = "recipient", _("Service recipients")
        STAKEHOLDER = "stakeholder", _("Stakeholders")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    kind = models.CharField(_("type"), max_length=12, choices=Kind, default=Kind.RECIPIENT)
    needs = models.TextField(_("needs"), blank=True)
    expectations = models.TextField(_("expectations"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th

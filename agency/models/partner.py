"""Agencies that matters are referred to (หน่วยงานภาคี)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class PartnerAgency(models.Model):
    """Another agency (หน่วยงานอื่น) to which matters outside our powers are referred, by name."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    contact = models.CharField(
        _("contact"),
        max_length=300,
        help_text=_("As the complainant reads it: telephone, address or website."),
    )
    reply_days = models.PositiveSmallIntegerField(
        _("answers within (working days)"),
        default=15,
        help_text=_(
            "Without an answer the officer is reminded each time so many days have passed."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("other agency")
        verbose_name_plural = _("other agencies")
        ordering = ["name_th"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reply_days__gte=1), name="partner_answers_after_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th

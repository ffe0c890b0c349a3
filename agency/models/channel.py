"""Channels (ช่องทาง)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Channel(models.Model):
    """A channel (ช่องทาง) by which people reach the agency, or the agency reaches them."""

    class Mode(models.TextChoices):
        """Who begins."""

        REACTIVE = "reactive", _("People come to us")
        PROACTIVE = "proactive", _("We go to people")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.REACTIVE)
    is_digital = models.BooleanField(_("digital"), default=False)
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    address = models.CharField(_("address or number"), max_length=300, blank=True)
    owner = models.ForeignKey(
        "agency.Unit",
        models.PROTECT,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th

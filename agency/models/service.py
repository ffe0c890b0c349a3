"""Services (บริการ) and their monthly figures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Service(models.Model):
    """A service (บริการ) of the catalogue."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("owner"), related_name="services"
    )
    segments = models.ManyToManyField(
        "agency.Segment", verbose_name=_("for"), blank=True, related_name="services"
    )
    standard_minutes = models.PositiveIntegerField(
        _("standard time (minutes)"), null=True, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th


class ServiceMonth(models.Model):
    """What a service did in a month: transactions and the time one takes."""

    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="months"
    )
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    month_on = models.DateField(_("month"), help_text=_("The first day of the month."))
    transactions = models.PositiveIntegerField(_("transactions"))
    mean_minutes = models.DecimalField(
        _("mean minutes"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("monthly figure of a service")
        verbose_name_plural = _("monthly figures of services")
        ordering = ["-month_on", "service"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "unit", "month_on"], name="service_month_once"
            ),
            models.CheckConstraint(
                condition=models.Q(month_on__day=1), name="service_month_is_a_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.month_on:%Y-%m}"

"""What the monthly figures of services said, and since when."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceReading(models.Model):
    """A monthly figure of a service as it was read (ระยะเวลาให้บริการที่อ่านได้); a corrected one is a row more.

    Monthly figures may be corrected at any time and do not say when. This does, so that the service
    time saved (3.3-06) is the same for ever at a past cut-off.
    """

    service = models.ForeignKey("agency.Service", models.PROTECT, related_name="+")
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    month_on = models.DateField(_("month"))
    transactions = models.PositiveIntegerField(_("transactions"))
    mean_minutes = models.DecimalField(_("mean minutes"), max_digits=8, decimal_places=1)
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("monthly figure of a service as read")
        verbose_name_plural = _("monthly figures of services as read")
        ordering = ["service", "unit", "month_on", "read_at", "pk"]
        indexes = [
            models.Index(
                fields=["service", "unit", "month_on", "read_at"], name="reading_of_service"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep_read", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.month_on:%Y-%m}"

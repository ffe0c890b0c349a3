"""Who came to a session: counted by a code at the door, nobody is named."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from listening.models.hearing import Hearing
from listening.models.taking_part import Way


class Attendance(models.Model):
    """One device that counted itself in at a session (การนับผู้เข้าร่วมด้วยรหัสหน้าห้อง): how it came, nothing of who or when.

    `mark` is a keyed hash of a random number that the page gave the device for this hearing alone.
    """

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="attendances")
    way = models.CharField(_("way"), max_length=6, choices=Way)
    mark = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("attendance counted at the door")
        verbose_name_plural = _("attendances counted at the door")
        ordering = ["hearing", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "mark"], name="attendance_once_a_device"),
            models.CheckConstraint(
                condition=Q(way__in=["site", "online"]), name="attendance_on_site_or_online"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

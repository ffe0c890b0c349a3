"""What keeps matters from coming again: cases told apart, causes, corrective actions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint


class Apart(models.Model):
    """Two cases that somebody looked at and found different (ไม่ใช่เรื่องเดียวกัน); never suggested again."""

    first = models.ForeignKey(Complaint, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Complaint, models.CASCADE, related_name="+")
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("cases told apart")
        verbose_name_plural = _("cases told apart")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="apart_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"

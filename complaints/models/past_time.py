"""How long the steps of the procedure really took, for everybody to see."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.catalogue import Kind
from complaints.models.policy import DayUnit, Measure


class PastTime(models.Model):
    """Days that a step took over a year (เวลาที่ใช้จริง), by kind and standard; counted anew each night.

    The public page reads these few rows whatever the number of cases.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    policy_code = models.CharField(max_length=30)
    measure = models.CharField(max_length=12, choices=Measure)
    unit = models.CharField(max_length=8, choices=DayUnit)
    since_on = models.DateField()
    until_on = models.DateField()
    n = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    median = models.FloatField()
    p90 = models.FloatField()

    class Meta:
        verbose_name = _("time that a step took")
        verbose_name_plural = _("times that the steps took")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "policy_code", "measure", "unit"], name="past_time_once"
            ),
            models.CheckConstraint(
                condition=Q(n__gte=1) & Q(in_time__lte=models.F("n")), name="past_time_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.policy_code} {self.measure}"

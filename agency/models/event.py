"""Events: what another room may care about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about events."""

    def waiting(self, at: datetime) -> EventQuerySet:
        """Not consumed yet, and not put off after a failure."""
        return self.filter(
            models.Q(not_before=None) | models.Q(not_before__lte=at), consumed_at=None
        )

    def given_up(self) -> EventQuerySet:
        """Those that failed until nobody tried any more."""
        return self.filter(~models.Q(error=""), consumed_at__isnull=False)


class Event(models.Model):
    """One thing that happened, written in the same transaction and consumed once by `pmqa.flows`."""

    kind = models.CharField(max_length=60)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject_of = GenericForeignKey("content_type", "object_id")
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="When a failed one is tried again."
    )
    error = models.CharField(
        max_length=500, blank=True, help_text="With consumed_at set: given up."
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(consumed_at=None), name="event_waiting"),
            models.Index(
                fields=["id"],
                condition=~models.Q(error="") & models.Q(consumed_at__isnull=False),
                name="event_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

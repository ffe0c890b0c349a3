"""Narrow rows that remember what later work writes over, so that a past cut-off can be told again (ADR 0006)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from listening.models.hearing import Hearing
from listening.models.learning import Topic
from listening.models.voice import Voice


class SegmentChange(models.Model):
    """The segment a voice had before it was classified anew (กลุ่มเดิมของเสียง); 3.1-06 reads it."""

    voice = models.ForeignKey(Voice, models.CASCADE, related_name="segment_changes")
    earlier = models.ForeignKey("agency.Segment", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("earlier segment of a voice")
        verbose_name_plural = _("earlier segments of voices")
        ordering = ["voice", "at", "pk"]
        indexes = [models.Index(fields=["at", "id"], name="segment_change_by_time")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class TopicChange(models.Model):
    """The topic a voice had before it was classified anew (หัวข้อเดิมของเสียง); 3.1-07 reads it."""

    voice = models.ForeignKey(Voice, models.CASCADE, related_name="topic_changes")
    earlier = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("earlier topic of a voice")
        verbose_name_plural = _("earlier topics of voices")
        ordering = ["voice", "at", "pk"]
        indexes = [models.Index(fields=["at", "id"], name="topic_change_by_time")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class HearingOpening(models.Model):
    """How often the notice of a hearing was opened on a day (จำนวนการเปิดอ่านประกาศ): a count, nothing of who."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="openings")
    on = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("times opened"), default=0)

    class Meta:
        verbose_name = _("openings of a notice")
        verbose_name_plural = _("openings of notices")
        ordering = ["hearing", "on"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "on"], name="hearing_opening_once_a_day"),
            models.CheckConstraint(condition=Q(count__gte=0), name="hearing_opening_counts"),
        ]
        indexes = [models.Index(fields=["on", "hearing"], name="hearing_opening_by_day")]

    def __str__(self) -> str:
        return f"{self.hearing_id} {self.on}"

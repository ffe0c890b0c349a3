"""Insights: what was found out, from which evidence, and who approved it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from listening.models.need import Need
from listening.models.voice import OfUnits


class Insight(models.Model):
    """A finding (ข้อค้นพบเชิงลึก) drafted from evidence, discussed, approved, handed to an improvement."""

    class State(models.TextChoices):
        """How far it came."""

        DRAFT = "draft", _("Draft")
        DISCUSSED = "discussed", _("In discussion")
        APPROVED = "approved", _("Approved")
        HANDED_OVER = "handed_over", _("Handed to an improvement")
        DROPPED = "dropped", _("Dropped")

    title = models.CharField(_("title"), max_length=200)
    finding = models.TextField(_("what we found"))
    proposal = models.TextField(_("what we propose"), blank=True)
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    segment = models.ForeignKey(
        "agency.Segment",
        models.PROTECT,
        verbose_name=_("segment"),
        null=True,
        blank=True,
        related_name="+",
    )
    service = models.ForeignKey(
        "agency.Service",
        models.PROTECT,
        verbose_name=_("service"),
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed"))
    approved_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    improvement_pk = models.BigIntegerField(
        null=True, blank=True, help_text="The id of the improvement; its room is not known here."
    )

    objects = OfUnits.as_manager()

    class Meta:
        verbose_name = _("insight")
        verbose_name_plural = _("insights")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "handed_over"])
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="insight_approved_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(state="handed_over") | Q(handed_over_at__isnull=False),
                name="insight_handed_over_has_instant",
            ),
        ]
        indexes = [models.Index(fields=["changed_at", "id"], name="insight_by_change")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The insight's page."""
        return reverse("listening:insight", args=[self.pk])


class InsightComment(models.Model):
    """What somebody said in the discussion of an insight."""

    insight = models.ForeignKey(Insight, models.CASCADE, related_name="comments")
    text = models.TextField(_("comment"))
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("comment on an insight")
        verbose_name_plural = _("comments on insights")
        ordering = ["insight", "at", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Evidence(models.Model):
    """What a need or an insight rests on: a reference to a record of any room, and what it says."""

    class Source(models.TextChoices):
        """Of which sort the record is."""

        VOICE = "voice", _("Voice")
        COMPLAINT = "complaint", _("Complaint")
        CAUSE = "cause", _("Cause of complaints")
        SURVEY = "survey", _("Survey result")
        OCCASION = "occasion", _("Outing")
        OTHER = "other", _("Something else")

    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="evidence")
    insight = models.ForeignKey(
        Insight, models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    source = models.CharField(_("source"), max_length=10, choices=Source)
    ref = models.BigIntegerField(
        _("number"),
        null=True,
        blank=True,
        help_text="The record's id; its room may not be known here.",
    )
    words = models.CharField(_("what it says"), max_length=500, help_text=_("No names."))
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False, insight=None) | Q(need=None, insight__isnull=False),
                name="evidence_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["need", "source", "ref"],
                condition=~Q(need=None) & ~Q(ref=None),
                name="evidence_once_a_need",
            ),
            models.UniqueConstraint(
                fields=["insight", "source", "ref"],
                condition=~Q(insight=None) & ~Q(ref=None),
                name="evidence_once_an_insight",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

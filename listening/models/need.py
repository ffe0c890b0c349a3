"""Needs of the segments, and the stakeholders the agency speaks with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from listening.models.voice import OfUnits


class Need(models.Model):
    """A need or expectation of a segment (ความต้องการและความคาดหวัง), with evidence, owner and review date."""

    class Kind(models.TextChoices):
        """Whether they need it or hope for it."""

        NEED = "need", _("Need")
        EXPECTATION = "expectation", _("Expectation")

    class State(models.TextChoices):
        """Whether it still stands."""

        STANDING = "standing", _("Standing")
        MET = "met", _("Met")
        DROPPED = "dropped", _("No longer wanted")

    segment = models.ForeignKey(
        "agency.Segment", models.PROTECT, verbose_name=_("segment"), related_name="+"
    )
    kind = models.CharField(_("type"), max_length=12, choices=Kind, default=Kind.NEED)
    title = models.CharField(_("title"), max_length=200)
    detail = models.TextField(_("in more words"), blank=True)
    service = models.ForeignKey(
        "agency.Service",
        models.PROTECT,
        verbose_name=_("service"),
        null=True,
        blank=True,
        related_name="+",
    )
    strength = models.PositiveSmallIntegerField(
        _("strength"), default=3, help_text=_("1 weak to 5 strong, as the owner judges.")
    )
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    owner = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("owner of the need"),
        null=True,
        blank=True,
        related_name="+",
    )
    review_on = models.DateField(_("review by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STANDING)
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed"))

    objects = OfUnits.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["review_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(strength__range=(1, 5)), name="need_strength_1_to_5")
        ]
        indexes = [models.Index(fields=["review_on", "id"], name="need_by_review")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The need's page."""
        return reverse("listening:need", args=[self.pk])


class Stakeholder(models.Model):
    """An organisation or group the agency speaks with (ผู้มีส่วนได้ส่วนเสีย)."""

    name = models.CharField(_("name"), max_length=200)
    segment = models.ForeignKey(
        "agency.Segment", models.PROTECT, verbose_name=_("segment"), related_name="+"
    )
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    owner = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("who keeps in touch"),
        null=True,
        blank=True,
        related_name="+",
    )
    contact = models.ForeignKey(
        "agency.Person",
        models.PROTECT,
        verbose_name=_("contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    influence = models.PositiveSmallIntegerField(
        _("influence"), default=2, help_text=_("1 little to 3 much.")
    )
    interest = models.PositiveSmallIntegerField(
        _("interest"), default=2, help_text=_("1 little to 3 much.")
    )
    wishes = models.TextField(_("what they wish of us"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    made_at = models.DateTimeField(_("made at"))

    objects = OfUnits.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="stakeholder_once_a_unit"),
            models.CheckConstraint(
                condition=Q(influence__range=(1, 3), interest__range=(1, 3)),
                name="stakeholder_scores_1_to_3",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="stakeholder_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The stakeholder's page."""
        return reverse("listening:stakeholder", args=[self.pk])


class Engagement(models.Model):
    """One time the agency spoke with a stakeholder (บันทึกการมีส่วนร่วม)."""

    class Kind(models.TextChoices):
        """How they spoke."""

        MEETING = "meeting", _("Meeting")
        VISIT = "visit", _("Visit")
        CALL = "call", _("Call or message")
        LETTER = "letter", _("Letter")
        HEARING = "hearing", _("Hearing")

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="engagements")
    kind = models.CharField(_("type"), max_length=10, choices=Kind, default=Kind.MEETING)
    held_on = models.DateField(_("held on"))
    summary = models.TextField(_("what was said"))
    agreed = models.TextField(_("what was agreed"), blank=True)
    next_on = models.DateField(_("next time"), null=True, blank=True)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["stakeholder", "-held_on", "-pk"]
        indexes = [
            models.Index(fields=["stakeholder", "-held_on", "-id"], name="engagement_newest")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

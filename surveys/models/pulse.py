"""Pulses and follow-ups: asking after each service, and going back to those who were not content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from surveys.models.invitation import Invitation
from surveys.models.response import Response
from surveys.models.wave import Wave

if TYPE_CHECKING:
    from datetime import datetime

    from agency.models import Staff


class Pulse(models.Model):
    """A pulse (สำรวจหลังรับบริการ): which wave is asked after which happening, and how often at most."""

    class Trigger(models.TextChoices):
        """After what it asks."""

        COMPLAINT_CLOSED = "complaint_closed", _("A complaint was closed")
        SERVICE_DONE = "service_done", _("A service ended, also by refusal or error")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="pulses")
    trigger = models.CharField(_("after"), max_length=20, choices=Trigger)
    service = models.ForeignKey(
        "agency.Service",
        models.PROTECT,
        verbose_name=_("service"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every service."),
    )
    delay_hours = models.PositiveSmallIntegerField(_("asks after (hours)"), default=0)
    valid_days = models.PositiveSmallIntegerField(_("link valid (days)"), default=14)
    throttle_days = models.PositiveSmallIntegerField(
        _("rest for a person (days)"), default=30, help_text=_("Nobody is asked more often.")
    )
    letter_th = models.TextField(
        _("letter in Thai"),
        blank=True,
        max_length=1000,
        help_text=_("The link is written below it. Empty: a usual text."),
    )
    letter_en = models.TextField(_("letter in English"), blank=True, max_length=1000)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trigger", "service"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="pulse_one_a_trigger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()}"


class PulseAsk(models.Model):
    """One happening that a pulse heard of, once: asked, or left out and why."""

    class Result(models.TextChoices):
        """What came of it."""

        ASKED = "asked", _("Asked")
        RESTING = "resting", _("Asked lately")
        UNREACHABLE = "unreachable", _("No way to ask")

    pulse = models.ForeignKey(Pulse, models.PROTECT, related_name="asks")
    source = models.CharField(
        max_length=80, help_text="What happened, as in complaint:12 or counter-a:2569-00017."
    )
    contact_hash = models.BinaryField(
        max_length=32,
        null=True,
        editable=False,
        help_text="Keyed hash of the contact, to let it rest.",
    )
    unit = models.ForeignKey("agency.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(
        "agency.Service", models.PROTECT, null=True, blank=True, related_name="+"
    )
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, null=True, blank=True, related_name="pulse_ask"
    )
    result = models.CharField(_("result"), max_length=12, choices=Result)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("pulse asked")
        verbose_name_plural = _("pulses asked")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pulse", "source"], name="pulse_ask_once"),
        ]
        indexes = [
            models.Index(
                fields=["contact_hash", "-at"],
                condition=Q(result="asked"),
                name="pulse_ask_contact",
            ),
            models.Index(fields=["at", "pulse"], name="pulse_ask_by_time"),
        ]

    def __str__(self) -> str:
        return self.source


class ServiceToken(models.Model):
    """A token by which another system tells of services that ended (โทเคน): kept as a keyed hash only."""

    pulse = models.ForeignKey(Pulse, models.PROTECT, related_name="tokens")
    name = models.CharField(_("system"), max_length=19)
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("token of a system")
        verbose_name_plural = _("tokens of systems")
        ordering = ["pulse", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pulse", "name"],
                condition=Q(revoked_at=None),
                name="service_token_name_once",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="service_token_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Questions about follow-ups."""

    def visible_to(self, staff: Staff) -> FollowUpQuerySet:
        """Follow-ups of the own unit and below."""
        if not staff.roles:
            return self.none()
        return self.filter(unit__path__startswith=staff.unit.path)

    def open(self) -> FollowUpQuerySet:
        """Not closed yet."""
        return self.filter(closed_at=None)

    def overdue(self, at: datetime) -> FollowUpQuerySet:
        """Open beyond their due date."""
        return self.open().filter(due_at__lt=at)


class FollowUp(models.Model):
    """A follow-up (ติดตามผู้ไม่พึงพอใจ): somebody who was not content and left a contact, with a working-day clock.

    After an anonymous survey it stands alone: the person left the contact apart from the answers.
    """

    class Outcome(models.TextChoices):
        """How the loop was closed (3.2-07)."""

        RESOLVED = "resolved", _("Resolved with the person")
        EXPLAINED = "explained", _("Explained to the person")
        UNREACHABLE = "unreachable", _("Could not be reached")
        DECLINED = "declined", _("Wishes no contact")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="followups")
    response = models.OneToOneField(
        Response, models.PROTECT, null=True, blank=True, related_name="followup"
    )
    person = models.ForeignKey("agency.Person", models.PROTECT, related_name="+")
    unit = models.ForeignKey("agency.Unit", models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        related_name="+",
    )
    wish = models.TextField(_("what the person wrote"), blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    calendar_version = models.ForeignKey("agency.CalendarVersion", models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(_("contacted at"), null=True, blank=True)
    contacted_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    note = models.TextField(_("what was done"), blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="followup_closed_has_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(closed_at=None), name="followup_open"
            ),
            models.Index(fields=["unit", "due_at", "id"], name="followup_of_unit"),
            models.Index(fields=["due_at", "id"], name="followup_by_due"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """The follow-up's page."""
        return reverse("surveys:followup", args=[self.pk])

    @property
    def is_in_time(self) -> bool:
        """Whether the loop was closed within the limit."""
        return self.closed_at is not None and self.closed_at <= self.due_at

"""Invitations: who may answer once, and how the asking went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.wave import Stratum, Wave


class Way(models.TextChoices):
    """How an invitation goes out."""

    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter with QR")
    HAND = "hand", _("Handed over")


class Invitation(models.Model):
    """An invitation (คำเชิญ): a single-use link, kept as a keyed hash only.

    Of an anonymous wave it says that it was spent, never when, and no response points at it.
    """

    class State(models.TextChoices):
        """How the asking went; whether it was answered says `is_spent`."""

        WAITING = "waiting", _("Not sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent: failed")
        BOUNCED = "bounced", _("Came back")
        STOPPED = "stopped", _("Asked not to be asked")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="invitations")
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    stratum = models.ForeignKey(
        Stratum, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    unit = models.ForeignKey("agency.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        "agency.Person", models.PROTECT, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail"), blank=True)
    reference = models.CharField(
        _("reference"), max_length=80, blank=True, help_text="Number of the letter or of the row."
    )
    way = models.CharField(_("sent by"), max_length=8, choices=Way, default=Way.EMAIL)
    language = models.CharField(
        _("language"), max_length=2, choices=[("th", _("Thai")), ("en", _("English"))], default="th"
    )
    weight = models.FloatField(_("design weight"), null=True, blank=True)
    known = models.JSONField(
        default=dict, blank=True, help_text="What the frame knows: column and value."
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(_("what failed"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    reminded_count = models.PositiveSmallIntegerField(_("reminders"), default=0)
    remind_at = models.DateTimeField(
        null=True, blank=True, help_text="When the next reminder is due."
    )
    is_anonymous = models.BooleanField(default=False, help_text="As the survey is.")
    is_spent = models.BooleanField(_("answered"), default=False)
    spent_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["wave", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=True, spent_at=None)
                | Q(is_anonymous=False, is_spent=False, spent_at=None)
                | Q(is_anonymous=False, is_spent=True, spent_at__isnull=False),
                name="invitation_spent_when_told",
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(is_spent=False, state="sent"),
                name="invitation_reminds_the_silent",
            ),
            models.UniqueConstraint(
                fields=["wave", "reference"],
                condition=~Q(reference=""),
                name="invitation_reference_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at", "id"], condition=~Q(remind_at=None), name="invitation_remind"
            ),
            models.Index(fields=["wave", "state", "id"], name="invitation_of_wave"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Mailing(models.Model):
    """One sending of an invitation: round 0 asks, later rounds remind; each with its own outcome."""

    class State(models.TextChoices):
        """How it went."""

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        BOUNCED = "bounced", _("Came back")
        CANCELLED = "cancelled", _("Not needed any more")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="mailings")
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    failure = models.CharField(_("what failed"), max_length=300, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["invitation", "round"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "round"], name="mailing_once_a_round"),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state="waiting"), name="mailing_waiting"
            ),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="mailing_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}/{self.round}"

"""The outbox: notices to staff, letters to persons, and the demo mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from agency.models.staff import Staff


class Outgoing(models.Model):
    """What every row of the outbox has: a unique key, what it is about, a state."""

    class State(models.TextChoices):
        """pending → claimed → sent, failed or cancelled."""

        PENDING = "pending", _("Waiting")
        CLAIMED = "claimed", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60, help_text="As registered with agency.notices.register.")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject_of = GenericForeignKey("content_type", "object_id")
    url = models.CharField(max_length=300, blank=True)
    data = models.JSONField(
        default=dict, help_text="Ids, numbers and codes for the sentence; no personal data."
    )
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def visible_to(self, staff: Staff) -> NoticeQuerySet:
        """A notice is its recipient's."""
        return self.filter(recipient=staff)

    def shown(self, at: datetime) -> NoticeQuerySet:
        """Those whose hour has come and whose matter was not settled before; a retry stays shown."""
        due = models.Q(not_before__lte=at) | models.Q(attempts__gt=0)
        return self.filter(due).exclude(state=Outgoing.State.CANCELLED)


class Notice(Outgoing):
    """A notice (แจ้งเตือน) to a member of staff: bell and e-mail, in working hours, no personal data of citizens."""

    recipient = models.ForeignKey("agency.Staff", models.CASCADE, related_name="notices")
    on_behalf_of = models.ForeignKey(
        "agency.Staff", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-not_before", "-pk"]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(state="pending"),
                name="notice_pending",
            ),
            models.Index(
                fields=["claimed_at"], condition=models.Q(state="claimed"), name="notice_claimed"
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="notice_failed"),
            models.Index(fields=["recipient", "-not_before", "-id"], name="notice_bell"),
            models.Index(
                fields=["recipient"], condition=models.Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=["content_type", "object_id"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return self.key


class Letter(Outgoing):
    """A letter (หนังสือแจ้ง) to a person: by the way the person chose, at once, only that person's own data."""

    class Way(models.TextChoices):
        """How it reached the person."""

        PAGE = "page", _("Tracking page")
        EMAIL = "email", _("E-mail")

    person = models.ForeignKey("agency.Person", models.PROTECT, related_name="letters")
    way = models.CharField(_("sent by"), max_length=10, choices=Way, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-not_before", "-pk"]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(state="pending"),
                name="letter_pending",
            ),
            models.Index(
                fields=["claimed_at"], condition=models.Q(state="claimed"), name="letter_claimed"
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="letter_failed"),
            models.Index(fields=["content_type", "object_id"], name="letter_about"),
        ]

    def __str__(self) -> str:
        return self.key


class Mail(models.Model):
    """A mail in the demo mailbox: what would have gone out, where no mail server is set."""

    message_id = models.CharField(max_length=200, db_index=True)
    to = models.CharField(_("to"), max_length=500)
    subject = models.CharField(_("subject"), max_length=500)
    body = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("demo mailbox")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="mail_newest")]

    def __str__(self) -> str:
        return self.subject

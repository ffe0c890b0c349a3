"""What is said on a case: with the complainant, and among staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agency.models import Attachment


class Message(models.Model):
    """A line of the thread (ข้อความ); notes and instructions never leave the house."""

    class Kind(models.TextChoices):
        """Who says what to whom."""

        ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
        QUESTION = "question", _("Question to the complainant")
        REPLY = "reply", _("Reply of the complainant")
        PROGRESS = "progress", _("Progress letter")
        ANSWER = "answer", _("Answer")
        NOTE = "note", _("Internal note")
        INSTRUCTION = "instruction", _("Instruction")
        REJECTION = "rejection", _("Why it is not accepted")
        REFERRAL = "referral", _("Referral to another agency")
        AGENCY_ANSWER = "agency_answer", _("Answer of the other agency")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        SPLIT = "split", _("Split into several cases")
        DRAFT = "draft", _("Drafted answer")
        SUBTASK_REPLY = "subtask_reply", _("Reply to a sub-task")

        @classmethod
        def public(cls) -> list[str]:
            """What the complainant sees."""
            return [
                cls.ACKNOWLEDGEMENT,
                cls.QUESTION,
                cls.REPLY,
                cls.PROGRESS,
                cls.ANSWER,
                cls.REJECTION,
                cls.REFERRAL,
                cls.AGENCY_ANSWER,
                cls.WITHDRAWAL,
                cls.SPLIT,
            ]

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="messages")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    body = models.TextField(_("text"))
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    files = models.ManyToManyField("agency.Attachment", related_name="+", blank=True)

    files_at_hand: Sequence[Attachment] = ()  # read with the case, for the desk

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        indexes = [models.Index(fields=["complaint", "id"], name="message_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["reply", "acknowledgement", "withdrawal"])
                | Q(by__isnull=False),
                name="message_of_staff_has_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"

    @property
    def is_theirs(self) -> bool:
        """Whether the complainant wrote it."""
        return self.by_id is None and self.kind in {self.Kind.REPLY, self.Kind.WITHDRAWAL}

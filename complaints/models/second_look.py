"""A second person's look at an answer before it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.thread import Message

if TYPE_CHECKING:
    from agency.models import Staff


class AnswerReviewQuerySet(models.QuerySet["AnswerReview"]):
    """Questions about drafted answers."""

    def waiting(self) -> AnswerReviewQuerySet:
        """Not looked at yet."""
        return self.filter(decided_at=None)

    def visible_to(self, staff: Staff) -> AnswerReviewQuerySet:
        """Drafts of the complaints that the person may see."""
        return self.filter(complaint__in=Complaint.objects.visible_to(staff).values("pk"))


class AnswerReview(models.Model):
    """A drafted answer before another person (เสนอตรวจคำตอบ), and what that person said; the clock runs on."""

    class Decision(models.TextChoices):
        """What became of the draft."""

        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        TAKEN_BACK = "taken_back", _("Taken back")
        DROPPED = "dropped", _("Not needed any more")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="reviews")
    draft = models.OneToOneField(Message, models.CASCADE, related_name="+")
    drafted_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("since"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = AnswerReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of an answer")
        verbose_name_plural = _("reviews of answers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at=None), name="answer_review_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="", decided_by=None)
                | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="answer_review_decided_has_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["approved", "returned"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=models.F("drafted_by"))),
                name="answer_review_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at", "id"], condition=Q(decided_at=None), name="answer_review_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.decision or 'waits'}"

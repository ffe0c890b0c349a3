"""How a case ends without an answer to the matter: not accepted, referred, withdrawn."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint, Status


class RejectionReason(models.Model):
    """A reason for which a matter is not accepted (เหตุไม่รับเรื่อง), with what the person can do next."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    next_step_th = models.TextField(_("next step in Thai"))
    next_step_en = models.TextField(_("next step in English"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reason for not accepting")
        verbose_name_plural = _("reasons for not accepting")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th

    @property
    def next_step(self) -> str:
        """What the complainant can do instead, in the language in force."""
        is_english = get_language() == "en" and self.next_step_en
        return self.next_step_en if is_english else self.next_step_th


class Ending(models.Model):
    """One ending without an answer as it was; a reopening leaves it, so that past months keep their figures."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="endings")
    how = models.CharField(_("how"), max_length=12, choices=Status)
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.ForeignKey(
        RejectionReason, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("ending without an answer")
        verbose_name_plural = _("endings without an answer")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how="rejected", reason__isnull=False)
                | Q(how__in=["referred", "withdrawn"], reason=None),
                name="ending_rejected_has_reason",
            ),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(reopened_at=None), name="ending_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at"], name="ending_at"),
            models.Index(fields=["recorded_at"], name="ending_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.how}"


class Referral(models.Model):
    """A matter sent to another agency (ส่งต่อหน่วยงานอื่น), kept until that agency answers or we take it back."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="referrals")
    agency = models.ForeignKey("agency.PartnerAgency", models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()
    referred_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    remind_at = models.DateTimeField(
        null=True, blank=True, help_text="When the officer is reminded that no answer has come."
    )
    reminded_count = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(_("answer of the agency"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True, help_text="The case was reopened.")

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(answered_at=None, recalled_at=None),
                name="referral_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="referral_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(answered_at=None, recalled_at=None),
                name="referral_reminds_only_while_waiting",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at", "id"],
                condition=~Q(remind_at=None),
                name="referral_reminder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} → {self.agency_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether the agency has not answered yet."""
        return self.answered_at is None and self.recalled_at is None

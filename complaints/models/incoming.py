"""Letters that bring a complaint: what stands at their head, and their text for the search."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint


class IncomingLetter(models.Model):
    """The letter by which a complaint came (หนังสือที่รับ): from the complainant or from another agency."""

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="letter"
    )
    number = models.CharField(_("number of the letter"), max_length=100, blank=True)
    number_key = models.CharField(max_length=100, blank=True, editable=False)
    dated_on = models.DateField(_("date of the letter"), null=True, blank=True)
    agency = models.ForeignKey(
        "agency.PartnerAgency",
        models.PROTECT,
        verbose_name=_("sent by the agency"),
        null=True,
        blank=True,
        related_name="+",
    )
    reply_by_on = models.DateField(_("the agency asks for an answer by"), null=True, blank=True)
    remind_at = models.DateTimeField(
        null=True, blank=True, help_text="When the desk is told of that day next."
    )
    text = models.TextField(_("text of the letter"), blank=True)

    class Meta:
        verbose_name = _("incoming letter")
        verbose_name_plural = _("incoming letters")
        indexes = [
            models.Index(
                fields=["number_key", "dated_on"],
                condition=~models.Q(number_key=""),
                name="incoming_letter_number",
            ),
            models.Index(
                fields=["remind_at", "complaint"],
                condition=~models.Q(remind_at=None),
                name="incoming_letter_reminder",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(remind_at=None) | models.Q(reply_by_on__isnull=False),
                name="incoming_letter_reminds_of_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.number}"

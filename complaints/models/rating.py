"""What the complainant says of how the matter was handled, once it was answered."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint


class Rating(models.Model):
    """A rating of the handling (คะแนนความพึงพอใจต่อการดำเนินการ), 1 to 5; indicator 3.4-11.

    A change is a row of its own, so that a past cut-off can be told again (ADR 0006): an answer is
    rated once, on the day of its first row, and the last row known at a cut-off says how.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="ratings")
    answered_at = models.DateTimeField(help_text="The answer that is rated.")
    score = models.PositiveSmallIntegerField(_("rating by the complainant"))
    comment = models.TextField(_("comment on the rating"), blank=True)
    first_at = models.DateTimeField(help_text="When this answer was rated for the first time.")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_1_to_5"),
            models.CheckConstraint(condition=Q(at__gte=F("first_at")), name="rating_in_order"),
        ]
        indexes = [models.Index(fields=["first_at"], name="rating_first_at")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.score}"

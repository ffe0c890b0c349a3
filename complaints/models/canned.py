"""Canned replies: what a unit writes again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.units import line_of

if TYPE_CHECKING:
    from agency.models import Staff, Unit

# What a text can speak of, by the name that stands between braces.
CANNED_FIELDS = {
    "number": _("number of the case"),
    "subject": _("subject of the case"),
    "name": _("the complainant’s name; where it is hidden, a polite form without it"),
    "officer": _("officer of the case"),
    "unit": _("owning unit"),
    "phone": _("phone of the unit"),
    "received": _("day of receipt"),
    "due": _("day by which the answer is due"),
    "today": _("day on which the text is used"),
}


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    """Questions about canned replies."""

    def visible_to(self, staff: Staff) -> CannedReplyQuerySet:
        """The sets of the own unit, of those above, which it inherits, and of those below."""
        above = Q(unit__in=line_of(staff.unit))
        return self.filter(above | Q(unit__path__startswith=staff.unit.path))

    def of(self, unit: Unit) -> CannedReplyQuerySet:
        """What a case of this unit can use: its own set and those above."""
        return self.filter(unit__in=line_of(unit), is_active=True)

    def fit_for(self, verb: str) -> CannedReplyQuerySet:
        """What is meant for a verb, or for any."""
        return self.filter(use__in=[verb, CannedReply.Use.ANY])


class CannedReply(models.Model):
    """A canned reply (ข้อความสำเร็จรูป) of a unit; the units below inherit it."""

    class Use(models.TextChoices):
        """Which kind of message it is for; the values are the verbs."""

        ANY = "any", _("Any message")
        ACKNOWLEDGE = "acknowledge", _("Acknowledgement")
        ASK = "ask", _("Question to the complainant")
        PROGRESS = "send_progress", _("Progress letter")
        ANSWER = "answer", _("Answer")
        REJECT = "reject", _("Why it is not accepted")
        REFER = "refer", _("Referral to another agency")
        NOTE = "note", _("Internal note")

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    use = models.CharField(_("for"), max_length=14, choices=Use, default=Use.ANY)
    title = models.CharField(_("title"), max_length=120)
    body_th = models.TextField(_("Thai text"), blank=True)
    body_en = models.TextField(_("English text"), blank=True)
    used_count = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title"],
                name="canned_title_once",
                violation_error_message=_("The unit has a canned reply of this title already."),
            ),
            models.CheckConstraint(
                condition=~Q(body_th="", body_en=""),
                name="canned_says_something",
                violation_error_message=_("Write the text in Thai or in English."),
            ),
        ]
        indexes = [models.Index(fields=["-used_count", "-id"], name="canned_most_used")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is read and changed."""
        return reverse("complaints:canned_reply", args=[self.pk])

    def text_in(self, language: str) -> str:
        """The text in a language, in the other one where there is none."""
        first, second = self.body_th, self.body_en
        return (second or first) if language == "en" else (first or second)

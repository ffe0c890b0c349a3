"""Who gets a published report by mail, and the mails."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agency.models.notice import Outgoing


class Recipient(models.Model):
    """A recipient of a unit's reports (ผู้รับรายงาน): a colleague, a committee, an office outside."""

    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("A person or an office."))
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="th"
    )
    is_active = models.BooleanField(_("gets reports"), default=True)

    class Meta:
        verbose_name = _("recipient of reports")
        verbose_name_plural = _("recipients of reports")
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint("unit", Lower("email"), name="recipient_once_for_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportMail(Outgoing):
    """A published report on its way to a recipient: one row for each, whatever is killed or pressed twice."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="mails")

    class Meta:
        verbose_name = _("mail of a report")
        verbose_name_plural = _("mails of reports")
        ordering = ["-not_before", "-pk"]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(state="pending"),
                name="reportmail_pending",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=models.Q(state="claimed"),
                name="reportmail_claimed",
            ),
            models.Index(fields=["content_type", "object_id"], name="reportmail_about"),
        ]

    def __str__(self) -> str:
        return self.key

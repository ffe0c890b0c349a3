"""The demo mailbox: keeps mail as rows that admins read, where no mail server is set."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from agency.models import Mail


class MailboxBackend(BaseEmailBackend):
    """Takes mail as a mail server would and writes it down."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; returns how many."""
        return len(Mail.objects.bulk_create([as_row(message) for message in email_messages]))


def as_row(message: EmailMessage) -> Mail:
    """Return a message as its recipient would read it; the mailbox stamps it, as a mail server does."""
    return Mail(
        message_id=message.extra_headers.get("Message-ID", "")[:200],
        to=", ".join(message.recipients())[:500],
        subject=str(message.subject)[:500],
        body=str(message.body),
        at=timezone.now(),  # noqa: TID251
    )

"""The demo mailbox: takes what a mail server would take; admins read it."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from agency import notices, outbox
from agency.models import Mail
from tests.factories.agency import NoticeFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mailbox(settings):
    """No mail server is set."""
    settings.EMAIL_BACKEND = "agency.mailbox.MailboxBackend"


def test_mail_lies_in_the_mailbox():
    sent = mail.send_mail("เรื่อง", "ข้อความ", None, ["a@agency.example", "b@agency.example"])

    row = Mail.objects.get()
    assert sent == 1
    assert (row.to, row.subject, row.body) == (
        "a@agency.example, b@agency.example",
        "เรื่อง",
        "ข้อความ",
    )


def test_the_outbox_sends_there(notice_kind):
    notice_kind("test")
    notice = NoticeFactory(not_before=NOW, data={"n": 3})

    notices.send_pending(at=NOW)

    notice.refresh_from_db()
    row = Mail.objects.get()
    assert (notice.state, row.to, row.subject) == ("sent", notice.recipient.email, "เรื่องที่ 3")
    assert row.message_id == outbox.message_id(notice.key)

"""The demo mailbox: takes what a mail server would take; admins read it."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from agency import notices, outbox
from agency.models import Mail
from tests.factories.agency import AdminFactory, MailFactory, NoticeFactory, SupervisorFactory

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


@pytest.fixture
def admin(client):
    """An administrator who is logged in and reads English."""
    admin = AdminFactory(language="en")
    client.force_login(admin)
    return admin


@pytest.mark.parametrize("item_count", [1, 3])
def test_mailbox_asks_the_same_few_questions(client, admin, item_count, django_assert_num_queries):
    mails = [MailFactory(subject=f"เรื่องที่ {number}") for number in range(item_count)]

    client.get("/agency/mailbox/")  # fills the caches
    with django_assert_num_queries(4):  # session, person, saved views, mails
        response = client.get("/agency/mailbox/")

    assert response.context["page"].rows == mails[::-1]


def test_mailbox_can_be_searched(client, admin):
    wanted = MailFactory(subject="รายงานประจำเดือน", to="a@agency.example")
    MailFactory(subject="เตือน", to="b@agency.example")

    for words in ("ประจำ", "A@AGENCY"):
        response = client.get("/agency/mailbox/", {"q": words})
        assert response.context["page"].rows == [wanted]


def test_a_mail_is_shown_as_text(client, admin):
    mail = MailFactory(subject="เรื่อง", body="<b>หนา</b>\n\nhttp://portal.example/x")

    page = client.get(f"/agency/mailbox/{mail.pk}/").content.decode()

    assert "&lt;b&gt;หนา&lt;/b&gt;" in page
    assert '<a href="http://portal.example/x"' in page


def test_mailbox_is_for_admins_only(client):
    client.force_login(SupervisorFactory())
    mail = MailFactory()

    pages = ["/agency/mailbox/", f"/agency/mailbox/{mail.pk}/"]
    assert [client.get(page).status_code for page in pages] == [403, 403]

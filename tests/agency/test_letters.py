"""Letters: the way a person chose, the person's language, once."""

from datetime import UTC, datetime

import pytest
from django.db.transaction import TransactionManagementError

from agency import letters, outbox
from agency.models import Letter, Person
from tests.factories.agency import LetterFactory, PersonFactory, UnitFactory

NOW = datetime(2026, 4, 11, 16, 0, tzinfo=UTC)  # Saturday, 23:00 in Bangkok
EMAIL = Person.PreferredChannel.EMAIL

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind(letter_kind):
    """A kind of letter without a check."""
    return letter_kind("test")


def test_a_letter_by_mail_waits_for_the_sender_at_any_hour():
    person, unit = PersonFactory(preferred_channel=EMAIL), UnitFactory()

    letters.enqueue_letter(unit, "test", person=person, at=NOW, key="k", number="ร 1/2569")

    letter = Letter.objects.get()
    assert (letter.subject_of, letter.person, letter.data) == (unit, person, {"number": "ร 1/2569"})
    assert (letter.key, letter.state, letter.way) == (f"k:p{person.pk}", "pending", "email")
    assert letter.not_before == NOW


@pytest.mark.parametrize(
    "wish",
    [
        {"preferred_channel": "page"},
        {"preferred_channel": "post"},
        {"preferred_channel": "phone"},
        {"preferred_channel": "email", "email": ""},
    ],
)
def test_a_letter_without_mail_stands_on_the_page_at_once(wish):
    letters.enqueue_letter(UnitFactory(), "test", person=PersonFactory(**wish), at=NOW, number="1")

    letter = Letter.objects.get()
    assert (letter.state, letter.way, letter.sent_at) == ("sent", "page", NOW)


def test_the_same_key_is_the_same_letter():
    person, unit = PersonFactory(), UnitFactory()

    letters.enqueue_letter(unit, "test", person=person, at=NOW, key="k", number="1")
    letters.enqueue_letter(unit, "test", person=person, at=NOW, key="k", number="2")
    letters.enqueue_letter(unit, "test", person=person, at=NOW, number="3")

    numbers = [letter.data["number"] for letter in Letter.objects.order_by("pk")]
    assert numbers == ["1", "3"]


@pytest.mark.django_db(transaction=True)
def test_enqueue_letter_refuses_to_run_outside_a_transaction():
    unit, person = UnitFactory(), PersonFactory()

    with pytest.raises(TransactionManagementError):
        letters.enqueue_letter(unit, "test", person=person, at=NOW)


def test_an_unknown_kind_is_a_fault_of_the_program():
    with pytest.raises(LookupError):
        letters.enqueue_letter(UnitFactory(), "unknown", person=PersonFactory(), at=NOW)


def test_send_mails_a_waiting_letter_once(smtp_server):
    letter = LetterFactory(not_before=NOW, data={"number": "ร 1/2569"}, way="email")

    sent = [letters.send_pending(at=NOW), letters.send_pending(at=NOW)]

    letter.refresh_from_db()
    assert (sent, letter.state, letter.sent_at) == ([1, 0], "sent", NOW)
    (mail,) = smtp_server.mails
    assert mail.recipients == [letter.person.email]
    assert mail.message["Subject"] == "แจ้งผล ร 1/2569"
    assert mail.message.get_content().splitlines() == ["เรื่อง ร 1/2569 แล้วเสร็จ"]
    assert mail.message_id == outbox.message_id(letter.key)


def test_a_letter_speaks_the_persons_language(smtp_server, monkeypatch):
    from django.utils.translation import get_language

    words = letters.Kind(
        subject_line=lambda data: get_language(), body=lambda data: "", still_stands=None
    )
    monkeypatch.setitem(letters.KINDS, "speaks", words)
    for language in ("th", "en"):
        LetterFactory(not_before=NOW, kind="speaks", person__language=language)

    letters.send_pending(at=NOW)

    assert [mail.message["Subject"] for mail in smtp_server.mails] == ["th", "en"]


def test_a_person_erased_meanwhile_gets_no_mail(smtp_server):
    letter = LetterFactory(not_before=NOW, data={"number": "1"}, person__email="")

    letters.send_pending(at=NOW)

    letter.refresh_from_db()
    assert (letter.state, smtp_server.mails) == ("sent", [])


def test_what_does_not_stand_any_more_is_cancelled(smtp_server, letter_kind):
    letter_kind("settling", still_stands=lambda rows: set())
    letter = LetterFactory(not_before=NOW, kind="settling", data={"number": "1"})

    letters.send_pending(at=NOW)

    letter.refresh_from_db()
    assert (letter.state, smtp_server.mails) == ("cancelled", [])


def test_words_of_a_letter_for_the_page():
    letter = LetterFactory(data={"number": "ร 1/2569"})

    assert letters.words_of(letter) == ("แจ้งผล ร 1/2569", "เรื่อง ร 1/2569 แล้วเสร็จ")

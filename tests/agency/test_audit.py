"""The audit trail: what an entry says, and that the database lets nobody change it."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from agency import acting, audit
from agency.models import AuditEntry
from tests.factories.agency import AuditEntryFactory, StaffFactory, UnitFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def refused(statement):
    """Run a statement as anybody with a database shell could; tell whether the database refuses it."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
        except DatabaseError:
            return True
    return False


def test_record_says_who_did_what_when_and_why():
    unit, alice = UnitFactory(), StaffFactory()

    entry = audit.record(unit, "moved", by=alice, at=NOW, reason="ปรับโครงสร้าง", old=7, new=9)

    entry.refresh_from_db()
    assert (entry.subject_of, entry.verb, entry.by, entry.at) == (unit, "moved", alice, NOW)
    assert (entry.reason, entry.data, entry.address) == ("ปรับโครงสร้าง", {"old": 7, "new": 9}, None)


def test_record_keeps_the_first_thousand_letters_of_a_reason():
    entry = audit.record(UnitFactory(), "moved", by=None, at=NOW, reason="ก" * 1001)

    assert entry.reason == "ก" * 1000


def test_record_many_writes_every_draft():
    first, second = UnitFactory(), UnitFactory()
    drafts = [
        audit.AuditDraft(subject=unit, verb="seen", by=None, at=NOW, facts={"n": n})
        for n, unit in enumerate([first, second])
    ]

    written = audit.record_many(drafts)

    assert written == 2
    assert list(AuditEntry.objects.order_by("pk").values_list("object_id", "data")) == [
        (first.pk, {"n": 0}),
        (second.pk, {"n": 1}),
    ]


def test_entries_of_are_the_subjects_own_newest_first():
    unit, alice = UnitFactory(), StaffFactory()
    AuditEntryFactory(subject_of=UnitFactory())
    audit.record(unit, "first", by=alice, at=NOW)
    audit.record(unit, "second", by=alice, at=NOW)

    assert [entry.verb for entry in audit.entries_of(unit)] == ["second", "first"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agency_auditentry SET verb = 'nothing'",
        "UPDATE agency_auditentry SET by_id = NULL WHERE verb = 'looked_at'",
        "DELETE FROM agency_auditentry",
        "TRUNCATE agency_auditentry",
        "TRUNCATE agency_auditentry CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_trail(statement):
    AuditEntryFactory()

    assert refused(statement)
    assert AuditEntry.objects.filter(verb="looked_at").count() == 1


def test_the_database_takes_new_entries():
    entry = AuditEntryFactory()

    assert AuditEntry.objects.get() == entry


def test_the_orm_cannot_change_the_trail_either():
    entry = AuditEntryFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()

    entry.verb = "nothing"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save(update_fields=["verb"])


def test_staff_leave_their_address_and_the_system_leaves_none():
    unit, alice = UnitFactory(), StaffFactory()

    with audit.acting_from("203.0.113.7"):
        by_alice = audit.record(unit, "moved", by=alice, at=NOW)
        by_nobody = audit.record(unit, "moved", by=None, at=NOW)
    later = audit.record(unit, "moved", by=alice, at=NOW)

    assert [entry.address for entry in (by_alice, by_nobody, later)] == ["203.0.113.7", None, None]


def address_seen(user, **headers):
    """Return the address that the middleware lets an entry see."""
    request = RequestFactory().get("/", **headers)
    request.user = user
    return acting.acting_middleware(lambda _request: acting.current_address())(request)


def test_middleware_notes_the_address_of_staff():
    assert address_seen(StaffFactory(), REMOTE_ADDR="203.0.113.7") == "203.0.113.7"


def test_middleware_notes_nothing_of_a_visitor():
    from django.contrib.auth.models import AnonymousUser

    assert address_seen(AnonymousUser(), REMOTE_ADDR="203.0.113.7") is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.7"),  # nobody in front: the header is the caller's own claim
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # what the caller claims counts nothing
        (2, "198.51.100.1, 192.0.2.5", "198.51.100.1"),
        (1, "nonsense", None),
        (2, "198.51.100.1", "203.0.113.7"),
    ],
)
def test_address_behind_proxies(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="203.0.113.7"
    )

    assert acting.address_of(request) == expected

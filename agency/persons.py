"""Persons outside the agency: recorded once, masked by default, revealed with a reason, erased in time.

Reveal, merge and erasure leave an audit entry with the reason and without the data (PDPA B.E. 2562).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.th import pin

from agency import audit, crypto, masking, thai
from agency.models import Person, Staff
from agency.refusal import Refused

REASON_LENGTH = 10
CONTACTS = ("name", "phone", "email", "address", "accessibility_needs")
CHOICES = ("preferred_channel", "language")


@dataclass(frozen=True, kw_only=True)
class PersonData:
    """What a person told us, in plain text; never kept, logged or put into a notice."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    national_id: str = ""
    preferred_channel: str = Person.PreferredChannel.PAGE
    language: str = "th"
    accessibility_needs: str = ""


# National IDs


def national_id(text: str) -> str:
    """Return the 13 digits of a national ID, however they were typed; refuse a wrong check digit."""
    try:
        return pin.validate(thai.arabic_digits(text))
    except ValidationError as error:
        raise Refused(
            _(
                "This is not a national ID: its 13 digits do not agree. Please check them, or leave it empty."
            )
        ) from error


def find_by_national_id(text: str) -> Person | None:
    """Return the person with this national ID, if we know one."""
    try:
        digits = national_id(text)
    except Refused:
        return None
    found = (
        Person.objects.filter(national_id_index=crypto.blind_index(digits), erased_at=None)
        .select_related("merged_into")
        .order_by("pk")
        .first()
    )
    return found.merged_into or found if found else None


# Recording


def record(data: PersonData, *, at: datetime) -> Person:
    """Keep what a person told us (บันทึกข้อมูลผู้ร้อง); the same national ID is the same person."""
    if not data.national_id:
        return new_person(data, at=at)
    return identified(data, national_id(data.national_id), at=at)


@transaction.atomic
def identified(data: PersonData, digits: str, *, at: datetime) -> Person:
    """Keep what a person told us whose national ID is known; two who come at once are one person."""
    lock_index(crypto.blind_index(digits))
    known = find_by_national_id(digits)
    if known:
        return update_contacts(known, data)
    return seal(new_person(data, at=at), digits)


def new_person(data: PersonData, *, at: datetime) -> Person:
    """Write a new row without a national ID."""
    told = {name: getattr(data, name) for name in CONTACTS + CHOICES}
    return Person.objects.create(**told, created_at=at)


def update_contacts(person: Person, data: PersonData) -> Person:
    """Take over what the person told us this time; what was left empty stays as it was."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    told = {name: value for name in CONTACTS + CHOICES if (value := getattr(data, name))}
    for name, value in told.items():
        setattr(person, name, value)
    person.save(update_fields=list(told))
    return person


def lock_index(index: bytes) -> None:
    """Let two who file at once under one national ID wait for each other until the transaction ends."""
    number = int.from_bytes(index[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def seal(person: Person, digits: str) -> Person:
    """Store the national ID, encrypted for this very row."""
    person.national_id_encrypted = crypto.encrypt(digits, about=place_of(person))
    person.national_id_index = crypto.blind_index(digits)
    person.save(update_fields=["national_id_encrypted", "national_id_index"])
    return person


def unseal(person: Person) -> str:
    """Return the national ID in plain digits, or nothing."""
    if not person.national_id_encrypted:
        return ""
    return crypto.decrypt(person.national_id_encrypted, about=place_of(person))


def place_of(person: Person) -> str:
    """Return what a person's national ID is bound to."""
    return f"agency_person:{person.pk}"


@transaction.atomic
def reseal_batch(*, after: int, limit: int) -> tuple[int, int]:
    """Encrypt national IDs anew that another key than the first encrypted; returns how many, and the last id."""
    prefix = crypto.prefix_of(crypto.first_key_id())
    batch = list(
        Person.objects.select_for_update()
        .filter(pk__gt=after)
        .exclude(national_id_encrypted=None)
        .order_by("pk")[:limit]
    )
    old = [
        person
        for person in batch
        if not bytes(person.national_id_encrypted or b"").startswith(prefix)
    ]
    for person in old:
        person.national_id_encrypted = crypto.encrypt(unseal(person), about=place_of(person))
    Person.objects.bulk_update(old, ["national_id_encrypted"])
    return len(old), batch[-1].pk if batch else 0


# Showing


def masked(person: Person) -> PersonData:
    """Return what everybody who works on the case may see (ปกปิดตัวตน)."""
    return PersonData(
        name=masking.mask_name(person.name),
        phone=masking.mask_phone(person.phone),
        email=masking.mask_email(person.email),
        address=masking.mask_address(person.address),
        national_id=masking.mask_national_id(unseal(person)),
        preferred_channel=person.preferred_channel,
        language=person.language,
        accessibility_needs=person.accessibility_needs,
    )


@transaction.atomic
def reveal(person: Person, *, by: Staff, reason: str, at: datetime) -> PersonData:
    """Return who the person is (เปิดเผยตัวตน); the caller has checked the right, the entry keeps the reason."""
    reason = checked_reason(reason)
    audit.record(person, "revealed", by=by, at=at, reason=reason)
    return PersonData(
        name=person.name,
        phone=person.phone,
        email=person.email,
        address=person.address,
        national_id=thai.group_national_id(unseal(person)),
        preferred_channel=person.preferred_channel,
        language=person.language,
        accessibility_needs=person.accessibility_needs,
    )


def checked_reason(reason: str) -> str:
    """Return the reason if it says something."""
    reason = reason.strip()
    if len(reason) < REASON_LENGTH:
        raise Refused(
            _("Please give the reason in at least %(count)s characters. It is kept in the log.")
            % {"count": REASON_LENGTH}
        )
    return reason


# Duplicates


@transaction.atomic
def merge(
    person: Person, *, into: Person, by: Staff | None, at: datetime, reason: str = ""
) -> Person:
    """Say that two rows are one human being (รวมข้อมูลบุคคล); nothing is moved, so it can be undone."""
    rows = Person.objects.select_for_update().order_by("pk").in_bulk([person.pk, into.pk])
    person, into = rows[person.pk], rows[into.pk]
    refuse_merge(person, into)
    person.merged_into = into
    person.save(update_fields=["merged_into"])
    audit.record(person, "merged", by=by, at=at, reason=reason, into=into.pk)
    return into


def refuse_merge(person: Person, into: Person) -> None:
    """Refuse what would lose a person: a chain, an erased row, two national IDs."""
    if person.pk == into.pk:
        raise Refused(_("These are the same record already."))
    if person.merged_into_id or into.merged_into_id or person.merged_from.exists():
        raise Refused(_("One of the two is merged already. Undo that first."))
    if person.erased_at or into.erased_at:
        raise Refused(_("An erased person cannot be merged."))
    ids = {bytes(row.national_id_index) for row in (person, into) if row.national_id_index}
    if len(ids) > 1:
        raise Refused(_("The two have different national IDs, so they are two persons."))


@transaction.atomic
def unmerge(person: Person, *, by: Staff | None, at: datetime, reason: str = "") -> Person:
    """Undo a merge (ยกเลิกการรวมข้อมูล)."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.merged_into_id:
        raise Refused(_("This person is not merged with anybody."))
    old, person.merged_into = person.merged_into_id, None
    person.save(update_fields=["merged_into"])
    audit.record(person, "unmerged", by=by, at=at, reason=reason, old=old)
    return person


def same_as(person: Person) -> list[int]:
    """Return the ids of all rows that are this human being."""
    head = Person.objects.values_list("merged_into", flat=True).get(pk=person.pk) or person.pk
    same = Q(pk=head) | Q(merged_into=head)
    return list(Person.objects.filter(same).order_by("pk").values_list("pk", flat=True))


# Keeping and erasing


@transaction.atomic
def hold(person: Person, *, is_held: bool, by: Staff, at: datetime, reason: str) -> Person:
    """Forbid erasure while a court or an investigation needs the person's data, or allow it again."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    reason = checked_reason(reason)
    person.is_on_legal_hold = is_held
    person.save(update_fields=["is_on_legal_hold"])
    audit.record(person, "held" if is_held else "released", by=by, at=at, reason=reason)
    return person


@transaction.atomic
def keep_until(person: Person, *, day: date, by: Staff | None, at: datetime) -> Person:
    """Set the day after which the person's data are erased; an earlier day never shortens a later one.

    Whom a room still needs on that day (`register_need`) stays until it does not.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.retain_until is None or person.retain_until < day:
        person.retain_until = day
        person.save(update_fields=["retain_until"])
        audit.record(person, "retained", by=by, at=at, until=day.isoformat())
    return person


@transaction.atomic
def erase(person: Person, *, by: Staff | None, at: datetime, reason: str) -> Person:
    """Empty what is known of a person (ลบข้อมูลส่วนบุคคล), merged rows included; cases and figures stay."""
    rows = list(Person.objects.select_for_update().filter(pk__in=same_as(person)).order_by("pk"))
    if any(row.is_on_legal_hold for row in rows):
        raise Refused(
            _("These data are under legal hold and must not be erased. Lift the hold first.")
        )
    for row in rows:
        if row.erased_at is None:
            empty(row, at=at)
            audit.record(row, "erased", by=by, at=at, reason=reason)
    if by is not None:
        for erase_words in REQUESTED:
            erase_words(rows, by=by, at=at)
    person.refresh_from_db()
    return person


def empty(person: Person, *, at: datetime) -> None:
    """Overwrite every column that says who somebody is."""
    for name in CONTACTS:
        setattr(person, name, "")
    person.national_id_encrypted = person.national_id_index = None
    person.erased_at = at
    person.save(
        update_fields=[*CONTACTS, "national_id_encrypted", "national_id_index", "erased_at"]
    )


NEEDS: list[Callable[[], Exists]] = []
REQUESTED: list[Callable[..., None]] = []


def register_request(erase_words: Callable[..., None]) -> None:
    """Let a room erase what a person said there when somebody erases the person on request: rows, by, at."""
    REQUESTED.append(erase_words)


def register_need(need: Callable[[], Exists]) -> None:
    """Let a room say which persons it still needs, whatever their day: a condition on their rows."""
    NEEDS.append(need)


def unneeded(people: QuerySet[Person]) -> QuerySet[Person]:
    """Leave out the persons whom a room still needs."""
    for need in NEEDS:
        people = people.filter(~need())
    return people


def retention(*, at: datetime, limit: int = 500) -> int:
    """Erase the persons whose time has run out; returns how many, 0 when nothing is left."""
    today = thai.local_day(at)
    expired = Person.objects.filter(
        retain_until__lt=today, erased_at=None, is_on_legal_hold=False
    ).order_by("retain_until", "pk")
    count = 0
    for person in unneeded(expired)[:limit]:
        count += erase_expired(person, at=at)
    return count


def erase_expired(person: Person, *, at: datetime) -> bool:
    """Erase one person whose time has run out; not while a merged row is still needed."""
    rows = Person.objects.filter(pk__in=same_as(person))
    today = thai.local_day(at)
    if rows.filter(Q(is_on_legal_hold=True) | Q(retain_until__gte=today)).exists():
        return False
    if unneeded(rows).count() < rows.count():
        return False
    erase(person, by=None, at=at, reason=_("Retention time over"))
    return True

"""Invitations (คำเชิญ): who may answer once, asked by e-mail or letter, reminded only while silent.

Each mail is a `Mailing` and a row of the letters outbox: one bad address stops nobody else, and each has its
own outcome. The link is not in any table; the outbox asks for it when it words the mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency import audit, letters
from agency.models import Letter, Person, Staff, Unit
from agency.refusal import Refused
from agency.tabular import Row, Table
from agency.thai import format_datetime
from surveys.models import Invitation, Mailing, Stratum, Wave, Way
from surveys.selectors.links import hash_of, invitation_url, token_of

LETTER = "survey_invitation"
COLUMNS = ("name", "email", "reference", "stratum", "unit", "language", "weight")
BATCH = 200
State = Invitation.State


@dataclass(frozen=True, kw_only=True)
class Guest:
    """A row of the list: whom to ask."""

    row: int
    name: str = ""
    email: str = ""
    reference: str = ""
    stratum: Stratum | None = None
    unit: Unit | None = None
    language: str = "th"
    weight: float | None = None


@dataclass
class Guests:
    """A list as it was read: whom to ask, and the rows to be mended."""

    found: list[Guest] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


# Reading a list


def read_guests(wave: Wave, table: Table) -> Guests:
    """Read a list of persons; a row that cannot be taken is named with what to mend, the others are taken."""
    strata = {each.code: each for each in wave.strata.all()}
    units = {
        unit.code: unit for unit in Unit.objects.filter(path__startswith=wave.survey.unit.path)
    }
    read, seen = Guests(), set[str]()
    for row in table.rows:
        try:
            guest = guest_of(row, table.header, strata=strata, units=units)
        except Refused as refusal:
            read.problems.append((row.number, str(refusal)))
            continue
        marks = {mark for mark in (guest.email.lower(), guest.reference) if mark}
        if marks & seen:
            words = _("This address or reference stands above already.")
            read.problems.append((row.number, words))
            continue
        seen |= marks
        read.found.append(guest)
    return read


def guest_of(
    row: Row, header: Sequence[str], *, strata: dict[str, Stratum], units: dict[str, Unit]
) -> Guest:
    """Read a row."""
    if row.problem:
        raise Refused(row.problem)
    cells = {
        name.strip().lower(): cell.strip() for name, cell in zip(header, row.cells, strict=False)
    }
    email, name = cells.get("email", ""), cells.get("name", "")
    if not email and not name:
        raise Refused(_("Give an e-mail address, or a name for a letter."))
    if email:
        check_email(email)
    return Guest(
        row=row.number,
        name=name[:200],
        email=email,
        reference=cells.get("reference", "")[:80],
        stratum=chosen(strata, cells.get("stratum", ""), _("stratum")),
        unit=chosen(units, cells.get("unit", ""), _("unit")),
        language="en" if cells.get("language", "") == "en" else "th",
        weight=weight_of(cells.get("weight", "")),
    )


def check_email(email: str) -> None:
    """Refuse an address that no mail can go to."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            _("This is not an e-mail address. Write it as in name@example.go.th.")
        ) from error


def chosen(rows: dict[str, Any], code: str, what: str) -> Any:
    """Return the row of a code."""
    if code and code not in rows:
        raise Refused(
            _("There is no %(what)s with the code %(code)s here.") % {"what": what, "code": code}
        )
    return rows.get(code)


def weight_of(text: str) -> float | None:
    """Read a design weight."""
    try:
        weight = float(text) if text else None
    except ValueError as error:
        raise Refused(_("The weight is not a number.")) from error
    if weight is not None and not 0 < weight < float("inf"):
        raise Refused(_("The weight must be greater than 0."))
    return weight


# Inviting


@transaction.atomic
def invite(wave: Wave, guests: Sequence[Guest], *, mark: str, by: Staff, at: datetime) -> int:
    """Invite some of a list (เชิญผู้ตอบ); returns how many are new. `mark` names the list, so that a list
    taken up again after a kill invites nobody twice.
    """
    wave = Wave.objects.select_related("survey").get(pk=wave.pk)
    if wave.state == Wave.State.CLOSED:
        raise Refused(_("The wave is closed; nobody is invited any more."))
    named = {guest.reference or f"{mark}-{guest.row}": guest for guest in guests}
    known = set(wave.invitations.filter(reference__in=named).values_list("reference", flat=True))
    new = {name: guest for name, guest in named.items() if name not in known}
    people = Person.objects.bulk_create(person_of(guest, at=at) for guest in new.values())
    rows = [
        Invitation(
            pk=pk,
            wave=wave,
            token_hash=hash_of(token_of(pk)),
            stratum=guest.stratum,
            unit=guest.unit,
            person=person,
            email=guest.email,
            reference=name,
            way=Way.EMAIL if guest.email else Way.LETTER,
            language=guest.language,
            weight=guest.weight,
            is_anonymous=wave.survey.is_anonymous,
            made_at=at,
        )
        for pk, person, (name, guest) in zip(numbers(len(new)), people, new.items(), strict=True)
    ]
    Invitation.objects.bulk_create(rows)
    audit.record(wave, "invited", by=by, at=at, count=len(rows))
    ask([row for row in rows if row.email], round=0, at=at)
    return len(rows)


def person_of(guest: Guest, *, at: datetime) -> Person:
    """Return the person of a row: name, address and language, for the letter alone."""
    channel = Person.PreferredChannel
    return Person(
        name=guest.name,
        email=guest.email,
        language=guest.language,
        preferred_channel=channel.EMAIL if guest.email else channel.PAGE,
        created_at=at,
    )


def numbers(count: int) -> list[int]:
    """Take the next numbers of invitations: the link follows from the number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('surveys_invitation', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [number for (number,) in cursor.fetchall()]


def ask(invitations: Iterable[Invitation], *, round: int, at: datetime) -> int:  # noqa: A002
    """Put a mail to each into the outbox; round 0 asks, later rounds remind."""
    mailings = Mailing.objects.bulk_create(
        Mailing(invitation=invitation, round=round, not_before=at) for invitation in invitations
    )
    for mailing in mailings:
        wave, person = mailing.invitation.wave, mailing.invitation.person
        if person is None:
            continue
        letters.enqueue_letter(
            mailing,
            LETTER,
            person=person,
            at=at,
            key=f"survey-mailing:{mailing.pk}",
            is_by_mail=True,
            invitation=mailing.invitation_id,
            title_th=wave.survey.title_th,
            title_en=wave.survey.title_en or wave.survey.title_th,
            closes_at=wave.closes_at.isoformat(),
            round=round,
            is_anonymous=mailing.invitation.is_anonymous,
        )
    return len(mailings)


# Reminding


@transaction.atomic
def remind(wave: Wave, *, by: Staff | None, at: datetime, limit: int = BATCH) -> int:
    """Remind by mail those who did not answer (เตือนผู้ยังไม่ตอบ), each as often as the wave allows; one batch."""
    if not wave.is_taking(at):
        raise Refused(_("The wave takes no answers now, so nobody is reminded."))
    silent = wave.invitations.filter(
        state=State.SENT, is_spent=False, way=Way.EMAIL, reminded_count__lt=wave.reminders_max
    )
    silent = silent.exclude(mailings__state=Mailing.State.WAITING)
    return again(silent if by else silent.filter(remind_at__lte=at), wave=wave, at=at, limit=limit)


def again(silent: Any, *, wave: Wave, at: datetime, limit: int) -> int:
    """Write the next round to the first of them."""
    rows = list(
        silent.select_related("wave__survey", "person")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:limit]
    )
    wait = wave.reminds_after_days
    for row in rows:
        is_last = row.reminded_count + 1 >= wave.reminders_max or not wait
        row.remind_at = None if is_last else at + timedelta(days=wait or 0)
        row.reminded_count += 1
    Invitation.objects.bulk_update(rows, ["remind_at", "reminded_count"])
    by_round: dict[int, list[Invitation]] = {}
    for row in rows:
        by_round.setdefault(row.reminded_count, []).append(row)
    return sum(ask(part, round=number, at=at) for number, part in by_round.items())


def remind_due(*, at: datetime) -> int:
    """Remind those whose day has come, one batch of each open wave; returns how many."""
    waves = Wave.objects.open().filter(invitations__remind_at__lte=at).distinct()
    return sum(remind(wave, by=None, at=at) for wave in waves if wave.is_taking(at))


# Outcomes


@transaction.atomic
def settle(*, at: datetime, limit: int = 1000) -> int:
    """Write down how mails went that the outbox has dealt with; returns how many."""
    waiting = {
        each.pk: each
        for each in Mailing.objects.filter(state=Mailing.State.WAITING)
        .select_related("invitation__wave")
        .order_by("not_before", "pk")[:limit]
    }
    about = ContentType.objects.get_for_model(Mailing)
    ended = Letter.objects.filter(content_type=about, object_id__in=waiting).exclude(
        state__in=[Letter.State.PENDING, Letter.State.CLAIMED]
    )
    count = 0
    for letter in ended:
        settle_one(waiting[letter.object_id], letter)
        count += 1
    return count


def settle_one(mailing: Mailing, letter: Letter) -> None:
    """Write down how one mail went, on the mail and on the invitation."""
    mailing.state, mailing.failure = letter.state, letter.error[:300]
    mailing.attempts, mailing.sent_at = letter.attempts, letter.sent_at
    mailing.save(update_fields=["state", "failure", "attempts", "sent_at"])
    wave, row = mailing.invitation.wave, Invitation.objects.filter(pk=mailing.invitation_id)
    if letter.state == Letter.State.SENT:
        days = wave.reminds_after_days
        row.update(state=State.SENT, failure="", sent_at=letter.sent_at)
        if days and mailing.round == 0 and wave.reminders_max and letter.sent_at:
            row.filter(is_spent=False).update(remind_at=letter.sent_at + timedelta(days=days))
    elif letter.state == Letter.State.FAILED:
        row.update(state=State.FAILED, failure=letter.error[:300], remind_at=None)


@transaction.atomic
def retry(wave: Wave, *, by: Staff, at: datetime) -> int:
    """Send again what failed (ส่งอีกครั้ง); returns how many."""
    failed = Mailing.objects.filter(invitation__wave=wave, state=Mailing.State.FAILED)
    pks = list(failed.values_list("pk", flat=True))
    about = ContentType.objects.get_for_model(Mailing)
    Letter.objects.filter(content_type=about, object_id__in=pks, state=Letter.State.FAILED).update(
        state=Letter.State.PENDING, claimed_at=None, attempts=0, not_before=at, error=""
    )
    failed.update(state=Mailing.State.WAITING, failure="", not_before=at)
    wave.invitations.filter(mailings__in=pks).update(state=State.WAITING, failure="")
    audit.record(wave, "invitations_retried", by=by, at=at, count=len(pks))
    return len(pks)


@transaction.atomic
def bounce(invitation: Invitation, *, by: Staff, at: datetime) -> Invitation:
    """Write down that a mail or letter came back (ส่งไม่ถึง); the person is not reminded."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.state != State.SENT:
        raise Refused(_("Only what was sent can come back."))
    invitation.state, invitation.remind_at = State.BOUNCED, None
    invitation.save(update_fields=["state", "remind_at"])
    audit.record(invitation, "invitation_bounced", by=by, at=at)
    return invitation


@transaction.atomic
def handed_to_post(wave: Wave, *, by: Staff, at: datetime) -> int:
    """Write down that the printed letters were posted (ส่งไปรษณีย์แล้ว); returns how many."""
    count = wave.invitations.filter(way=Way.LETTER, state=State.WAITING).update(
        state=State.SENT, sent_at=at
    )
    audit.record(wave, "letters_posted", by=by, at=at, count=count)
    return count


# Words


def still_stands(rows: list[Letter]) -> set[int]:
    """Return the mails that are still wanted: the link is unused and the wave in the field."""
    wanted = {row.pk: row.data["invitation"] for row in rows}
    standing = set(
        Invitation.objects.filter(
            pk__in=wanted.values(), is_spent=False, wave__state__in=["draft", "open"]
        ).values_list("pk", flat=True)
    )
    return {pk for pk, invitation in wanted.items() if invitation in standing}


def subject_line(data: dict[str, Any]) -> str:
    """Return the subject of a mail."""
    title = title_of(data)
    if data["round"]:
        return _("Reminder: %(title)s") % {"title": title}
    return _("Please answer: %(title)s") % {"title": title}


def title_of(data: dict[str, Any]) -> str:
    """Return the title in the language of the letter."""
    return str(data["title_en"] if get_language() == "en" else data["title_th"])


def body(data: dict[str, Any]) -> str:
    """Return the text of a mail."""
    lines = [
        _("We ask you to answer “%(title)s”. Please open this link:") % {"title": title_of(data)},
        invitation_url(data["invitation"]),
        _(
            "The link is for you alone and works once. The survey is open until %(at)s, Bangkok time."
        )
        % {"at": format_datetime(datetime.fromisoformat(data["closes_at"]))},
    ]
    if data["is_anonymous"]:
        lines.append(
            _("Your answers are kept without any link to you; we only see that your link was used.")
        )
    lines.append(_("Answering is voluntary."))
    return "\n\n".join(lines)


def register() -> None:
    """Say how the mails of this room are worded."""
    letters.register_letter(LETTER, subject_line=subject_line, body=body, still_stands=still_stands)

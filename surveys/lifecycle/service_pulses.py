"""Asking after a service (สำรวจหลังรับบริการ): a single-use link by e-mail, once for a transaction, not too often.

Transactions come from another system by its token, from a file, or by command. Ask after refusals and errors too:
who asks only those who were served hides what failed. The contact is kept for the letter alone; that it rests is
known by its keyed hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency import audit, codes, importing, letters
from agency.importing import Rejected
from agency.models import Person, Service, Staff, Unit
from agency.refusal import Refused
from agency.tabular import Table
from agency.thai import local_day
from surveys.lifecycle.importing.running import keep_rejected
from surveys.lifecycle.invitations import Guest, numbers, person_of, still_stands
from surveys.lifecycle.pulses import Happening, hash_of, is_resting, noted
from surveys.models import Invitation, Mailing, Pulse, PulseAsk, RejectedRow, ServiceToken, Way
from surveys.selectors.links import hash_of as hash_of_token
from surveys.selectors.links import invitation_url, token_of
from surveys.selectors.pulses import pulse_for

if TYPE_CHECKING:
    from agency.models import Job

LETTER = "survey_pulse"
COLUMNS = ("reference", "service", "unit", "email", "language")
LONGEST_REFERENCE = 60
LONGEST_SOURCE = 19
BATCH = 200
KNOWN = "known"
Result = PulseAsk.Result


class BadField(Refused):
    """A transaction that cannot be taken, with the field at fault."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Done:
    """A service that ended: which transaction of which system, for whom."""

    reference: str
    service: Service | None = None
    unit: Unit | None = None
    email: str = ""
    language: str = "th"


@dataclass
class Counts:
    """What came of some transactions."""

    rows: int = 0
    asked: int = 0
    resting: int = 0
    unreachable: int = 0
    known: int = 0
    rejected: int = 0
    errors: list[Rejected] = field(default_factory=list)

    def add(self, result: str) -> None:
        """Count one."""
        setattr(self, result, getattr(self, result) + 1)

    def as_json(self) -> dict[str, Any]:
        """Return it for commands, jobs and other systems."""
        names = ("rows", "asked", "resting", "unreachable", "known", "rejected")
        found: dict[str, Any] = {name: getattr(self, name) for name in names}
        return found | {"errors": [error.as_json() for error in self.errors]}


# Asking


@transaction.atomic
def ask_after_service(pulse: Pulse, done: Done, *, source: str, at: datetime) -> str:
    """Ask after one transaction; returns asked, resting, unreachable, or known where it was told before."""
    name = f"{source[:LONGEST_SOURCE]}:{done.reference}"
    contact = hash_of(done.email)
    importing.take_turns(f"surveys.pulse:{contact.hex() if contact else name}")
    if PulseAsk.objects.filter(pulse=pulse, source=name).exists():
        return KNOWN
    service = done.service or pulse.service
    happening = Happening(
        source=name, unit=done.unit or (service.unit if service else None), service=service
    )
    if contact is None:
        noted(pulse, happening, result=Result.UNREACHABLE, contact=None, at=at)
        return Result.UNREACHABLE
    if is_resting(pulse, contact, at=at):
        noted(pulse, happening, result=Result.RESTING, contact=contact, at=at)
        return Result.RESTING
    ask = noted(pulse, happening, result=Result.ASKED, contact=contact, at=at)
    ask.invitation = invite(pulse, done, ask, at=at)
    ask.save(update_fields=["invitation"])
    return Result.ASKED


def invite(pulse: Pulse, done: Done, ask: PulseAsk, *, at: datetime) -> Invitation:
    """Make the single-use link and put its letter into the outbox, after the pulse's hours of waiting."""
    (pk,) = numbers(1)
    person = person_of(Guest(row=0, email=done.email, language=done.language), at=at)
    person.save()
    invitation = Invitation.objects.create(
        pk=pk,
        wave=pulse.wave,
        token_hash=hash_of_token(token_of(pk)),
        unit=ask.unit,
        person=person,
        email=done.email,
        reference=ask.source,
        way=Way.EMAIL,
        language=done.language,
        made_at=at,
    )
    send_letter(pulse, invitation, person, at=at)
    return invitation


def send_letter(pulse: Pulse, invitation: Invitation, person: Person, *, at: datetime) -> None:
    """Put the letter into the outbox."""
    not_before = at + timedelta(hours=pulse.delay_hours)
    mailing = Mailing.objects.create(invitation=invitation, not_before=not_before)
    service = pulse.service
    letters.enqueue_letter(
        mailing,
        LETTER,
        person=person,
        at=at,
        key=f"survey-mailing:{mailing.pk}",
        is_by_mail=True,
        not_before=not_before,
        invitation=invitation.pk,
        service_th=service.name_th if service else "",
        service_en=(service.name_en or service.name_th) if service else "",
        letter_th=pulse.letter_th,
        letter_en=pulse.letter_en or pulse.letter_th,
        days=pulse.valid_days,
    )


def refuse_idle(pulse: Pulse, *, at: datetime) -> None:
    """Refuse where nothing is asked now."""
    if not pulse.is_active or pulse.trigger != Pulse.Trigger.SERVICE_DONE:
        raise Refused(_("No question is asked after this service now."))
    if not pulse.wave.is_taking(at):
        raise Refused(_("The wave of this question takes no answers now."))


# Reading


def done_of(told: Mapping[str, Any], *, pulse: Pulse | None = None) -> Done:
    """Read a transaction as a file or another system tells it; what is wrong is named with its field."""
    said = {name: str(told.get(name) or "").strip() for name in COLUMNS}
    if not said["reference"] or len(said["reference"]) > LONGEST_REFERENCE:
        raise BadField(
            "reference",
            _("Give each transaction its own reference of at most %(longest)s characters.")
            % {"longest": LONGEST_REFERENCE},
        )
    if said["email"]:
        try:
            validate_email(said["email"])
        except ValidationError:
            raise BadField(
                "email", _("This is not an e-mail address. Write it as in name@example.go.th.")
            ) from None
    return Done(
        reference=said["reference"],
        service=service_of(said["service"], pulse),
        unit=unit_of(said["unit"]),
        email=said["email"],
        language="en" if said["language"] == "en" else "th",
    )


def service_of(code: str, pulse: Pulse | None) -> Service | None:
    """Return the service; a pulse of one service takes no other."""
    own = pulse.service if pulse else None
    if not code:
        return own
    found = Service.objects.select_related("unit").filter(code=code, is_active=True).first()
    if found is None:
        raise BadField("service", _("There is no service with the code %(code)s.") % {"code": code})
    if own is not None and own != found:
        raise BadField("service", _("This question is asked after another service."))
    return found


def unit_of(code: str) -> Unit | None:
    """Return the unit of a code."""
    found = Unit.objects.active().filter(code=code).first() if code else None
    if code and found is None:
        raise BadField("unit", _("There is no unit with the code %(code)s.") % {"code": code})
    return found


def ask_all(
    told: Iterable[Mapping[str, Any]], *, pulse: Pulse, source: str, at: datetime
) -> Counts:
    """Ask after what another system tells; each stands for itself, wrong ones are named by their place."""
    refuse_idle(pulse, at=at)
    counts = Counts()
    for place, each in enumerate(told, 1):
        counts.rows += 1
        try:
            done = done_of(each, pulse=pulse)
        except BadField as bad:
            counts.rejected += 1
            counts.errors.append(Rejected(place, bad.name, str(bad)))
            continue
        counts.add(ask_after_service(pulse, done, source=source, at=at))
    return counts


def ask_table(
    table: Table,
    *,
    source: str,
    at: datetime,
    pulse: Pulse | None = None,
    is_dry: bool = False,
    limit: int | None = None,
    job: Job | None = None,
    advance: Callable[[int, int | None], None] | None = None,
) -> Counts:
    """Ask after the transactions of a file; without a pulse each service has its own."""
    refuse_source(source)
    table.require(["reference"])
    if pulse is not None:
        refuse_idle(pulse, at=at)
    if job:
        RejectedRow.objects.filter(job=job).delete()
    counts = Counts()
    for batch in importing.batches(table.rows, limit=limit, size=BATCH):
        rejected: list[Rejected] = []
        for row in batch:
            cells = importing.by_column(table.header, row.cells)
            try:
                found, done = read_row(row.problem, cells, pulse=pulse, at=at)
                is_asked = is_dry or ask_after_service(found, done, source=source, at=at)
                counts.add(Result.ASKED if is_asked is True else is_asked)
            except Refused as bad:
                column = bad.name if isinstance(bad, BadField) else ""
                rejected.append(Rejected(row.number, column, str(bad), cells))
        if job:
            keep_rejected(rejected, job)
        counts.errors += rejected[: max(importing.SHOWN_ERRORS - len(counts.errors), 0)]
        counts.rejected += len(rejected)
        counts.rows += len(batch)
        if advance:
            advance(len(batch), table.total)
    return counts


def read_row(
    problem: str, cells: Mapping[str, str], *, pulse: Pulse | None, at: datetime
) -> tuple[Pulse, Done]:
    """Return a row's transaction and the question that is asked after it."""
    if problem:
        raise Refused(problem)
    done = done_of({name.strip().lower(): cell for name, cell in cells.items()}, pulse=pulse)
    found = pulse or pulse_for(Pulse.Trigger.SERVICE_DONE, done.service)
    if found is None:
        raise BadField("service", _("No question is asked after this service now."))
    refuse_idle(found, at=at)
    return found, done


def refuse_source(source: str) -> None:
    """Refuse a source without a usable name: with the reference it makes a transaction known again."""
    if not source.strip() or len(source) > LONGEST_SOURCE:
        raise Refused(
            _("Name the system that the file comes from, in at most %(longest)s characters.")
            % {"longest": LONGEST_SOURCE}
        )


# Tokens of other systems


@transaction.atomic
def give_token(pulse: Pulse, *, name: str, by: Staff, at: datetime) -> tuple[ServiceToken, str]:
    """Give another system a token (ออกโทเคน); its words are shown once and kept as a keyed hash only."""
    refuse_source(name)
    if pulse.tokens.filter(name=name, revoked_at=None).exists():
        raise Refused(_("There is a token of this name already. Withdraw it, or choose another."))
    words = secrets.token_urlsafe(32)
    token = ServiceToken.objects.create(
        pulse=pulse, name=name, token_hash=hash_of_words(words), made_by=by, made_at=at
    )
    audit.record(pulse, "token_given", by=by, at=at, token=token.pk)
    return token, words


@transaction.atomic
def withdraw_token(token: ServiceToken, *, by: Staff, at: datetime) -> ServiceToken:
    """Withdraw a token (เพิกถอน); the system can tell nothing any more."""
    token = ServiceToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at:
        raise Refused(_("The token is withdrawn already."))
    token.revoked_at, token.revoked_by = at, by
    token.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(token.pulse, "token_withdrawn", by=by, at=at, token=token.pk)
    return token


def hash_of_words(words: str) -> bytes:
    """Return what is kept of a token."""
    return codes.keyed(f"survey-service-token:{words}")


def token_known(words: str) -> ServiceToken | None:
    """Return the token that a system shows, unless it was withdrawn."""
    rows = ServiceToken.objects.select_related(
        "pulse__wave__survey", "pulse__wave__version", "pulse__service__unit"
    )
    return rows.filter(token_hash=hash_of_words(words), revoked_at=None).first()


def note_use(token: ServiceToken, *, at: datetime) -> None:
    """Note the day on which a token was used last."""
    today = local_day(at)
    if token.last_used_on != today:
        token.last_used_on = today
        token.save(update_fields=["last_used_on"])


# Words


def subject_line(data: dict[str, Any]) -> str:
    """Return the subject of the mail."""
    return _("How was the service you had?")


def body(data: dict[str, Any]) -> str:
    """Return the text of the mail: the pulse's own letter or a usual one, and the link."""
    language = "en" if get_language() == "en" else "th"
    service = data[f"service_{language}"]
    usual = (
        _("You have used “%(service)s”. One question: how was it?") % {"service": service}
        if service
        else _("You have used one of our services. One question: how was it?")
    )
    lines = [
        data[f"letter_{language}"] or usual,
        invitation_url(data["invitation"]),
        _("The link is for you alone, works once and for %(days)s days. Answering is voluntary.")
        % {"days": data["days"]},
    ]
    return "\n\n".join(lines)


def register() -> None:
    """Say how the mail is worded."""
    letters.register_letter(LETTER, subject_line=subject_line, body=body, still_stands=still_stands)

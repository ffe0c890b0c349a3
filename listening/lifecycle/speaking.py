"""Speaking at a hearing: signing up, the queue, calling, the time of each; asking for assistance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agency import audit, codes, persons
from agency.models import Person, Staff
from agency.persons import PersonData
from agency.refusal import Refused
from agency.thai import local_day
from listening import sla
from listening.lifecycle.hearings import calendar_of, hold
from listening.lifecycle.letters_of_hearings import write_to
from listening.models import AgendaItem, Hearing, HelpRequest, SignUp, Way

WAYS = {
    Hearing.Mode.SITE: (Way.SITE,),
    Hearing.Mode.ONLINE: (Way.ONLINE, Way.PHONE),
    Hearing.Mode.BOTH: (Way.SITE, Way.ONLINE, Way.PHONE),
    Hearing.Mode.WRITTEN: (),
}
MOST_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Who wants to speak, as the form tells it."""

    uid: UUID
    shown_name: str
    way: str
    organisation: str = ""
    stance: str = ""
    item: AgendaItem | None = None
    person: PersonData | None = None


@dataclass(frozen=True)
class SignedUp:
    """The place in the queue, and the secret code that withdraws it."""

    signup: SignUp
    code: str


@transaction.atomic
def sign_up(
    hearing: Hearing, speaker: Speaker, *, at: datetime, by: Staff | None = None
) -> SignedUp:
    """Put somebody on the list of speakers (ลงทะเบียนแสดงความเห็น); the same form twice is one place.

    by: the member of staff who takes it at the door or on the telephone.
    """
    hearing = hold(hearing)
    code = codes.derived(f"hearing-speaker:{speaker.uid}")
    known = hearing.signups.filter(uid=speaker.uid).first()
    if known:
        return SignedUp(known, code)
    if not hearing.is_taking_speakers(at):
        raise Refused(_("The list of speakers is closed. You can still send your view in writing."))
    if speaker.way not in WAYS[Hearing.Mode(hearing.mode)]:
        raise Refused(_("One cannot speak in this way at this hearing. Choose another one."))
    last = hearing.signups.aggregate(last=Max("position"))["last"] or 0
    made = SignUp.objects.create(
        hearing=hearing,
        uid=speaker.uid,
        item=speaker.item,
        person=contact(speaker.person, at=at),
        shown_name=speaker.shown_name.strip(),
        organisation=speaker.organisation.strip(),
        way=speaker.way,
        stance=speaker.stance,
        position=last + 1,
        seconds=hearing.rules.speaker_seconds,
        code_hash=codes.tracking_hash(hearing.code, code),
        signed_at=at,
        entered_by=by,
    )
    audit.record(hearing, "speaker_signed_up", by=by, at=at, signup=made.pk)
    return SignedUp(made, code)


def contact(data: PersonData | None, *, at: datetime) -> Person | None:
    """Keep the contact a person left; nothing for who left none."""
    if data is None or not (data.email or data.phone):
        return None
    return persons.record(data, at=at)


@transaction.atomic
def withdraw_signup(signup: SignUp, *, at: datetime, by: Staff | None = None) -> SignUp:
    """Take a place back (ถอนชื่อ); who spoke already stays on record."""
    signup = hold_signup(signup)
    if signup.state not in {SignUp.State.WAITING, SignUp.State.NO_SHOW}:
        raise Refused(_("This place in the queue is used already."))
    return marked(signup, SignUp.State.WITHDRAWN, "speaker_withdrew", by=by, at=at)


# The session


@transaction.atomic
def open_session(hearing: Hearing, *, by: Staff, at: datetime) -> Hearing:
    """Open the session (เปิดการประชุม)."""
    hearing = hold(hearing)
    if hearing.state != Hearing.State.ANNOUNCED or not hearing.has_session:
        raise Refused(_("There is no session to open."))
    if hearing.session_began_at:
        raise Refused(_("The session was opened already."))
    hearing.session_began_at = at
    hearing.save(update_fields=["session_began_at"])
    audit.record(hearing, "session_opened", by=by, at=at)
    return hearing


@transaction.atomic
def close_session(hearing: Hearing, *, by: Staff, at: datetime) -> Hearing:
    """Close the session (ปิดการประชุม); who speaks has spoken, who waits can still write."""
    hearing = hold(hearing)
    if not hearing.is_in_session():
        raise Refused(_("The session is not open."))
    for signup in hearing.signups.select_for_update().filter(state=SignUp.State.CALLED):
        finished(signup, by=by, at=at)
    hearing.session_ended_at = at
    hearing.save(update_fields=["session_ended_at"])
    audit.record(hearing, "session_closed", by=by, at=at)
    return hearing


@transaction.atomic
def call(signup: SignUp, *, by: Staff, at: datetime) -> SignUp:
    """Give somebody the floor (เชิญพูด); who speaks now has spoken."""
    hearing = hold(signup.hearing)
    if not hearing.is_in_session():
        raise Refused(_("Open the session first."))
    signup = hold_signup(signup)
    if signup.state not in {SignUp.State.WAITING, SignUp.State.NO_SHOW}:
        raise Refused(_("%(name)s is not waiting any more.") % {"name": signup.shown_name})
    for speaking in hearing.signups.select_for_update().filter(state=SignUp.State.CALLED):
        finished(speaking, by=by, at=at)
    signup.state, signup.called_at, signup.ended_at = SignUp.State.CALLED, at, None
    signup.save(update_fields=["state", "called_at", "ended_at"])
    audit.record(hearing, "speaker_called", by=by, at=at, signup=signup.pk)
    return signup


@transaction.atomic
def finish(signup: SignUp, *, by: Staff, at: datetime) -> SignUp:
    """End somebody's turn (จบการพูด)."""
    signup = hold_signup(signup)
    if signup.state != SignUp.State.CALLED:
        raise Refused(_("%(name)s is not speaking.") % {"name": signup.shown_name})
    return finished(signup, by=by, at=at)


def finished(signup: SignUp, *, by: Staff, at: datetime) -> SignUp:
    """Write the end of a turn of a locked row."""
    signup.state, signup.ended_at = SignUp.State.SPOKE, at
    signup.save(update_fields=["state", "ended_at"])
    audit.record(signup.hearing, "speaker_finished", by=by, at=at, signup=signup.pk)
    return signup


@transaction.atomic
def miss(signup: SignUp, *, by: Staff, at: datetime) -> SignUp:
    """Note that somebody who was called is not there (ไม่มาแสดงตัว); can be called again later."""
    signup = hold_signup(signup)
    if signup.state not in {SignUp.State.WAITING, SignUp.State.CALLED}:
        raise Refused(_("%(name)s is not waiting any more.") % {"name": signup.shown_name})
    return marked(signup, SignUp.State.NO_SHOW, "speaker_missed", by=by, at=at)


@transaction.atomic
def give_time(signup: SignUp, *, seconds: int, by: Staff, at: datetime) -> SignUp:
    """Give a speaker more time (ให้เวลาเพิ่ม)."""
    signup = hold_signup(signup)
    if not 0 < signup.seconds + seconds <= MOST_SECONDS:
        raise Refused(_("A turn lasts up to an hour."))
    signup.seconds += seconds
    signup.save(update_fields=["seconds"])
    audit.record(signup.hearing, "speaker_time", by=by, at=at, signup=signup.pk, seconds=seconds)
    return signup


@transaction.atomic
def move_signup(signup: SignUp, *, step: int, by: Staff, at: datetime) -> SignUp:
    """Move a waiting person one place forward (-1) or back (1)."""
    hearing = hold(signup.hearing)
    signup = hold_signup(signup)
    waiting = hearing.signups.select_for_update().filter(state=SignUp.State.WAITING)
    if step < 0:
        other = waiting.filter(position__lt=signup.position).order_by("-position").first()
    else:
        other = waiting.filter(position__gt=signup.position).order_by("position").first()
    if other is not None:
        signup.position, other.position = other.position, signup.position
        SignUp.objects.bulk_update([signup, other], ["position"])
        audit.record(hearing, "speakers_reordered", by=by, at=at, signup=signup.pk)
    return signup


def hold_signup(signup: SignUp) -> SignUp:
    """Lock a place in the queue."""
    held = SignUp.objects.select_for_update(of=("self",)).select_related("hearing")
    return held.get(pk=signup.pk)


def marked(signup: SignUp, state: str, verb: str, *, by: Staff | None, at: datetime) -> SignUp:
    """Write a state of a locked row."""
    signup.state, signup.called_at, signup.ended_at = state, None, None
    signup.save(update_fields=["state", "called_at", "ended_at"])
    audit.record(signup.hearing, verb, by=by, at=at, signup=signup.pk)
    return signup


# Assistance


@transaction.atomic
def ask_help(
    hearing: Hearing,
    *,
    uid: UUID,
    kind: str,
    words: str,
    person: PersonData | None,
    at: datetime,
) -> HelpRequest:
    """Ask for access, sign language or interpretation (ขอความช่วยเหลือ).

    After its last day it is taken all the same, and marked: the answer may be that it comes too late.
    """
    hearing = hold(hearing)
    known = hearing.help_requests.filter(uid=uid).first()
    if known:
        return known
    if hearing.starts_at is None or at >= hearing.starts_at:
        raise Refused(_("The session has begun, so assistance cannot be arranged any more."))
    made = HelpRequest.objects.create(
        hearing=hearing,
        uid=uid,
        kind=kind,
        words=words.strip(),
        person=contact(person, at=at),
        asked_at=at,
        is_late=local_day(at) > last_day(hearing, kind),
    )
    audit.record(hearing, "help_asked", by=None, at=at, request=made.pk)
    return made


def last_day(hearing: Hearing, kind: str) -> date:
    """Return the last day to ask for this kind of assistance."""
    languages = {HelpRequest.Kind.SIGN, HelpRequest.Kind.INTERPRETATION}
    rules = hearing.rules
    workdays = rules.interpretation_workdays if kind in languages else rules.help_workdays
    if hearing.starts_at is None:
        raise Refused(_("There is no session at which to be assisted."))
    return sla.last_day_to_ask(hearing.starts_at, workdays=workdays, calendar=calendar_of(hearing))


@transaction.atomic
def decide_help(
    request: HelpRequest, *, is_arranged: bool, answer: str, by: Staff, at: datetime
) -> HelpRequest:
    """Say whether the assistance is there (ตอบคำขอ); the person is written to."""
    held = HelpRequest.objects.select_for_update(of=("self",)).select_related("hearing", "person")
    request = held.get(pk=request.pk)
    if not answer.strip():
        raise Refused(_("Write what was arranged, or why it cannot be."))
    states = HelpRequest.State
    request.state = states.ARRANGED if is_arranged else states.DECLINED
    request.answer, request.decided_by, request.decided_at = answer.strip(), by, at
    request.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    audit.record(request.hearing, "help_decided", by=by, at=at, request=request.pk)
    if request.person:
        key = f"listening.help:{request.pk}:{at.isoformat()}"
        write_to(
            request.hearing,
            "listening.help_decided",
            person=request.person,
            at=at,
            key=key,
            answer=answer.strip(),
        )
    return request

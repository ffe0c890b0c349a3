"""Replying to a voice, closing its loop, making a complaint of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import events, letters
from agency.models import Staff
from agency.refusal import Refused
from listening.lifecycle.hold import hold, keep, written
from listening.models import Kind, Reply, Status, Voice

Way = Reply.Way


@transaction.atomic
def reply(
    voice: Voice,
    *,
    text: str,
    way: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Reply:
    """Reply to who said it (ตอบกลับ): by letter to an e-mail address, or as was done in the channel itself."""
    voice = hold(voice, expected_version=expected_version)
    refuse_unclassified(voice)
    if voice.status not in Status.open():
        raise Refused(_("This voice is settled; a reply cannot be added any more."))
    text = written(text, sentence=_("Please write the reply."))
    if way not in Way.values:
        raise Refused(_("Please choose how the reply reaches the person."))
    made = Reply.objects.create(voice=voice, text=text, way=way, by=by, at=at)
    if way == Way.LETTER:
        send(made)
    voice.status, voice.answered_at = Status.ANSWERED, voice.answered_at or at
    keep(voice, "voice_answered", "status", "answered_at", by=by, at=at, way=str(way))
    return made


def refuse_unclassified(voice: Voice) -> None:
    """Refuse to settle what nobody classified: it would be missing in every table."""
    if voice.status == Status.NEW:
        raise Refused(_("Please classify the voice first: what kind it is."))


def send(made: Reply) -> None:
    """Put the reply into the outbox; the letter holds no text, it is read when it is sent."""
    person = made.voice.person
    if person is None or not person.email:
        raise Refused(
            _("No e-mail address is known. Reply in the channel itself and note it here.")
        )
    letters.enqueue_letter(
        made.voice,
        "listening.reply",
        person=person,
        at=made.at,
        key=f"listening.reply:{made.pk}",
        is_by_mail=True,
        reply=made.pk,
    )


@transaction.atomic
def close(
    voice: Voice,
    *,
    action: str,
    by: Staff | None,
    at: datetime,
    expected_version: int | None = None,
) -> Voice:
    """Close the loop (ปิดวงรอบ): say what was done; voices that follow this one are closed with it."""
    voice = hold(voice, expected_version=expected_version)
    refuse_unclassified(voice)
    if voice.status == Status.CLOSED:
        raise Refused(_("The loop is closed already. What was done stands on the page."))
    if voice.status == Status.CONVERTED and by:
        raise Refused(_("This voice became a complaint. Its loop closes when that is closed."))
    if voice.master_id:
        raise Refused(_("This voice follows another one and is closed with it."))
    action = written(action, sentence=_("Please write what was done."))
    shut(voice, action=action, by=by, at=at)
    for follower in Voice.objects.filter(master=voice, closed_at=None).order_by("pk"):
        shut(hold(follower), action=action, by=by, at=at, kind=voice.kind)
    return voice


def shut(voice: Voice, *, action: str, by: Staff | None, at: datetime, kind: str = "") -> None:
    """Write one voice closed; one that only follows is classified as its master is."""
    voice.kind = voice.kind or kind
    voice.triaged_at = voice.triaged_at or at
    voice.status, voice.action, voice.closed_at, voice.closed_by = Status.CLOSED, action, at, by
    names = ("kind", "triaged_at", "status", "action", "closed_at", "closed_by")
    keep(voice, "voice_closed", *names, by=by, at=at)


@transaction.atomic
def convert(voice: Voice, *, by: Staff, at: datetime, expected_version: int | None = None) -> Voice:
    """Make a complaint of a voice (ส่งเป็นเรื่องร้องเรียน); the complaint has its own limits from then on.

    `pmqa.flows` receives the complaint and brings its number back.
    """
    voice = hold(voice, expected_version=expected_version)
    if voice.converted_at or voice.status not in Status.open():
        raise Refused(_("This voice is settled or is a complaint already."))
    if voice.master_id:
        raise Refused(_("This voice follows another one. Make the complaint of that one."))
    voice.kind, voice.status, voice.converted_at = Kind.COMPLAINT, Status.CONVERTED, at
    if voice.triaged_at is None:
        voice.triaged_at, voice.triaged_by = at, by
    names = ("kind", "status", "converted_at", "triaged_at", "triaged_by")
    keep(voice, "voice_converted", *names, by=by, at=at)
    events.emit(voice, "voice_to_complaint", at=at, by=by.pk)
    return voice


@transaction.atomic
def note_complaint(pk: int, *, complaint_pk: int, number: str, at: datetime) -> Voice:
    """Write the number of the complaint that a voice became; a second time changes nothing."""
    voice = hold(Voice(pk=pk))
    if voice.complaint_pk == complaint_pk:
        return voice
    voice.complaint_pk, voice.complaint_number = complaint_pk, number
    names = ("complaint_pk", "complaint_number")
    return keep(voice, "voice_numbered", *names, by=None, at=at, number=number)


@transaction.atomic
def close_by_complaint(complaint_pk: int, *, number: str, at: datetime) -> int:
    """Close the loop of the voice that became a complaint, now that the complaint is closed; returns how many."""
    voices = Voice.objects.filter(complaint_pk=complaint_pk, closed_at=None).order_by("pk")
    action = _("Complaint %(number)s was answered and closed.") % {"number": number}
    count = 0
    for voice in voices:
        close(voice, action=action, by=None, at=at)
        count += 1
    return count

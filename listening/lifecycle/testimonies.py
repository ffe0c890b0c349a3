"""Written views (ความเห็นเป็นหนังสือ): taken once and in time, masked, moderated with a reason, looked at again on appeal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from agency import attachments, audit, codes
from agency.attachments import Checked
from agency.models import Staff
from agency.persons import PersonData
from agency.refusal import Refused
from listening.lifecycle.hearings import hold
from listening.lifecycle.letters_of_hearings import write_to
from listening.lifecycle.speaking import contact
from listening.models import AgendaItem, Appeal, Hearing, Testimony, Way
from listening.text.masking import masked

States = Testimony.State
ALIKE_ON_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class View:
    """What somebody thinks, as the form or the paper tells it."""

    uid: UUID
    stance: str
    body: str
    item: AgendaItem | None = None
    shown_name: str = ""
    organisation: str = ""
    person: PersonData | None = None
    way: str = Way.WEB
    files: tuple[File[bytes] | Checked, ...] = ()


@dataclass(frozen=True)
class Taken:
    """The view, and the secret code with which its writer asks for a second look."""

    testimony: Testimony
    code: str


@transaction.atomic
def submit(hearing: Hearing, view: View, *, at: datetime) -> Taken:
    """Take a written view of a citizen (ส่งความเห็น); the same form twice is one view.

    at: the instant at which the server got it. From the announced end on it is refused, whatever
    page still stood open.
    """
    hearing = hold(hearing)
    known = hearing.testimonies.filter(uid=view.uid).first()
    if known:
        return Taken(known, code_of(view.uid))
    if not hearing.is_taking(at):
        raise Refused(
            _("Views are no longer taken: the time announced is over. Yours was not sent.")
        )
    return Taken(write(hearing, view, at=at, by=None), code_of(view.uid))


@transaction.atomic
def enter(
    hearing: Hearing, view: View, *, at: datetime, by: Staff, late_reason: str = ""
) -> Testimony:
    """Write down a view that came on paper, by mail or telephone, with its real author and way.

    After the end only with a reason, and it is marked as late for ever.
    """
    hearing = hold(hearing)
    if hearing.state != Hearing.State.ANNOUNCED:
        raise Refused(_("Views are taken between the notice and the summary."))
    known = hearing.testimonies.filter(uid=view.uid).first()
    if known:
        return known
    if not hearing.is_taking(at) and not late_reason.strip():
        raise Refused(_("The time announced is over. Say why this view is taken all the same."))
    return write(hearing, view, at=at, by=by, late_reason=late_reason)


def write(
    hearing: Hearing, view: View, *, at: datetime, by: Staff | None, late_reason: str = ""
) -> Testimony:
    """Write the row: what is shown has personal data covered from the first moment."""
    public_body = masked(view.body)
    made = Testimony.objects.create(
        hearing=hearing,
        item=view.item,
        uid=view.uid,
        way=view.way,
        person=contact(view.person, at=at),
        shown_name=view.shown_name.strip(),
        organisation=view.organisation.strip(),
        stance=view.stance,
        body=view.body,
        public_body=public_body,
        is_redacted=public_body != view.body,
        received_at=at,
        closes_at=hearing.closes_at,
        is_late=at >= hearing.closes_at,
        late_reason=late_reason.strip(),
        entered_by=by,
        code_hash=codes.tracking_hash(hearing.code, code_of(view.uid)),
        state=States.WAITING if hearing.is_premoderated else States.SHOWN,
    )
    for file in view.files:
        attachments.attach(made, file, by=by, at=at)
    audit.record(made, "testimony_taken", by=by, at=at, is_late=made.is_late)
    return made


def code_of(uid: UUID) -> str:
    """Return the code of a form: the same form, the same code."""
    return codes.derived(f"hearing-testimony:{uid}")


# Moderation


@transaction.atomic
def show(testimonies: Iterable[Testimony], *, by: Staff, at: datetime) -> int:
    """Show views to the public (เผยแพร่ความเห็น); returns how many changed."""
    changed = 0
    for testimony in hold_views(testimonies):
        if testimony.state == States.SHOWN:
            continue
        mark(testimony, state=States.SHOWN, reason="", note="", by=by, at=at)
        audit.record(testimony, "testimony_shown", by=by, at=at)
        changed += 1
    return changed


@transaction.atomic
def hide(
    testimonies: Iterable[Testimony], *, reason: str, note: str, by: Staff, at: datetime
) -> int:
    """Keep views from the public (ไม่เผยแพร่) with one coded reason for all; the writers are told."""
    if reason not in Testimony.Reason.values:
        raise Refused(_("Choose why it is not shown."))
    changed = 0
    for testimony in hold_views(testimonies):
        if testimony.state == States.HIDDEN:
            continue
        mark(testimony, state=States.HIDDEN, reason=reason, note=note.strip(), by=by, at=at)
        audit.record(testimony, "testimony_hidden", by=by, at=at, reason=reason)
        tell_writer(testimony, at=at)
        changed += 1
    return changed


def mark(
    testimony: Testimony, *, state: str, reason: str, note: str, by: Staff, at: datetime
) -> None:
    """Write who decided what of a locked row."""
    testimony.state, testimony.reason, testimony.note = state, reason, note
    testimony.moderated_by, testimony.moderated_at = by, at
    testimony.save(update_fields=["state", "reason", "note", "moderated_by", "moderated_at"])


def tell_writer(testimony: Testimony, *, at: datetime) -> None:
    """Write to who left an address why the view is not shown."""
    if testimony.person is None:
        return
    words = _("Your view is not shown to the public: %(reason)s. %(note)s") % {
        "reason": testimony.get_reason_display(),
        "note": testimony.note,
    }
    key = f"listening.moderated:{testimony.pk}:{at.isoformat()}"
    write_to(
        testimony.hearing,
        "listening.testimony_moderated",
        person=testimony.person,
        at=at,
        key=key,
        words=words.strip(),
    )


@transaction.atomic
def redact(testimony: Testimony, public_body: str, *, by: Staff, at: datetime) -> Testimony:
    """Cover passages before the public reads them (ปกปิดข้อความ); what was written stays on file."""
    [testimony] = hold_views([testimony])
    public_body = masked(public_body)
    if not public_body.strip():
        raise Refused(_("Leave something to read, or keep the whole view from the public."))
    testimony.public_body = public_body
    testimony.is_redacted = public_body != testimony.body
    testimony.save(update_fields=["public_body", "is_redacted"])
    audit.record(testimony, "testimony_redacted", by=by, at=at)
    return testimony


def hold_views(testimonies: Iterable[Testimony]) -> list[Testimony]:
    """Lock views of hearings whose summary is not out yet."""
    pks = [testimony.pk for testimony in testimonies]
    held = Testimony.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    found = list(held.select_related("hearing", "person"))
    if any(testimony.hearing.state != Hearing.State.ANNOUNCED for testimony in found):
        raise Refused(_("The summary is out; what it counted stays as it is."))
    return found


# Appeal


@transaction.atomic
def appeal(testimony: Testimony, words: str, *, at: datetime) -> Appeal:
    """The writer asks that somebody else looks again (อุทธรณ์การไม่เผยแพร่); once."""
    [testimony] = hold_views([testimony])
    if testimony.state != States.HIDDEN:
        raise Refused(_("This view is not kept from the public."))
    if Appeal.objects.filter(testimony=testimony).exists():
        raise Refused(_("A second look was asked for already. The answer will stand here."))
    made = Appeal.objects.create(testimony=testimony, words=words.strip(), at=at)
    audit.record(testimony, "testimony_appealed", by=None, at=at)
    return made


@transaction.atomic
def decide_appeal(
    appeal: Appeal, *, is_granted: bool, answer: str, by: Staff, at: datetime
) -> Appeal:
    """Look again (พิจารณาอุทธรณ์); never the person who kept the view from the public."""
    [testimony] = hold_views([appeal.testimony])
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if appeal.decided_at:
        raise Refused(_("This second look was taken already."))
    if testimony.moderated_by_id == by.pk:
        raise Refused(_("You kept this view from the public; somebody else has to look again."))
    if not answer.strip():
        raise Refused(_("Write the answer that the writer will read."))
    appeal.is_granted, appeal.answer = is_granted, answer.strip()
    appeal.decided_by, appeal.decided_at = by, at
    appeal.save(update_fields=["is_granted", "answer", "decided_by", "decided_at"])
    audit.record(testimony, "appeal_decided", by=by, at=at, granted=is_granted)
    if is_granted:
        mark(testimony, state=States.SHOWN, reason="", note="", by=by, at=at)
    return appeal

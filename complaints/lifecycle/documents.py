"""Official letters and memos (หนังสือภายนอก, บันทึกข้อความ): draft, number, issue, void."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from agency import attachments, audit
from agency.models import Attachment, Staff, Unit
from agency.refusal import Refused
from agency.thai import BANGKOK, buddhist_year, local_day
from complaints.lifecycle.hold import hold, written
from complaints.lifecycle.thread import answer, ask, send_progress
from complaints.models import Complaint, Document, Letterhead, Register, RegisterNumber

FIELDS = (
    *("speed", "secrecy", "subject", "to", "references", "enclosures", "body", "closing"),
    *("signer", "signer_name", "position", "has_thai_numerals"),
)
SENDING: Mapping[str, Callable[..., Complaint]] = {
    Document.SendAs.ANSWER: answer,
    Document.SendAs.PROGRESS: send_progress,
    Document.SendAs.QUESTION: ask,
}
REASON = 1000


def held(document: Document, *, expected_version: int | None = None) -> Document:
    """Lock the case, then the paper, and return it as it stands; refuse if it is not the one the person saw."""
    hold(document.complaint)
    found = (
        Document.objects.select_for_update(of=("self",))
        .select_related("complaint__unit", "complaint__policy", "unit", "signer")
        .get(pk=document.pk)
    )
    if expected_version not in {None, found.version}:
        raise Refused(
            _("Somebody changed this paper while you were writing. Look at it again, then save.")
        )
    return found


def keep_document(
    document: Document, verb: str, *fields: str, by: Staff, at: datetime, reason: str = ""
) -> Document:
    """Write the named fields, count the edit and record who did it."""
    document.version += 1
    document.save(update_fields=[*fields, "version"])
    audit.record(document, verb, by=by, at=at, reason=reason, version=document.version)
    return document


@transaction.atomic
def keep_letterhead(unit: Unit, *, code: str, office: str, address: str) -> Letterhead:
    """Write what a unit prints at the head of its letters (หัวหนังสือ)."""
    told = {"code": code, "office": office, "address": address}
    return Letterhead.objects.update_or_create(unit=unit, defaults=told)[0]


@transaction.atomic
def draft_document(
    complaint: Complaint, *, kind: str, by: Staff, at: datetime, **facts: Any
) -> Document:
    """Begin a letter or memo on a case (ร่างหนังสือ)."""
    complaint = hold(complaint)
    document = Document.objects.create(
        complaint=complaint,
        kind=kind,
        unit=complaint.unit,
        made_by=by,
        made_at=at,
        **checked_facts(facts),
    )
    audit.record(document, "drafted", by=by, at=at, complaint=complaint.pk)
    return document


@transaction.atomic
def edit_document(
    document: Document,
    *,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
    **facts: Any,
) -> Document:
    """Change a draft (แก้ไขร่าง); what was issued stays as it was."""
    document = held(document, expected_version=expected_version)
    refuse_unless_draft(document)
    for name, value in checked_facts(facts).items():
        setattr(document, name, value)
    return keep_document(document, "edited", *FIELDS, by=by, at=at)


def checked_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a draft says, trimmed; refuse one that says nothing or nobody signs."""
    told: dict[str, Any] = {
        name: value.replace("\x00", "").strip() if isinstance(value, str) else value
        for name, value in facts.items()
    }
    written(told["subject"], sentence=_("Please write the subject of the paper."))
    written(told["to"], sentence=_("Please write to whom the paper goes."))
    written(told["body"], sentence=_("Please write the text of the paper."))
    told["signer_name"] = told["signer_name"] or str(told["signer"])
    told["position"] = told["position"] or told["signer"].position
    return {name: told[name] for name in FIELDS}


def refuse_unless_draft(document: Document) -> None:
    """Refuse to change what was issued or voided."""
    if not document.is_draft:
        raise Refused(
            _("This paper is %(state)s and stays as it is. Void it and write another one.")
            % {"state": document.get_state_display()}
        )


@transaction.atomic
def reserve_number(document: Document, *, by: Staff, at: datetime) -> RegisterNumber:
    """Take the next number of the register for a draft (จองเลขหนังสือ); the register's row is the lock.

    The number runs per unit of the letterhead and calendar year (Regulation on Records, register of
    outgoing papers). A draft keeps the number it has.
    """
    document = held(document)
    known = RegisterNumber.objects.filter(document=document).first()
    if known:
        return known
    refuse_unless_draft(document)
    head = Letterhead.of(document.unit)
    if head is None:
        raise Refused(
            _(
                "No unit from %(unit)s upwards has a letterhead. An administrator adds it under “Letterheads”."
            )
            % {"unit": document.unit.name}
        )
    year = buddhist_year(at.astimezone(BANGKOK).year)
    Register.objects.bulk_create([Register(unit=head.unit, year=year)], ignore_conflicts=True)
    register = Register.objects.select_for_update().get(unit=head.unit, year=year)
    register.last_number += 1
    register.save(update_fields=["last_number"])
    number = RegisterNumber.objects.create(
        register=register,
        number=register.last_number,
        code=head.code,
        document=document,
        by=by,
        at=at,
    )
    document.dated_on = document.dated_on or local_day(at)
    keep_document(document, "number_reserved", "dated_on", by=by, at=at)
    return number


@transaction.atomic
def issue_document(
    document: Document,
    *,
    pdf: bytes,
    docx: bytes,
    name: str,
    send_as: str = "",
    expected_version: int | None = None,
    by: Staff,
    at: datetime,
) -> Document:
    """Issue a numbered draft (ออกหนังสือ): its files are kept with their hash and nothing changes any more.

    With `send_as` it goes to the complainant as that kind of message, with the PDF on the tracking page.
    """
    document = held(document, expected_version=expected_version)
    refuse_unless_draft(document)
    number = RegisterNumber.objects.select_for_update().filter(document=document).first()
    if number is None:
        raise Refused(_("This paper has no number yet. Reserve one first."))
    refuse_sending(document, send_as=send_as)
    document.pdf = kept_file(document, pdf, name=f"{name}.pdf", by=by, at=at)
    document.docx = kept_file(document, docx, name=f"{name}.docx", by=by, at=at)
    document.state, document.sent_as = Document.State.ISSUED, send_as
    document.issued_by, document.issued_at = by, at
    number.state = RegisterNumber.State.USED
    number.save(update_fields=["state"])
    if send_as:
        document.sent_file = sent(document, pdf, name=f"{name}.pdf", by=by, at=at)
    fields = ("state", "sent_as", "issued_by", "issued_at", "pdf", "docx", "sent_file")
    keep_document(document, "issued", *fields, by=by, at=at)
    audit.record(document.complaint, "document_issued", by=by, at=at, document=document.pk)
    return document


def refuse_sending(document: Document, *, send_as: str) -> None:
    """Refuse to send what may not go to a complainant through the portal.

    Asked before a number is taken as well, so that a refusal costs none.
    """
    if not send_as:
        return
    if send_as not in SENDING:
        raise Refused(_("Choose as what the paper is sent."))
    if document.secrecy:
        raise Refused(
            _(
                "A secret paper does not go over the portal. Issue it without sending, by hand or post."
            )
        )
    if document.is_memo:
        raise Refused(_("A memo stays in the house. Write an official letter to the complainant."))
    if send_as == Document.SendAs.ANSWER and document.complaint.policy.needs_review:
        raise Refused(
            _(
                "The standard of this case asks for a second person before an answer goes out. Choose “Send the answer for review” on the case and put this text there; when it is approved and sent, issue this paper without sending it. The draft stays as it is."
            )
        )


def kept_file(
    document: Document, content: bytes, *, name: str, by: Staff, at: datetime
) -> Attachment:
    """Keep a file with the paper: who may see the paper may read it."""
    return attachments.attach(document, ContentFile(content, name=name), by=by, at=at)


def sent(document: Document, pdf: bytes, *, name: str, by: Staff, at: datetime) -> Attachment:
    """Send the paper to the complainant: its words as a message, its PDF on the tracking page."""
    SENDING[document.sent_as](document.complaint, body=document.body, by=by, at=at)
    file = ContentFile(pdf, name=name)
    return attachments.attach(document.complaint, file, by=by, at=at, is_public=True)


@transaction.atomic
def void_document(
    document: Document,
    *,
    reason: str,
    expected_version: int | None = None,
    by: Staff,
    at: datetime,
) -> Document:
    """Void a draft or an issued paper (ยกเลิกหนังสือ); its number stays in the register with the reason.

    What was sent leaves the tracking page; the message itself was said and stays.
    """
    document = held(document, expected_version=expected_version)
    if document.state == Document.State.VOID:
        raise Refused(_("This paper is void already."))
    reason = written(reason, sentence=_("Please give the reason."))[:REASON]
    was_issued = document.state == Document.State.ISSUED
    document.state, document.void_reason = Document.State.VOID, reason
    RegisterNumber.objects.filter(document=document).update(state=RegisterNumber.State.VOID)
    if document.sent_file_id:
        Attachment.objects.filter(pk=document.sent_file_id).update(is_public=False)
    keep_document(document, "voided", "state", "void_reason", by=by, at=at, reason=reason)
    if was_issued:
        audit.record(document.complaint, "document_voided", by=by, at=at, document=document.pk)
    return document

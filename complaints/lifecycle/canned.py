"""Canned replies: keeping them, and putting one into a message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency import audit, placeholders
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.routing import reveal_identity
from complaints.models import CANNED_FIELDS, CannedReply, Complaint
from complaints.selectors.canned import language_of, values_of

FIELDS = ("unit", "use", "title", "body_th", "body_en", "is_active")


@transaction.atomic
def keep_canned(reply: CannedReply | None, *, by: Staff, at: datetime, **facts: Any) -> CannedReply:
    """Write a canned reply (บันทึกข้อความสำเร็จรูป), a new one or one that is changed."""
    is_new = reply is None
    if reply is None:
        reply = CannedReply()
    else:
        reply = CannedReply.objects.select_for_update().get(pk=reply.pk)
    for text in (facts["body_th"], facts["body_en"]):
        placeholders.check(text, known=CANNED_FIELDS)
    refuse_twin(reply, **facts)
    for name in FIELDS:
        setattr(reply, name, facts[name])
    reply.save(update_fields=None if is_new else FIELDS)
    audit.record(reply, "added" if is_new else "edited", by=by, at=at, unit=reply.unit_id)
    return reply


def refuse_twin(reply: CannedReply, **facts: Any) -> None:
    """Refuse a second one of the same title in a unit: nobody could tell them apart."""
    twins = CannedReply.objects.filter(unit=facts["unit"], title=facts["title"])
    if twins.exclude(pk=reply.pk).exists():
        raise Refused(_("The unit has a canned reply of this title already. Choose another title."))


@transaction.atomic
def insert_canned(
    complaint: Complaint,
    reply: CannedReply,
    *,
    verb: str,
    may_see_name: bool,
    by: Staff,
    at: datetime,
) -> str:
    """Return a canned reply with the facts of a case in it, and count its use (แทรกข้อความสำเร็จรูป).

    The name is filled in for those who may see it, and that is recorded as any other look at it; the
    name of somebody who wished it hidden never is.
    """
    language = language_of(complaint, verb=verb)
    text = reply.text_in(language)
    name = ""
    is_named = "name" in placeholders.names_in(text)
    if is_named and may_see_name and complaint.person and not complaint.is_identity_masked:
        reason = _("Name put into the canned reply “%(title)s”") % {"title": reply.title}
        name = reveal_identity(complaint, reason=reason, by=by, at=at).name
    CannedReply.objects.filter(pk=reply.pk).update(used_count=F("used_count") + 1)
    values = values_of(complaint, staff=by, at=at, name=called(name, language), language=language)
    return placeholders.fill(text, values)


TITLES = (
    "นาย",
    "นาง",
    "น.ส.",
    "ด.ช.",
    "ด.ญ.",
    "คุณ",
    "ดร.",
    "พล",
    "พ.",
    "ร.",
    "จ.",
    "ส.",
    "บริษัท",
    "ห้าง",
)


def called(name: str, language: str) -> str:
    """Return a name as one addresses it: in Thai with a title, คุณ where none was given."""
    name = name.strip()
    if not name or language == "en" or name.startswith(TITLES):
        return name
    return f"คุณ{name}"

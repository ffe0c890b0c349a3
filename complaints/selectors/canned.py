"""Canned replies: the list, what a case can use, and what their fields say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from agency.thai import format_date, group_phone
from complaints.models import CannedReply

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agency.models import Staff
    from complaints.models import Complaint

SAMPLE_NUMBER = "2570-000123"
ALIKE = {"send_for_review": CannedReply.Use.ANSWER.value}  # an answer, read by somebody else first


def canned_list(staff: Staff) -> QuerySet[CannedReply]:
    """Return the canned replies the person may read, with all that a row shows."""
    return CannedReply.objects.visible_to(staff).select_related("unit")


def canned_for(complaint: Complaint, verb: str) -> list[CannedReply]:
    """Return what can be put into a message on this case, the most used first."""
    use = ALIKE.get(verb, verb)
    if use not in CannedReply.Use.values:
        return []
    fitting = CannedReply.objects.of(complaint.unit).fit_for(use)
    return list(fitting.order_by("-used_count", "-pk"))


def language_of(complaint: Complaint, *, verb: str) -> str:
    """Return the language of a text: the complainant's, of a note the house's."""
    if complaint.person and verb != CannedReply.Use.NOTE:
        return complaint.person.language
    return "th"


def values_of(
    complaint: Complaint, *, staff: Staff, at: datetime, name: str, language: str
) -> Mapping[str, str]:
    """Return what the fields say on a case; an empty name becomes a polite form without one."""
    with translation.override(language):
        return {
            "number": complaint.number,
            "subject": complaint.subject,
            "name": name or nameless(),
            "officer": str(complaint.officer or staff),
            "unit": complaint.unit.name,
            "phone": group_phone(complaint.unit.phone),
            "received": format_date(complaint.received_at, long=True),
            "due": format_date(complaint.due_at, long=True),
            "today": format_date(at, long=True),
        }


def sample_values(staff: Staff, *, at: datetime, language: str) -> Mapping[str, str]:
    """Return what the fields say on a case that does not exist, for the preview."""
    with translation.override(language):
        return {
            "number": SAMPLE_NUMBER,
            "subject": _("Two hours in the queue for a licence"),
            "name": _("Ms Somsri Example"),
            "officer": str(staff),
            "unit": staff.unit.name,
            "phone": group_phone(staff.unit.phone),
            "received": format_date(at, long=True),
            "due": format_date(at, long=True),
            "today": format_date(at, long=True),
        }


def nameless() -> str:
    """Address somebody whose name is not known or not shown."""
    return _("Dear complainant")

"""Who may do what with a voice. Rights only: whether a voice is in a state for it, the verb says.

Officers and supervisors take voices in and work on those of their own unit and below: the inbox is
shared, whoever is free takes the next one. Supervisors also import, and manage the list of topics.
Supervisors and executives approve insights, never their own. Executives and auditors read.
Administrators: nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from agency.models import Role
from listening.models.voice import WORKERS

if TYPE_CHECKING:
    from agency.models import Staff, Unit
    from listening.models import Hearing, Insight, Voice

TAKERS = (Role.OFFICER, Role.SUPERVISOR)
LEADERS = (Role.SUPERVISOR, Role.EXECUTIVE)


class OfUnit(Protocol):
    """Anything that belongs to a unit."""

    unit: Unit


def is_in_reach(staff: Staff, thing: OfUnit) -> bool:
    """Whether it belongs to the person's unit or one below."""
    return thing.unit.path.startswith(staff.unit.path)


def can_read(staff: Staff) -> bool:
    """Open the inbox and the registers; what is in them, `visible_to` says."""
    return staff.has_role(*WORKERS)


def can_see(staff: Staff, voice: Voice) -> bool:
    """Whether `visible_to` would show the voice; for a voice at hand."""
    return can_read(staff) and is_in_reach(staff, voice)


def can_receive(staff: Staff) -> bool:
    """Take a voice in, write down an outing."""
    return staff.has_role(*TAKERS)


def can_import(staff: Staff) -> bool:
    """Take voices over from a file."""
    return staff.has_role(Role.SUPERVISOR)


def can_set_topics(staff: Staff) -> bool:
    """Write a new version of the list of topics: it holds for the whole agency."""
    return staff.has_role(Role.ADMIN) or (
        staff.has_role(Role.SUPERVISOR) and staff.unit.parent_id is None
    )


def can_read_models(staff: Staff) -> bool:
    """Read the cards of the models of text."""
    return staff.has_role(*WORKERS, Role.ADMIN)


def can_switch_models(staff: Staff) -> bool:
    """Take a model of text into use again, or switch it off."""
    return staff.has_role(Role.ADMIN)


def works_on(staff: Staff, thing: OfUnit) -> bool:
    """Whether the person works on it: an officer or supervisor of its unit or one above."""
    return staff.has_role(*TAKERS) and is_in_reach(staff, thing)


def can_discuss(staff: Staff, thing: OfUnit) -> bool:
    """Say something on an insight: everybody who sees it but auditors."""
    return staff.has_role(*TAKERS, Role.EXECUTIVE) and is_in_reach(staff, thing)


def can_approve_insight(staff: Staff, insight: Insight) -> bool:
    """Approve or drop an insight: a supervisor or executive above it who did not write it."""
    is_other = insight.made_by_id != staff.pk
    return is_other and staff.has_role(*LEADERS) and is_in_reach(staff, insight)


Right = Callable[["Staff", OfUnit], bool]


def can_prepare_hearings(staff: Staff) -> bool:
    """Begin a hearing of the own unit."""
    return staff.has_role(*TAKERS)


def can_lead_hearing(staff: Staff, hearing: Hearing) -> bool:
    """Announce a hearing, call it off, decide appeals, publish its summary."""
    return staff.has_role(*LEADERS) and is_in_reach(staff, hearing)


def works_on_or_leads(staff: Staff, hearing: Hearing) -> bool:
    """Read the summary before it is out."""
    return works_on(staff, hearing) or can_lead_hearing(staff, hearing)


def can_chair(staff: Staff, hearing: Hearing) -> bool:
    """Run the session: its chair, and whoever works on the hearing."""
    return hearing.chair_id == staff.pk or works_on(staff, hearing)


can_triage: Right = works_on
can_assign: Right = works_on
can_reply: Right = works_on
can_convert: Right = works_on
can_close: Right = works_on
can_merge: Right = works_on
can_unmerge: Right = works_on
can_tag: Right = works_on
can_see_contact: Right = works_on
can_settle_rise: Right = works_on
can_keep: Right = works_on  # needs, stakeholders, insights

RIGHTS: dict[str, Right] = {
    "triage": can_triage,
    "assign": can_assign,
    "reply": can_reply,
    "convert": can_convert,
    "close": can_close,
    "merge": can_merge,
    "unmerge": can_unmerge,
    "tag": can_tag,
}

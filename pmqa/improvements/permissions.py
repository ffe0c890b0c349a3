"""Who may do what with an improvement. Rights only: whether it is in a state for it, the verb says.

Officers and supervisors start improvements and work on those of their unit and below; who is responsible
works on it wherever it stands. Supervisors and executives complete, drop and publish. Auditors read.
"""

from __future__ import annotations

from collections.abc import Callable

from agency.models import Role, Staff
from pmqa.improvements.models import Improvement, Receipt
from pmqa.improvements.models.improvement import READERS

TAKERS = (Role.OFFICER, Role.SUPERVISOR)
LEADERS = (Role.SUPERVISOR, Role.EXECUTIVE)

Right = Callable[[Staff, Improvement], bool]


def is_in_reach(staff: Staff, improvement: Improvement) -> bool:
    """Whether it belongs to the person's unit or one below."""
    return improvement.unit.path.startswith(staff.unit.path)


def can_read(staff: Staff) -> bool:
    """Open the board; what is on it, `visible_to` says."""
    return staff.has_role(*READERS)


def can_start(staff: Staff) -> bool:
    """Start an improvement of the own unit."""
    return staff.has_role(*TAKERS)


def can_work(staff: Staff, improvement: Improvement) -> bool:
    """Change it, move it, plan it, measure it."""
    if not staff.has_role(*TAKERS):
        return False
    return is_in_reach(staff, improvement) or improvement.owner_id == staff.pk


def can_lead(staff: Staff, improvement: Improvement) -> bool:
    """Complete, drop, publish."""
    return staff.has_role(*LEADERS) and is_in_reach(staff, improvement)


def can_acknowledge(staff: Staff, receipt: Receipt) -> bool:
    """Acknowledge a guideline for a unit."""
    return staff.has_role(*LEADERS) and receipt.unit.path.startswith(staff.unit.path)

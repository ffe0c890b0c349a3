"""Who may do what with a self-assessment."""

from __future__ import annotations

from collections.abc import Mapping

from agency.models import Role, Staff, Unit
from pmqa.assessment.models import Assessment, PlanStep, State


def can_start(staff: Staff, unit: Unit) -> bool:
    """Supervisors and executives assess their own unit."""
    return staff.unit_id == unit.pk and staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE)


def can_write(staff: Staff, assessment: Assessment) -> bool:
    """Supervisors and executives of the unit write."""
    return staff.unit_id == assessment.unit_id and staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE)


def can_judge(staff: Staff, assessment: Assessment) -> bool:
    """The committee are the executives of the root unit; nobody judges what they submitted themselves."""
    return is_committee(staff) and staff.pk != assessment.submitted_by_id


def is_committee(staff: Staff) -> bool:
    """Whether the person is of the committee."""
    return staff.unit.parent_id is None and staff.has_role(Role.EXECUTIVE)


def may(staff: Staff, assessment: Assessment) -> Mapping[str, bool]:
    """Return what the person may do with the assessment as it stands, for its pages."""
    writes, judges = can_write(staff, assessment), can_judge(staff, assessment)
    is_submitted = assessment.state == State.SUBMITTED
    return {
        "write": writes and assessment.state == State.DRAFT,
        "submit": writes and assessment.state == State.DRAFT,
        "tick": judges and is_submitted,
        "judge": judges and is_submitted,
        "send_back": judges and is_submitted,
        "close": is_committee(staff) and assessment.state == State.JUDGED,
        "plan": writes,
        "follow_up": writes and assessment.state == State.CLOSED,
        "see_committee": assessment.state in (State.JUDGED, State.CLOSED)
        or (is_committee(staff) and is_submitted),
    }


def can_carry_out(staff: Staff, step: PlanStep) -> bool:
    """Who is responsible for a step says that it is done, or the unit's supervisors do."""
    return step.done_at is None and (staff.pk == step.owner_id or can_write(staff, step.assessment))

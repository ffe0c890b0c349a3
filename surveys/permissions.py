"""Who may do what with a survey. Rights only: whether a survey or wave is in a state for it, the verb says.

Officer: builds surveys of the own unit and below, runs waves, keys paper in. Supervisor: publishes
versions, opens and closes waves, voids responses, publishes factsheets. Executive: reads,
publishes factsheets, acknowledges results. Auditor: reads. Administrator: the question bank only.
A unit that a survey is shared with reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agency.models import Role

if TYPE_CHECKING:
    from agency.models import Staff
    from surveys.models import Acknowledgement, FollowUp, Survey

WORKERS = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR)
BUILDERS = (Role.OFFICER, Role.SUPERVISOR)


def is_in_reach(staff: Staff, survey: Survey) -> bool:
    """Whether the survey belongs to the person's unit or one below."""
    return survey.unit.path.startswith(staff.unit.path)


def can_make(staff: Staff) -> bool:
    """Begin a survey."""
    return staff.has_role(*BUILDERS)


def can_build(staff: Staff, survey: Survey) -> bool:
    """Change the draft; of the question bank only administrators."""
    if survey.is_bank:
        return staff.has_role(Role.ADMIN)
    return staff.has_role(*BUILDERS) and is_in_reach(staff, survey)


def can_publish(staff: Staff, survey: Survey) -> bool:
    """Freeze the draft as a version, archive: the owner of the survey or a supervisor."""
    if survey.is_bank or not is_in_reach(staff, survey):
        return False
    return staff.has_role(Role.SUPERVISOR) or (
        staff.has_role(Role.OFFICER) and survey.owner_id == staff.pk
    )


def can_run(staff: Staff, survey: Survey) -> bool:
    """Prepare, open, close waves; invite; key in and import answers."""
    return not survey.is_bank and staff.has_role(*BUILDERS) and is_in_reach(staff, survey)


def can_supervise(staff: Staff, survey: Survey) -> bool:
    """Void a response, change who a survey is shared with, send results to units."""
    return not survey.is_bank and staff.has_role(Role.SUPERVISOR) and is_in_reach(staff, survey)


def can_read_results(staff: Staff, survey: Survey) -> bool:
    """Read tables of a survey that the person sees; single answers need `can_read_answers`."""
    return not survey.is_bank and staff.has_role(*WORKERS)


def can_read_answers(staff: Staff, survey: Survey) -> bool:
    """Read and export single answers: own unit and below, with a role; not by sharing."""
    return not survey.is_bank and staff.has_role(*WORKERS) and is_in_reach(staff, survey)


def can_publish_factsheet(staff: Staff, survey: Survey) -> bool:
    """Publish or correct the factsheet of a wave."""
    leaders = (Role.SUPERVISOR, Role.EXECUTIVE)
    return not survey.is_bank and staff.has_role(*leaders) and is_in_reach(staff, survey)


def can_set_pulses(staff: Staff) -> bool:
    """Begin a question after a service; which wave, `can_supervise` says."""
    return staff.has_role(Role.SUPERVISOR)


def can_acknowledge(staff: Staff, acknowledgement: Acknowledgement) -> bool:
    """Acknowledge results for the unit and write its plan."""
    leaders = (Role.SUPERVISOR, Role.EXECUTIVE)
    return staff.has_role(*leaders) and acknowledgement.unit.path.startswith(staff.unit.path)


def can_follow_up(staff: Staff, followup: FollowUp) -> bool:
    """Take over and close a follow-up, and see the contact."""
    return staff.has_role(*BUILDERS) and followup.unit.path.startswith(staff.unit.path)

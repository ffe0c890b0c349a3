"""Who may do what with a case. Rights only: whether a case is in a state for it, the verb says.

Officer: works on the own cases and takes unassigned ones of the own unit. Supervisor: everything
in the own unit and below. Executive: reads, notes, instructs, reviews what came before executives.
Auditor: reads. Administrator: nothing. A restricted case: all this only for the persons named for
it; a person named from elsewhere reads and notes.

Who deputises (`Staff.stands_in_for`) works on the cases of an officer who is away and takes the
decisions of a supervisor or executive who is: reviews, more time, drafted answers. As long as the
leave lasts the deputy sees the units of that person, but what is restricted only when named for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from agency.models import Role
from complaints.models import Status
from complaints.models.complaint import desks_of

if TYPE_CHECKING:
    from agency.models import Staff, Unit
    from complaints.models import Complaint, CorrectiveAction, Escalation, SubTask

WORKERS = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR)
WRITERS = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE)


def is_named(staff: Staff, complaint: Complaint) -> bool:
    """Whether the person is named for the case; a page may know already that nobody is."""
    return vars(complaint).get("has_readers", True) and any(
        reader.staff_id == staff.pk for reader in complaint.readers.all()
    )


def is_in_reach(staff: Staff, complaint: Complaint) -> bool:
    """Whether the case lies in the person's unit or below, and, if restricted, the person is named."""
    if not complaint.unit.path.startswith(staff.unit.path):
        return False
    return not complaint.is_restricted or is_named(staff, complaint)


def supervises(staff: Staff, complaint: Complaint) -> bool:
    """Whether the person is a supervisor of the case."""
    return staff.has_role(Role.SUPERVISOR) and is_in_reach(staff, complaint)


def directs(staff: Staff, complaint: Complaint) -> bool:
    """Whether the person is an executive above the case."""
    return staff.has_role(Role.EXECUTIVE) and is_in_reach(staff, complaint)


def handles(staff: Staff, complaint: Complaint) -> bool:
    """Whether the case is the person's own, or that of somebody away for whom the person acts."""
    return (
        complaint.officer_id in {each.pk for each in (staff, *staff.stands_in_for)}
        and staff.has_role(Role.OFFICER, Role.SUPERVISOR)
        and (not complaint.is_restricted or is_named(staff, complaint))
    )


def decides(staff: Staff, complaint: Complaint, *, right: Right) -> bool:
    """Whether the person has the right, or deputises for somebody on leave who has it."""
    if right(staff, complaint):
        return True
    away = desks_of(staff)[1:]
    return can_see(staff, complaint) and any(right(each, complaint) for each in away)


def works_on(staff: Staff, complaint: Complaint) -> bool:
    """Whether the person is the officer of the case or a supervisor of it."""
    return handles(staff, complaint) or supervises(staff, complaint)


def can_see(staff: Staff, complaint: Complaint) -> bool:
    """Whether `visible_to` would show the case; for a case at hand.

    A deputy sees what the person on leave sees, except what is restricted to named persons.
    """
    if staff.has_role(*WORKERS) and is_in_reach(staff, complaint):
        return True
    if is_named(staff, complaint):
        return True
    away = (each for each in desks_of(staff)[1:] if each.has_role(*WORKERS))
    return not complaint.is_restricted and any(is_in_reach(each, complaint) for each in away)


def can_receive(staff: Staff) -> bool:
    """Take a complaint in."""
    return staff.has_role(Role.OFFICER, Role.SUPERVISOR)


def can_keep_canned(staff: Staff, unit: Unit) -> bool:
    """Write and change the canned replies of a unit: supervisors of it or of one above."""
    return staff.has_role(Role.SUPERVISOR) and unit.path.startswith(staff.unit.path)


def can_note(staff: Staff, complaint: Complaint) -> bool:
    """Write an internal note."""
    return staff.has_role(*WRITERS) and can_see(staff, complaint)


def can_take(staff: Staff, complaint: Complaint) -> bool:
    """Take an unassigned case of the own unit."""
    if complaint.officer_id is not None:
        return False
    if supervises(staff, complaint):
        return True
    is_own_unit = complaint.unit_id == staff.unit_id
    return staff.has_role(Role.OFFICER) and is_own_unit and is_in_reach(staff, complaint)


def can_acknowledge(staff: Staff, complaint: Complaint) -> bool:
    """Tell the complainant that it is in hand: the officer, a supervisor, or who may take it."""
    return works_on(staff, complaint) or can_take(staff, complaint)


def can_accept(staff: Staff, complaint: Complaint) -> bool:
    """Take up the case one was given."""
    return handles(staff, complaint)


def can_decide_extension(staff: Staff, complaint: Complaint) -> bool:
    """Grant or refuse more time: supervisors and who deputises for one."""
    return decides(staff, complaint, right=supervises)


def can_reveal_identity(staff: Staff, complaint: Complaint) -> bool:
    """See who the complainant is, with a reason that is kept."""
    return complaint.person_id is not None and works_on(staff, complaint)


def can_attach(staff: Staff, complaint: Complaint) -> bool:
    """Add a file."""
    return works_on(staff, complaint)


def can_write_document(staff: Staff, complaint: Complaint) -> bool:
    """Write, number, issue and void letters and memos on the case."""
    return works_on(staff, complaint)


def can_instruct(staff: Staff, complaint: Complaint) -> bool:
    """Tell the officer what to do."""
    return supervises(staff, complaint) or directs(staff, complaint)


def can_review(staff: Staff, escalation: Escalation) -> bool:
    """Look at an escalation and mark it reviewed: supervisors; executives what came before them.

    Who deputises for one of them does so as well.
    """
    complaint = escalation.complaint
    if decides(staff, complaint, right=supervises):
        return True
    return escalation.level == Role.EXECUTIVE and decides(staff, complaint, right=directs)


def can_redirect(staff: Staff, escalation: Escalation) -> bool:
    """Take over, reassign, send back: supervisors, and executives what came before them."""
    return can_review(staff, escalation)


def can_approve_answer(staff: Staff, complaint: Complaint) -> bool:
    """Look at a drafted answer: supervisors, executives, and who deputises for one; the verb refuses the author."""
    return decides(staff, complaint, right=can_instruct)


def can_hold_legally(staff: Staff, complaint: Complaint) -> bool:
    """Keep a case for a court, or let the rules hold for it again: supervisors and executives of it."""
    return supervises(staff, complaint) or directs(staff, complaint)


def sets_rules(staff: Staff) -> bool:
    """Whether the person sets what holds for the whole agency: administrators and the leaders at its head."""
    if staff.has_role(Role.ADMIN):
        return True
    return staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE) and staff.unit.parent_id is None


def can_see_rules(staff: Staff) -> bool:
    """Look at standards and retention rules: everybody with a role."""
    return staff.has_role(*WORKERS, Role.ADMIN)


def can_draft_standard(staff: Staff) -> bool:
    """Write a draft of a standard and try it on past cases: supervisors, executives, administrators."""
    return staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE, Role.ADMIN)


can_publish_standard = sets_rules
can_change_retention = sets_rules
can_keep_causes = sets_rules


def can_plan_action(staff: Staff) -> bool:
    """Plan a corrective action in the own unit and below."""
    return staff.has_role(Role.OFFICER, Role.SUPERVISOR)


def can_work_on_action(staff: Staff, action: CorrectiveAction) -> bool:
    """Begin, finish or drop an action: who is responsible for it, and a supervisor of its unit."""
    return action.owner_id == staff.pk or supervises_action(staff, action)


def can_verify_action(staff: Staff, action: CorrectiveAction) -> bool:
    """Confirm that an action was done: a supervisor of its unit who is not responsible for it."""
    return action.owner_id != staff.pk and supervises_action(staff, action)


def supervises_action(staff: Staff, action: CorrectiveAction) -> bool:
    """Whether the person is a supervisor of the action's unit."""
    is_below: bool = action.unit.path.startswith(staff.unit.path)
    return staff.has_role(Role.SUPERVISOR) and is_below


def can_reply_subtask(staff: Staff, subtask: SubTask) -> bool:
    """Reply to a sub-task or return it: the unit that is asked; for an agency, the officer of the case."""
    if subtask.unit is None:
        return works_on(staff, subtask.complaint)
    if staff.has_role(Role.SUPERVISOR) and subtask.unit.path.startswith(staff.unit.path):
        return True
    is_own = staff.has_role(Role.OFFICER) and staff.unit_id == subtask.unit_id
    return is_own and not subtask.complaint.is_restricted


def can_cancel_subtask(staff: Staff, subtask: SubTask) -> bool:
    """Do without the reply to a sub-task."""
    return works_on(staff, subtask.complaint)


Right = Callable[["Staff", "Complaint"], bool]

can_screen: Right = supervises
can_assign: Right = supervises
can_give: Right = supervises
can_reopen: Right = supervises
can_escalate_to_stage2: Right = supervises
can_name_reader: Right = supervises
can_ask: Right = works_on
can_resume: Right = works_on
can_send_progress: Right = works_on
can_answer: Right = works_on
can_ask_extension: Right = works_on
can_close: Right = works_on
can_withdraw: Right = works_on
can_record_referral_answer: Right = works_on
can_link: Right = works_on
can_unlink: Right = works_on
can_send_for_review: Right = works_on
can_take_answer_back: Right = works_on
can_return_answer: Right = can_approve_answer
can_split: Right = works_on
can_fan_out: Right = works_on
can_reject: Right = supervises
can_refer: Right = supervises
can_unarchive: Right = supervises
can_release_hold: Right = can_hold_legally

RIGHTS: dict[str, Right] = {
    "accept": can_accept,
    "acknowledge": can_acknowledge,
    "answer": can_answer,
    "approve_answer": can_approve_answer,
    "ask": can_ask,
    "ask_extension": can_ask_extension,
    "assign": can_assign,
    "attach": can_attach,
    "close": can_close,
    "decide_extension": can_decide_extension,
    "escalate_to_stage2": can_escalate_to_stage2,
    "hold_legally": can_hold_legally,
    "fan_out": can_fan_out,
    "give": can_give,
    "instruct": can_instruct,
    "link": can_link,
    "name_reader": can_name_reader,
    "note": can_note,
    "record_referral_answer": can_record_referral_answer,
    "refer": can_refer,
    "reject": can_reject,
    "release_hold": can_release_hold,
    "reopen": can_reopen,
    "resume": can_resume,
    "return_answer": can_return_answer,
    "reveal_identity": can_reveal_identity,
    "screen": can_screen,
    "send_for_review": can_send_for_review,
    "send_progress": can_send_progress,
    "split": can_split,
    "take": can_take,
    "take_answer_back": can_take_answer_back,
    "unarchive": can_unarchive,
    "unlink": can_unlink,
    "withdraw": can_withdraw,
}

ANYTIME = frozenset(Status.values)
OPEN = frozenset(Status.open())
WORKABLE = frozenset(Status.workable())
UNANSWERED = frozenset(Status.assignable())
STATES: dict[str, frozenset[str]] = {
    "accept": frozenset({Status.ASSIGNED}),
    "acknowledge": OPEN,
    "answer": WORKABLE | {Status.WAITING},
    "ask": WORKABLE,
    "ask_extension": WORKABLE | {Status.WAITING},
    "assign": frozenset(Status.assignable()),
    "attach": OPEN,
    "close": frozenset({Status.ANSWERED}),
    "decide_extension": WORKABLE | {Status.WAITING},
    "escalate_to_stage2": OPEN | {Status.CLOSED},
    "fan_out": UNANSWERED,
    "give": frozenset(Status.assignable()),
    "instruct": OPEN,
    "record_referral_answer": frozenset({Status.REFERRED}),
    "refer": UNANSWERED,
    "reject": UNANSWERED,
    "reopen": frozenset({Status.ANSWERED, *Status.ended()}),
    "resume": frozenset({Status.WAITING}),
    "screen": frozenset({Status.RECEIVED, Status.SCREENED, *Status.workable()}),
    "send_for_review": WORKABLE | {Status.WAITING},
    "send_progress": WORKABLE | {Status.WAITING},
    "split": UNANSWERED,
    "take": frozenset(Status.assignable()),
    "withdraw": UNANSWERED,
}


def is_owed(complaint: Complaint) -> bool:
    """Whether another agency owes an answer; prefetch `referrals`."""
    return any(referral.is_waiting for referral in complaint.referrals.all())


def is_in_review(complaint: Complaint) -> bool:
    """Whether a drafted answer waits for a second person; prefetch `reviews`."""
    if not complaint.policy.needs_review:
        return False
    return any(review.decided_at is None for review in complaint.reviews.all())


# What still makes sense with a case in the archive, until its time of keeping is over.
IN_ARCHIVE = frozenset({"hold_legally", "release_hold", "reopen", "reveal_identity", "unarchive"})

# What the status alone does not tell.
CONDITIONS: dict[str, Callable[[Complaint], bool]] = {
    "acknowledge": lambda complaint: complaint.acknowledged_at is None,
    "answer": lambda complaint: not complaint.policy.needs_review,
    "approve_answer": is_in_review,
    "escalate_to_stage2": lambda complaint: complaint.stage == 1,
    "hold_legally": lambda complaint: complaint.legal_hold_at is None,
    "give": lambda complaint: (
        complaint.officer_id is None and getattr(complaint, "has_rota", False)
    ),
    "link": lambda complaint: complaint.master_id is None,
    "name_reader": lambda complaint: complaint.is_restricted,
    "record_referral_answer": is_owed,
    "return_answer": is_in_review,
    "send_for_review": lambda complaint: (
        complaint.policy.needs_review and not is_in_review(complaint)
    ),
    "split": lambda complaint: complaint.stage == 1 and complaint.master_id is None,
    "take_answer_back": is_in_review,
    "release_hold": lambda complaint: complaint.legal_hold_at is not None,
    "unarchive": lambda complaint: complaint.archived_at is not None,
    "unlink": lambda complaint: complaint.master_id is not None,
}


def fits(verb: str, complaint: Complaint) -> bool:
    """Whether the case is in a state in which the verb makes sense."""
    if complaint.status not in STATES.get(verb, ANYTIME):
        return False
    if complaint.erased_at or (complaint.archived_at and verb not in IN_ARCHIVE):
        return False
    condition = CONDITIONS.get(verb)
    return condition is None or condition(complaint)


def may(staff: Staff, complaint: Complaint) -> Mapping[str, bool]:
    """Return, by verb, what the person may do with the case as it stands; for templates."""
    is_referred = complaint.status == Status.REFERRED
    has_readers = vars(complaint).get("has_readers", True)
    wanted = ["readers"] if has_readers else []
    if is_referred:
        wanted.append("referrals__agency")
    if complaint.policy.needs_review:
        wanted.append("reviews__drafted_by")
    prefetch_related_objects([complaint], *wanted)
    return {
        verb: fits(verb, complaint) and right(staff, complaint) for verb, right in RIGHTS.items()
    }

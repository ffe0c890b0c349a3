"""The verbs of the case page: name, words, form and the rule of the lifecycle each one runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agency.models import Staff
from complaints import lifecycle, permissions
from complaints.forms import actions
from complaints.forms.fanout import FanOutForm
from complaints.forms.splitting import SplitForm
from complaints.lifecycle.files import attach
from complaints.models import Complaint, Escalation, Status
from complaints.selectors.choices import asked_extension

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb as it is offered; `run` is the lifecycle's, `done` the sentence afterwards."""

    name: str
    label: Words
    icon: str
    run: Callable[..., Any]
    done: Words
    form: type[actions.ActionForm] = actions.ActionForm
    button: Words = ""
    words: Words = ""
    is_grave: bool = False


def decide_asked(complaint: Complaint, **arguments: Any) -> Complaint:
    """Decide the request for more time that waits on this case."""
    extension = asked_extension(complaint)
    if extension is None:
        raise lifecycle.Refused(_("Nobody asks for more time on this case now."))
    return lifecycle.decide_extension(extension, **arguments)


def by_name(*verbs: Verb) -> Mapping[str, Verb]:
    """Return verbs by name, in their order."""
    return {verb.name: verb for verb in verbs}


VERBS = by_name(
    Verb(
        name="acknowledge",
        label=_("Acknowledge receipt"),
        icon="mail",
        form=actions.AcknowledgeForm,
        run=lifecycle.acknowledge,
        button=_("Send the acknowledgement"),
        done=_("The complainant is told that the case has arrived."),
    ),
    Verb(
        name="screen",
        label=_("Screen the case"),
        icon="filter",
        form=actions.ScreenForm,
        run=lifecycle.screen,
        done=_("Screened. The time limit follows the kind and the grade."),
    ),
    Verb(
        name="assign",
        label=_("Assign an officer"),
        icon="person",
        form=actions.AssignForm,
        run=lifecycle.assign,
        done=_("Assigned."),
    ),
    Verb(
        name="give",
        label=_("Give to the next in line"),
        icon="people",
        run=lifecycle.give,
        words=_("The unit’s order of giving chooses the officer and says why."),
        done=_("Given. The course of the case says to whom and why."),
    ),
    Verb(
        name="take",
        label=_("Take it myself"),
        icon="check",
        run=lambda complaint, *, by, **rest: lifecycle.assign(complaint, to=by, by=by, **rest),
        words=_("You become the officer of this case."),
        done=_("The case is yours."),
    ),
    Verb(
        name="accept",
        label=_("Accept the case"),
        icon="check",
        run=lifecycle.accept,
        words=_("You take up the work on this case."),
        done=_("Accepted. The case is in progress."),
    ),
    Verb(
        name="answer",
        label=_("Answer the complainant"),
        icon="send",
        form=actions.AnswerForm,
        run=lifecycle.answer,
        button=_("Send the answer"),
        done=_("Answered. The time limit has stopped."),
    ),
    Verb(
        name="approve_answer",
        label=_("Approve the answer"),
        icon="check",
        run=lifecycle.approve_answer,
        button=_("Approve and send it"),
        words=_("The answer above goes to the complainant as it stands."),
        done=_("Approved. The answer is sent and the time limit has stopped."),
    ),
    Verb(
        name="return_answer",
        label=_("Return the answer"),
        icon="reply",
        form=actions.ReturnAnswerForm,
        run=lifecycle.return_answer,
        done=_("Returned. The author is told what is to be changed."),
    ),
    Verb(
        name="send_for_review",
        label=_("Send the answer for review"),
        icon="send",
        form=actions.AnswerForm,
        run=lifecycle.send_for_review,
        words=_("It goes out when another person has approved it; the clock runs until then."),
        done=_("The answer waits for a second person."),
    ),
    Verb(
        name="take_answer_back",
        label=_("Take the drafted answer back"),
        icon="refresh",
        run=lifecycle.take_answer_back,
        words=_("You can change the answer and send it for review again."),
        done=_("The draft is yours again."),
    ),
    Verb(
        name="ask",
        label=_("Ask the complainant"),
        icon="help",
        form=actions.AskForm,
        run=lifecycle.ask,
        button=_("Send the question"),
        done=_("The question is sent and the clock stands still."),
    ),
    Verb(
        name="resume",
        label=_("Let the clock go on"),
        icon="clock",
        form=actions.ResumeForm,
        run=lifecycle.resume,
        done=_("The clock goes on."),
    ),
    Verb(
        name="note",
        label=_("Add a note"),
        icon="note",
        form=actions.NoteForm,
        run=lifecycle.note,
        button=_("Keep the note"),
        done=_("The note is kept."),
    ),
    Verb(
        name="send_progress",
        label=_("Send a progress letter"),
        icon="send",
        form=actions.ProgressForm,
        run=lifecycle.send_progress,
        button=_("Send the letter"),
        done=_("The progress letter is sent."),
    ),
    Verb(
        name="attach",
        label=_("Add files"),
        icon="attach",
        form=actions.AttachForm,
        run=attach,
        done=_("The files are kept with the case."),
    ),
    Verb(
        name="ask_extension",
        label=_("Ask for more time"),
        icon="hourglass",
        form=actions.ExtendForm,
        run=lifecycle.ask_extension,
        done=_("The request is before the supervisor."),
    ),
    Verb(
        name="decide_extension",
        label=_("Decide on more time"),
        icon="calendar",
        form=actions.DecideExtensionForm,
        run=decide_asked,
        button=_("Decide"),
        done=_("Decided. The officer is told."),
    ),
    Verb(
        name="instruct",
        label=_("Instruct the officer"),
        icon="flag",
        form=actions.InstructForm,
        run=lifecycle.instruct_officer,
        done=_("The officer has your instruction."),
    ),
    Verb(
        name="close",
        label=_("Close the case"),
        icon="lock",
        form=actions.CloseForm,
        run=lifecycle.close,
        done=_("The case is closed."),
    ),
    Verb(
        name="escalate_to_stage2",
        label=_("Take to stage 2"),
        icon="escalate",
        form=actions.ReasonForm,
        run=lifecycle.escalate_to_stage2,
        words=_("Another reviewer looks at the case; a new time limit begins."),
        done=_("The case is at stage 2."),
        is_grave=True,
    ),
    Verb(
        name="reopen",
        label=_("Reopen the case"),
        icon="refresh",
        form=actions.ReasonForm,
        run=lifecycle.reopen,
        words=_("A new time limit begins now; the closing that was stays in the reports."),
        done=_("The case is open again."),
    ),
    Verb(
        name="link",
        label=_("Link with a master case"),
        icon="attach",
        form=actions.LinkForm,
        run=lifecycle.link,
        button=_("Link"),
        words=_("Nothing is moved or deleted; the link can be taken back."),
        done=_("Linked. What the complainant writes here reaches the master case too."),
    ),
    Verb(
        name="unlink",
        label=_("Take the link back"),
        icon="close",
        form=actions.ReasonForm,
        run=lifecycle.unlink,
        words=_("Both cases go on as if they had never been linked."),
        done=_("The link is taken back."),
    ),
    Verb(
        name="fan_out",
        label=_("Ask other units"),
        icon="share",
        form=FanOutForm,
        run=lifecycle.fan_out,
        button=_("Ask them"),
        words=_(
            "Each gets a sub-task with its own time limit. The complainant is answered once, when all have replied."
        ),
        done=_("They are asked. How they stand is seen on this page."),
    ),
    Verb(
        name="split",
        label=_("Split the case"),
        icon="filter",
        form=SplitForm,
        run=lifecycle.split,
        button=_("Split and tell the complainant"),
        words=_(
            "Each further matter becomes a case of its own that counts from the same receipt. This case stays as it is; the complainant is told the new numbers once."
        ),
        done=_("Split. The complainant is told the new numbers."),
        is_grave=True,
    ),
    Verb(
        name="refer",
        label=_("Refer to another agency"),
        icon="reply",
        form=actions.ReferForm,
        run=lifecycle.refer,
        button=_("Refer and tell the complainant"),
        words=_("The case ends here. You are reminded until the agency has answered."),
        done=_("Referred. The complainant is told which agency it is."),
        is_grave=True,
    ),
    Verb(
        name="record_referral_answer",
        label=_("Record the agency’s answer"),
        icon="inbox",
        form=actions.ReferralAnswerForm,
        run=lifecycle.record_referral_answer,
        button=_("Keep the answer"),
        done=_("The answer of the agency is kept."),
    ),
    Verb(
        name="reject",
        label=_("Do not accept the case"),
        icon="close",
        form=actions.RejectForm,
        run=lifecycle.reject,
        button=_("End the case and tell the complainant"),
        words=_("The case ends without an answer to the matter. It can be reopened."),
        done=_("Not accepted. The complainant is told why and what can be done instead."),
        is_grave=True,
    ),
    Verb(
        name="withdraw",
        label=_("The complainant withdraws"),
        icon="reply",
        form=actions.WithdrawForm,
        run=lifecycle.withdraw,
        button=_("End the case as withdrawn"),
        words=_("The case ends without an answer. It can be reopened."),
        done=_("Withdrawn. The complainant gets a confirmation."),
        is_grave=True,
    ),
    Verb(
        name="name_reader",
        label=_("Name a reader"),
        icon="eye",
        form=actions.NameReaderForm,
        run=lifecycle.name_reader,
        words=_("This person can then read all of this restricted case."),
        done=_("The person may read this case now."),
    ),
    Verb(
        name="unarchive",
        label=_("Take out of the archive"),
        icon="upload",
        form=actions.ReasonForm,
        run=lifecycle.unarchive,
        words=_("The case can be worked on again. Left alone for 30 days, it goes back."),
        done=_("The case is out of the archive."),
    ),
    Verb(
        name="hold_legally",
        label=_("Put under legal hold"),
        icon="lock",
        form=actions.ReasonForm,
        run=lifecycle.hold_legally,
        button=_("Put under legal hold"),
        words=_("The case is neither archived nor erased until the hold is released."),
        done=_("The case is under legal hold."),
        is_grave=True,
    ),
    Verb(
        name="release_hold",
        label=_("Release the legal hold"),
        icon="refresh",
        form=actions.ReasonForm,
        run=lifecycle.release_hold,
        button=_("Release the hold"),
        words=_("The retention rules hold for this case again from tonight on."),
        done=_("The legal hold is released."),
        is_grave=True,
    ),
    Verb(
        name="reveal_identity",
        label=_("Show the complainant’s identity"),
        icon="eye",
        form=actions.RevealForm,
        run=lifecycle.reveal_identity,
        button=_("Show it once"),
        done="",
    ),
)

REVIEWS = by_name(
    Verb(
        name="decide",
        label=_("Decide on more time"),
        icon="calendar",
        form=actions.DecideExtensionForm,
        run=lifecycle.decide_extension,
        button=_("Decide"),
        done=_("Decided. The officer is told."),
    ),
    Verb(
        name="reassign",
        label=_("Give to another officer"),
        icon="people",
        form=actions.AssignForm,
        run=lifecycle.reassign,
        done=_("The case has another officer now."),
    ),
    Verb(
        name="instruct",
        label=_("Instruct the officer"),
        icon="flag",
        form=actions.InstructForm,
        run=lifecycle.instruct,
        done=_("The officer has your instruction."),
    ),
    Verb(
        name="take_over",
        label=_("Take over"),
        icon="person",
        run=lifecycle.take_over,
        words=_("You become the officer of this case."),
        done=_("The case is yours."),
    ),
    Verb(
        name="send_back",
        label=_("Send back"),
        icon="reply",
        form=actions.SendBackForm,
        run=lifecycle.send_back,
        done=_("The case is back with the officer."),
    ),
    Verb(
        name="mark_reviewed",
        label=_("Mark as reviewed"),
        icon="check",
        form=actions.ReviewedForm,
        run=lifecycle.mark_reviewed,
        done=_("Marked as reviewed."),
    ),
)

# The office's own order of work: the first of these that fits the state is the solid button.
NEXT = {
    Status.RECEIVED: ("acknowledge", "screen", "give", "assign", "take"),
    Status.SCREENED: ("give", "assign", "take", "acknowledge"),
    Status.ASSIGNED: ("approve_answer", "accept", "assign"),
    Status.IN_PROGRESS: ("approve_answer", "return_answer", "answer", "send_for_review"),
    Status.WAITING: ("approve_answer", "resume"),
    Status.ANSWERED: ("close",),
    Status.CLOSED: (),
    Status.REJECTED: (),
    Status.REFERRED: ("record_referral_answer",),
    Status.WITHDRAWN: (),
}


def offered(
    complaint: Complaint, *, may: Mapping[str, bool], is_extension_asked: bool = False
) -> list[Verb]:
    """Return the verbs the person may use now, the likeliest next one first."""
    first = [name for name in NEXT[Status(complaint.status)] if is_next(name, complaint)]
    if is_extension_asked:
        first.insert(0, "decide_extension")
    out = "ask_extension" if is_extension_asked else "decide_extension"
    order = [*first, *(name for name in VERBS if name not in first)]
    return [VERBS[name] for name in order if may.get(name) and name != out]


def is_next(name: str, complaint: Complaint) -> bool:
    """Leave out what was done already: a case is acknowledged once."""
    return name != "acknowledge" or complaint.acknowledged_at is None


def reviews(escalation: Escalation, *, staff: Staff) -> list[Verb]:
    """Return what the person may do about an escalation now, the likeliest first."""
    if escalation.decided_at or not permissions.can_review(staff, escalation):
        return []
    if lifecycle.is_settled(escalation):
        return [REVIEWS["mark_reviewed"]]
    if escalation.why == Escalation.Why.EXTENSION:
        may_decide = permissions.can_decide_extension(staff, escalation.complaint)
        return [REVIEWS["decide"], REVIEWS["reassign"], REVIEWS["take_over"]] if may_decide else []
    return [verb for verb in REVIEWS.values() if verb.name != "decide"]

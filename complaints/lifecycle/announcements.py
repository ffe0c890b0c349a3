"""Who is told what: notices to staff, which carry the number only, and letters to the complainant.

Notices never hold the subject, the text or a name (PAINS, complaints 10 and 25); of a restricted
case only the persons named for it are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency import letters, notices, units
from agency.models import Notice, Staff
from agency.notices import NoticeDraft
from agency.thai import format_date, local_day
from complaints.lifecycle.own_page import own_link
from complaints.lifecycle.rating_link import rating_url
from complaints.models import (
    AnswerReview,
    Clock,
    Complaint,
    Measure,
    Message,
    Referral,
    SubTask,
)
from complaints.sla import rating_last_day

Facts = Mapping[str, Any]


# Whom


def readers_of(complaint: Complaint) -> list[Staff]:
    """Return the persons named for a restricted case."""
    return list(
        Staff.objects.active()
        .filter(pk__in=complaint.readers.values("staff"))
        .select_related("unit", "deputy")
        .order_by("pk")
    )


def allowed(staff: Iterable[Staff], complaint: Complaint) -> list[Staff]:
    """Return those who may hear of the case; of a restricted one the named, all of them if none else."""
    people = list(dict.fromkeys(staff))
    if not complaint.is_restricted:
        return people
    readers = readers_of(complaint)
    return [person for person in people if person in readers] or readers


def supervisors_of(complaint: Complaint) -> list[Staff]:
    """Return the supervisors who answer for the case."""
    return allowed(units.supervisors_of(complaint.unit), complaint)


def desk_of(complaint: Complaint) -> list[Staff]:
    """Return the officer, or those who must find one."""
    return [complaint.officer] if complaint.officer else supervisors_of(complaint)


# Telling


def tell(
    complaint: Complaint,
    kind: str,
    *,
    to: Iterable[Staff],
    at: datetime,
    by: Staff | None = None,
    turn: str = "",
    is_unhurried: bool = False,
    **data: Any,
) -> None:
    """Write a notice to each person but the one who did it; `turn` tells repeats apart."""
    drafts = [
        NoticeDraft(
            subject=complaint,
            kind=f"complaints.{kind}",
            to=person,
            key=f"complaints.{kind}:{complaint.pk}:{turn or complaint.version}",
            url=page_of(complaint),
            data={"number": complaint.number, "version": complaint.version, **data},
            is_personal=complaint.is_restricted,
            is_unhurried=is_unhurried
            or (complaint.is_anonymous and (by is None or kind == "received")),
        )
        for person in dict.fromkeys(to)
        if person != by
    ]
    if drafts:
        notices.enqueue_many(drafts, at=at)


def page_of(complaint: Complaint) -> str:
    """Return the officer's page of the case."""
    try:
        return complaint.get_absolute_url()
    except NoReverseMatch:
        return ""


def write_to(complaint: Complaint, kind: str, *, at: datetime, **data: Any) -> None:
    """Write a letter to the complainant, if there is one."""
    if complaint.person is None:
        return
    letters.enqueue_letter(
        complaint,
        f"complaints.{kind}",
        person=complaint.person,
        at=at,
        key=f"complaints.{kind}:{complaint.pk}:{complaint.version}",
        number=complaint.number,
        **data,
    )


# Sentences of notices


def sentence(text: Callable[[], str]) -> Callable[[Facts], str]:
    """Return a title that puts the facts into a translated sentence."""
    return lambda facts: text() % dated(facts)


def dated(facts: Facts) -> Facts:
    """Return the facts with a day among them as it is read."""
    day = facts.get("day")
    return {**facts, "day": format_date(date.fromisoformat(day))} if day else facts


NOTICES: dict[str, Callable[[], str]] = {
    "received": lambda: _("New complaint %(number)s"),
    "assigned": lambda: _("Complaint %(number)s was assigned to you"),
    "routed": lambda: _("Complaint %(number)s came to your unit"),
    "replied": lambda: _("The complainant replied on %(number)s"),
    "unanswered": lambda: _(
        "The complainant wrote %(count)s times on %(number)s and has had no answer"
    ),
    "resumed": lambda: _("Complaint %(number)s goes on: the wait is over"),
    "reopened": lambda: _("Complaint %(number)s was reopened"),
    "stage2": lambda: _("Complaint %(number)s goes to stage 2: name another reviewer"),
    "extension_asked": lambda: _("More time is asked for complaint %(number)s"),
    "extension_granted": lambda: _("More time was granted for complaint %(number)s"),
    "extension_refused": lambda: _("More time was refused for complaint %(number)s"),
    "instructed": lambda: _("An instruction was given on complaint %(number)s"),
    "sent_back": lambda: _("Complaint %(number)s was sent back to you"),
    "named": lambda: _("You were named for restricted complaint %(number)s"),
    "rejected": lambda: _("Complaint %(number)s was not accepted"),
    "referred": lambda: _("Complaint %(number)s was referred to another agency"),
    "withdrawn": lambda: _("Complaint %(number)s was withdrawn"),
    "referral_unanswered": lambda: _("The other agency has not answered on complaint %(number)s"),
    "agency_day": lambda: _(
        "The agency that sent complaint %(number)s wants its answer by %(day)s"
    ),
    "review_asked": lambda: _("An answer to complaint %(number)s waits for your review"),
    "review_approved": lambda: _("Your answer to complaint %(number)s was approved and sent"),
    "review_returned": lambda: _("Your answer to complaint %(number)s came back to be changed"),
    "mentioned": lambda: _("You were named in a note on complaint %(number)s"),
    "watched_answer": lambda: _("Complaint %(number)s, which you follow, was answered"),
    "watched_status": lambda: _("The status of complaint %(number)s, which you follow, changed"),
    "watched_escalation": lambda: _("Complaint %(number)s, which you follow, was escalated"),
    "subtask_asked": lambda: _("Your unit is asked to help with complaint %(number)s"),
    "subtask_replied": lambda: _("A unit has replied on complaint %(number)s"),
    "subtask_returned": lambda: _("A unit has returned its part of complaint %(number)s"),
    "subtask_cancelled": lambda: _(
        "Your unit’s part of complaint %(number)s is not needed any more"
    ),
    "follower_linked": lambda: _("Another case now follows complaint %(number)s"),
    "follower_unlinked": lambda: _("A case no longer follows complaint %(number)s"),
    "follower_replied": lambda: _(
        "The complainant wrote on %(follower)s, which follows complaint %(number)s"
    ),
}


def milestone_title(facts: Facts) -> str:
    """Say how a clock of a case stands."""
    days, measure = int(facts["offset"]), str(Measure(facts["measure"]).label)
    told = {"number": facts["number"], "measure": measure, "days": abs(days)}
    if facts["measure"] == Measure.IDLE:
        return idle_title(told, is_over=days >= 0)
    if not days:
        return _("%(number)s: %(measure)s is due now") % told
    if days < 0:
        return (
            ngettext(
                "%(number)s: %(measure)s is due in %(days)s day",
                "%(number)s: %(measure)s is due in %(days)s days",
                -days,
            )
            % told
        )
    return (
        ngettext(
            "%(number)s: %(measure)s is %(days)s day late",
            "%(number)s: %(measure)s is %(days)s days late",
            days,
        )
        % told
    )


def idle_title(told: Facts, *, is_over: bool) -> str:
    """Say that nothing moves on a case."""
    if is_over:
        return _("%(number)s: nothing has moved within the time limit") % told
    return (
        ngettext(
            "%(number)s: nothing moves; the time limit is in %(days)s day",
            "%(number)s: nothing moves; the time limit is in %(days)s days",
            told["days"],
        )
        % told
    )


# Does the matter still stand? Asked under lock when a notice is about to be sent.


def open_still(rows: list[Notice]) -> set[int]:
    """Keep what asks for work only while the case is open."""
    wanted = {row.object_id for row in rows}
    still = set(Complaint.objects.open().filter(pk__in=wanted).values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def theirs_still(rows: list[Notice]) -> set[int]:
    """Keep what tells an officer of a case only while the case is open and the officer's."""
    officers = dict(
        Complaint.objects.open()
        .filter(pk__in={row.object_id for row in rows})
        .values_list("pk", "officer")
    )
    return {row.pk for row in rows if officers.get(row.object_id) == row.data.get("officer")}


def unanswered_still(rows: list[Notice]) -> set[int]:
    """Keep a reminder of a referral only while the other agency owes its answer."""
    waiting = Referral.objects.filter(answered_at=None, recalled_at=None)
    owed = set(
        waiting.filter(pk__in={row.data["referral"] for row in rows}).values_list("pk", flat=True)
    )
    return {row.pk for row in rows if row.data["referral"] in owed}


def answer_owed_still(rows: list[Notice]) -> set[int]:
    """Keep a reminder of another agency's day only while the case has no answer."""
    owed = Complaint.objects.open().filter(answered_at=None)
    still = set(owed.filter(pk__in={row.object_id for row in rows}).values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def review_still(rows: list[Notice]) -> set[int]:
    """Keep what asks for a look at an answer only while one waits for it."""
    waiting = AnswerReview.objects.waiting().filter(complaint__in={row.object_id for row in rows})
    still = set(waiting.values_list("complaint", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def subtask_title(facts: Facts) -> str:
    """Say how the limit of a sub-task stands."""
    texts = {
        -1: _("%(number)s: a sub-task is due in 1 working day"),
        0: _("%(number)s: a sub-task is due now"),
    }
    return texts.get(facts["offset"], _("%(number)s: a sub-task is late")) % facts


def subtask_still(rows: list[Notice]) -> set[int]:
    """Keep what asks for a reply to a sub-task only while it is open."""
    wanted = SubTask.objects.open().filter(pk__in={row.data["subtask"] for row in rows})
    still = set(wanted.values_list("pk", flat=True))
    return {row.pk for row in rows if row.data["subtask"] in still}


def running_still(rows: list[Notice]) -> set[int]:
    """Keep a reminder only while its clock runs towards the same due date."""
    clocks = dict(
        Clock.objects.running()
        .filter(pk__in={row.data["clock"] for row in rows})
        .values_list("pk", "revision")
    )
    return {row.pk for row in rows if clocks.get(row.data["clock"]) == row.data["revision"]}


STANDING: dict[str, Callable[[list[Notice]], set[int]]] = {
    "received": open_still,
    "assigned": theirs_still,
    "routed": open_still,
    "replied": open_still,
    "unanswered": open_still,
    "resumed": open_still,
    "reopened": open_still,
    "stage2": open_still,
    "extension_asked": open_still,
    "instructed": open_still,
    "sent_back": open_still,
    "named": open_still,
    "referral_unanswered": unanswered_still,
    "agency_day": answer_owed_still,
    "review_asked": review_still,
    "subtask_asked": subtask_still,
    "subtask_replied": open_still,
    "subtask_returned": open_still,
    "review_returned": open_still,
}


# Letters


SUBJECTS: dict[str, Callable[[], str]] = {
    "received": lambda: _("We have received your complaint %(number)s"),
    "acknowledged": lambda: _("Your complaint %(number)s is in hand"),
    "question": lambda: _("A question about your complaint %(number)s"),
    "progress": lambda: _("How your complaint %(number)s stands"),
    "answered": lambda: _("The answer to your complaint %(number)s"),
    "extended": lambda: _("Your complaint %(number)s takes longer"),
    "stage2": lambda: _("Your complaint %(number)s is reviewed by another person"),
    "closed": lambda: _("Your complaint %(number)s is closed"),
    "reopened": lambda: _("Your complaint %(number)s is open again"),
    "rejected": lambda: _("We cannot take up your complaint %(number)s"),
    "referred": lambda: _("Your complaint %(number)s was sent on to another agency"),
    "agency_answer": lambda: _("The other agency has answered on your complaint %(number)s"),
    "withdrawn": lambda: _("Your complaint %(number)s is withdrawn"),
    "split": lambda: _("Your complaint %(number)s is now several cases"),
}

BODIES: dict[str, Callable[[], str]] = {
    "received": lambda: _(
        "Thank you. Your complaint has the number %(number)s. Follow it on the tracking page with this number and the code on your receipt."
    ),
    "extended": lambda: _(
        "We need more time for a full answer and expect to send it by %(due)s. We are sorry for the wait."
    ),
    "stage2": lambda: _("Somebody who has not dealt with your complaint before looks at it again."),
    "closed": lambda: _(
        "Your complaint %(number)s is closed. If you are not content, you may ask for a review on the tracking page."
    ),
    "reopened": lambda: _("Your complaint %(number)s is open again. We will write to you."),
    "withdrawn": lambda: _(
        "Your complaint %(number)s is withdrawn, as you wished; we do not work on it any more. If you did not wish this, please tell us."
    ),
}


def question_of(facts: Facts) -> str:
    """Return the question how well it was handled, with its link, which is not kept; of closings only."""
    if not facts.get("answered_at"):
        return ""
    answered_at = datetime.fromisoformat(facts["answered_at"])
    words = _("How well did we handle it? One question, until %(last)s: %(url)s") % {
        "last": format_date(rating_last_day(local_day(answered_at), None)),
        "url": rating_url(facts["case"], answered_at),
    }
    return f"\n\n{words}"


def letter_body(kind: str) -> Callable[[Facts], str]:
    """Return what stands in a letter of this kind: the message itself, or a fixed text."""

    def body(facts: Facts) -> str:
        if kind == "extended":  # the date in the person's language, not in the officer's
            due = format_date(datetime.fromisoformat(facts["due"]))
            return BODIES[kind]() % {**facts, "due": due}
        if kind in BODIES:
            return BODIES[kind]() % facts + question_of(facts)
        return Message.objects.values_list("body", flat=True).get(pk=facts["message"])

    return body


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    for kind, text in NOTICES.items():
        notices.register(
            f"complaints.{kind}", title=sentence(text), still_stands=STANDING.get(kind)
        )
    notices.register("complaints.subtask_due", title=subtask_title, still_stands=subtask_still)
    notices.register("complaints.milestone", title=milestone_title, still_stands=running_still)
    letters.register_letter(
        "complaints.own_link",
        subject_line=lambda _facts: _("The link to your matters"),
        body=lambda facts: (
            _("You or somebody else asked for it. It opens once, within half an hour: %(url)s")
            % {"url": own_link(facts["person_pk"])}
        ),
    )
    for kind, text in SUBJECTS.items():
        letters.register_letter(
            f"complaints.{kind}", subject_line=sentence(text), body=letter_body(kind)
        )

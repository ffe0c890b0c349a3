"""A second person looks at an answer before it goes out (เสนอตรวจคำตอบ), where the standard asks for it.

The clock of the stage runs until the answer goes out: a review is the office's own time.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import units
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.announcements import allowed, tell
from complaints.lifecycle.clocks import hold_clocks, show_progress
from complaints.lifecycle.hold import hold, keep, written
from complaints.lifecycle.thread import (
    ANSWERABLE,
    Files,
    give_answer,
    refuse_unless_workable,
    refuse_while_others_work,
    say,
)
from complaints.models import AnswerReview, Complaint, Message

Decision = AnswerReview.Decision


@transaction.atomic
def send_for_review(
    complaint: Complaint,
    *,
    body: str,
    files: Files = (),
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Put a drafted answer before another person (เสนอตรวจคำตอบ)."""
    complaint = hold(complaint, expected_version=expected_version)
    refuse_unless_workable(complaint, statuses=ANSWERABLE)
    if not complaint.policy.needs_review:
        raise Refused(_("This answer needs no second person. Send it to the complainant."))
    if complaint.reviews.waiting().exists():
        raise Refused(_("An answer to this complaint waits for review already."))
    refuse_while_others_work(complaint)
    body = written(body, sentence=_("Please write the answer."))
    draft = say(complaint, Message.Kind.DRAFT, body, by=by, at=at, files=files)
    AnswerReview.objects.create(complaint=complaint, draft=draft, drafted_by=by, asked_at=at)
    show_progress(hold_clocks(complaint), at=at)
    keep(complaint, "review_asked", by=by, at=at, message=draft.pk)
    tell(complaint, "review_asked", to=reviewers_of(complaint, author=by), by=by, at=at)
    return complaint


def reviewers_of(complaint: Complaint, *, author: Staff) -> list[Staff]:
    """Return who is asked: the nearest supervisors but the author, else those above, else the executives."""
    unit = complaint.unit
    while True:
        found = [staff for staff in units.supervisors_of(unit) if staff != author]
        if found or unit.parent is None:
            break
        unit = unit.parent
    people = found or [staff for staff in units.executives_of(complaint.unit) if staff != author]
    return [staff for staff in allowed(people, complaint) if staff != author]


@transaction.atomic
def approve_answer(
    complaint: Complaint, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Complaint:
    """Let the drafted answer go out as its author wrote it (เห็นชอบคำตอบ); never one's own."""
    complaint, review = undecided(complaint, by=by, expected_version=expected_version)
    refuse_unless_workable(complaint, statuses=ANSWERABLE)
    refuse_while_others_work(complaint)
    decide(review, Decision.APPROVED, by=by, at=at)
    draft, author = review.draft, review.drafted_by
    complaint = give_answer(complaint, body=draft.body, author=author, by=by, at=at, draft=draft)
    tell(complaint, "review_approved", to=[review.drafted_by], by=by, at=at)
    return complaint


@transaction.atomic
def return_answer(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Hand the draft back with what is to be changed (ส่งคืนให้แก้ไข)."""
    complaint, review = undecided(complaint, by=by, expected_version=expected_version)
    reason = written(reason, sentence=_("Please write what is to be changed."))
    message = say(complaint, Message.Kind.INSTRUCTION, reason, by=by, at=at)
    decide(review, Decision.RETURNED, by=by, at=at, reason=reason)
    show_progress(hold_clocks(complaint), at=at)
    keep(complaint, "review_returned", by=by, at=at, message=message.pk, review=review.pk)
    tell(complaint, "review_returned", to=[review.drafted_by], by=by, at=at)
    return complaint


@transaction.atomic
def take_answer_back(
    complaint: Complaint, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Complaint:
    """Take a draft back that waits for review, to change it oneself (ขอถอนร่างคำตอบ)."""
    complaint = hold(complaint, expected_version=expected_version)
    review = waiting_review(complaint)
    decide(review, Decision.TAKEN_BACK, by=by, at=at)
    return keep(complaint, "review_taken_back", by=by, at=at, review=review.pk)


def waiting_review(complaint: Complaint) -> AnswerReview:
    """Return the draft that waits; the case is locked already."""
    review = complaint.reviews.waiting().select_related("draft", "drafted_by__unit").first()
    if review is None:
        raise Refused(_("No answer to this complaint waits for review."))
    return review


def undecided(
    complaint: Complaint, *, by: Staff, expected_version: int | None
) -> tuple[Complaint, AnswerReview]:
    """Lock the case; refuse the author, and what was decided meanwhile."""
    complaint = hold(complaint, expected_version=expected_version)
    review = waiting_review(complaint)
    if review.drafted_by_id == by.pk:
        raise Refused(_("You wrote this answer. Another person must look at it."))
    return complaint, review


def decide(
    review: AnswerReview, decision: str, *, by: Staff, at: datetime, reason: str = ""
) -> None:
    """Write what became of a draft."""
    review.decided_at, review.decided_by = at, by
    review.decision, review.reason = decision, reason
    review.save(update_fields=["decided_at", "decided_by", "decision", "reason"])

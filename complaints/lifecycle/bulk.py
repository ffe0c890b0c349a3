"""The same done to many cases (ทำพร้อมกันหลายเรื่อง): each by its ordinary verb, in its own transaction.

A row says how it went and is written with the verb. So a job that was killed goes on where it was,
one that is started twice does nothing twice, and a complainant never gets an answer a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from agency import placeholders
from agency.models import Job, Staff
from agency.refusal import Refused
from agency.thai import local_day
from agency.units import stand_in
from complaints import permissions
from complaints.lifecycle.ending import close
from complaints.lifecycle.giving import give
from complaints.lifecycle.handing_over import hand_over
from complaints.lifecycle.routing import assign
from complaints.lifecycle.thread import answer, note
from complaints.models import CANNED_FIELDS, BulkRow, Complaint
from complaints.selectors.canned import language_of, values_of

KIND = "bulk"
MOST = 500
SENTENCE_LENGTH = 500

Arguments = Mapping[str, Any]
Run = Callable[..., Complaint]


def assign_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Assign to the chosen officer."""
    return assign(complaint, to=Staff.objects.select_related("unit").get(pk=told["to"]), **who)


def give_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Give to the next in line."""
    return give(complaint, **who)


def reassign_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Take the case from who had it and give it to the next in line."""
    return give(complaint, leaver=Staff.objects.get(pk=told["leaver"]), **who)


def hand_over_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Hand over to the chosen person; an answered case stays answered."""
    return hand_over(complaint, to=Staff.objects.select_related("unit").get(pk=told["to"]), **who)


def answer_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Answer with the text, its fields filled in."""
    body = filled(told["body"], complaint, verb="answer", by=who["by"], at=who["at"])
    return answer(complaint, body=body, **who)


def note_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Note the text, its fields filled in."""
    body = filled(told["body"], complaint, verb="note", by=who["by"], at=who["at"])
    return note(complaint, body=body, **who)


def close_one(complaint: Complaint, told: Arguments, **who: Any) -> Complaint:
    """Close with the same outcome, cause and learning."""
    return close(complaint, **{name: told[name] for name in told}, **who)


VERBS: dict[str, Run] = {
    "assign": assign_one,
    "give": give_one,
    "hand_on": reassign_one,
    "hand_over": hand_over_one,
    "answer": answer_one,
    "note": note_one,
    "close": close_one,
}


# Fields of a text: those of a canned reply, without the name, which nobody looks up in bulk

FIELDS = [name for name in CANNED_FIELDS if name != "name"]


def filled(text: str, complaint: Complaint, *, verb: str, by: Staff, at: datetime) -> str:
    """Return a text with its fields filled in, in the language of its reader."""
    language = language_of(complaint, verb=verb)
    values = values_of(complaint, staff=by, at=at, name="", language=language)
    return placeholders.fill(text, values)


# The job


class Progress(Protocol):
    """What the work tells the person who watches; `agency.jobs.Progress` is one."""

    job: Job
    clock: Callable[[], datetime]

    def total(self, count: int | None) -> None:
        """Say how many steps there are."""

    def advance(self, steps: int = 1) -> None:
        """Say that so many more steps are done."""

    def stop_if_cancelled(self) -> None:
        """Leave the work when the person asked to stop."""


def write_rows(job: Job, chosen: Iterable[Complaint]) -> None:
    """Write a row for each case as the person saw it, in the transaction of the job."""
    BulkRow.objects.bulk_create(
        [BulkRow(job=job, complaint=case, version=case.version) for case in chosen]
    )


def work_through(progress: Progress) -> dict[str, Any]:
    """Do what a job says to each case that waits; returns how it went."""
    job = progress.job
    waiting = BulkRow.objects.filter(job=job, state=BulkRow.State.WAITING).order_by("pk")
    pks = list(waiting.values_list("pk", flat=True))
    count = BulkRow.objects.filter(job=job).count()
    progress.total(count)
    progress.advance(count - len(pks))
    for pk in pks:
        progress.stop_if_cancelled()
        do_one(pk, job=job, at=progress.clock())
        progress.advance()
    return outcome(job)


def outcome(job: Job) -> dict[str, int]:
    """Count how the rows of a job went."""
    states = list(BulkRow.objects.filter(job=job).values_list("state", flat=True))
    return {state: states.count(state) for state in BulkRow.State.values}


@transaction.atomic
def do_one(pk: int, *, job: Job, at: datetime) -> BulkRow:
    """Do it to one case and write how it went, both or neither; what is not waiting any more is left."""
    row = BulkRow.objects.select_for_update().get(pk=pk)
    if row.state != BulkRow.State.WAITING:
        return row
    try:
        with transaction.atomic():
            attempt(row, job=job, at=at)
    except Refused as refusal:
        row.state, row.sentence = BulkRow.State.REFUSED, str(refusal)[:SENTENCE_LENGTH]
    else:
        row.state = BulkRow.State.DONE
    row.save(update_fields=["state", "sentence"])
    return row


def attempt(row: BulkRow, *, job: Job, at: datetime) -> None:
    """Run the verb on a case if the person may; refuse otherwise."""
    verb = job.arguments["verb"]
    stand_in(job.by, on=local_day(at))
    seen = Complaint.objects.visible_to(job.by).select_related("unit", "officer", "person")
    complaint = seen.filter(pk=row.complaint_id).first()
    if complaint is None or not right_to(verb)(job.by, complaint):
        raise Refused(_("You may not do this to this case any more."))
    VERBS[verb](complaint, job.arguments["told"], by=job.by, at=at, expected_version=row.version)


def right_to(verb: str) -> permissions.Right:
    """Return who may do it: who hands on gives out, who hands over assigns."""
    return permissions.RIGHTS[{"hand_on": "give", "hand_over": "assign"}.get(verb, verb)]


def refused_of(job: Job, *, by: Staff) -> list[Complaint]:
    """Return the refused cases of a job as they stand now, to be tried again (ลองอีกครั้ง)."""
    if not job.arguments:
        raise Refused(_("The text of this action was erased with the cases. Write it again."))
    refused = BulkRow.objects.filter(job=job, state=BulkRow.State.REFUSED)
    cases = Complaint.objects.visible_to(by).filter(pk__in=refused.values("complaint"))
    found = list(cases.order_by("due_at", "pk"))
    if not found:
        raise Refused(_("There is no refused case left that could be tried again."))
    return found

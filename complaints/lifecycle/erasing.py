"""What is erased of a case whose time of keeping is over, and what of it stays (PDPA B.E. 2562, section 37).

Every text column that hangs on a case stands in `TEXTS` or in `KEPT`; a test compares both with the
models, so that a new column cannot be forgotten.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agency import attachments, persons
from agency.models import Job, Person
from complaints.models import (
    AnswerReview,
    BulkRow,
    Complaint,
    ComplaintText,
    Document,
    DueChange,
    Escalation,
    Extension,
    IncomingLetter,
    Message,
    Rating,
    Referral,
    SubTask,
)

# What stands in the place of erased words, in the agency's own language whatever the screen's.
ERASED = "(ลบตามกำหนดเวลาเก็บรักษา)"

# model → the way from it to its case, and the columns that hold words about it
TEXTS: dict[Any, tuple[str, tuple[str, ...]]] = {
    Message: ("complaint", ("body",)),
    Escalation: ("complaint", ("remark",)),
    Referral: ("complaint", ("answer",)),
    Rating: ("complaint", ("comment",)),
    AnswerReview: ("complaint", ("reason",)),
    SubTask: ("complaint", ("question", "reply", "reason")),
    Document: (
        "complaint",
        ("subject", "to", "references", "enclosures", "body", "void_reason"),
    ),
    IncomingLetter: ("complaint", ("text",)),
    Extension: ("clock__complaint", ("reason", "remark")),
    DueChange: ("clock__complaint", ("note",)),
}
OWN_TEXTS = ("subject", "body", "wish", "place", "best_time", "cause", "learning")
PLACES = ("latitude", "longitude")

# Columns of words that stay: numbers and codes, district and province, of which figures are made.
KEPT = {
    "complaints.complaint": {"number", "district", "province", "source_system", "external_ref"},
    "complaints.bulkrow": {"sentence"},  # why the portal refused it
    "complaints.correctiveaction": {"what", "result", "dropped_because"},  # the agency's own plan
    "complaints.incomingletter": {"number", "number_key"},  # tell a second copy
    "complaints.document": {"signer_name", "position", "closing"},  # of staff
    "complaints.complainttext": {"body"},  # becomes the number alone
}


def erase_texts(complaint: Complaint) -> list[str]:
    """Put the note of erasure in the place of every word of a case; returns the changed columns."""
    for model, (way, names) in TEXTS.items():
        rows = model.objects.filter(**{way: complaint})
        for name in names:
            rows.exclude(**{name: ""}).update(**{name: ERASED})
    ComplaintText.objects.filter(complaint=complaint).update(body=complaint.number)
    for name in OWN_TEXTS:
        if getattr(complaint, name):
            setattr(complaint, name, ERASED)
    for name in PLACES:
        setattr(complaint, name, None)
    attachments.erase_all(complaint)
    for document in Document.objects.filter(complaint=complaint):
        attachments.empty_all(document, name=ERASED)  # the register goes on to name the paper
    forget_bulk_texts(complaint)
    return [*OWN_TEXTS, *PLACES]


def forget_bulk_texts(complaint: Complaint) -> None:
    """Empty what was typed once for many cases: the first of them to be erased takes the text along."""
    jobs = BulkRow.objects.filter(complaint=complaint).values("job")
    Job.objects.filter(pk__in=jobs).exclude(arguments={}).update(arguments={})


def forget_person(complaint: Complaint, *, at: datetime) -> bool:
    """Erase the person of a case unless another case still needs the person; tells whether it did.

    The day that was written down at the end of a case is not asked: the rule may be a shorter one now. The row of the person is locked first: who files at the same moment under the same national ID
    waits, or was there before and is seen.
    """
    if complaint.person_id is None:
        return False
    same = persons.same_as(Person(pk=complaint.person_id))
    rows = list(Person.objects.select_for_update().filter(pk__in=same).order_by("pk"))
    others = Complaint.objects.filter(person__in=same, erased_at=None).exclude(pk=complaint.pk)
    if all(row.erased_at for row in rows) or others.exists():
        return False
    persons.erase(rows[0], by=None, at=at, reason=_("Retention time over"))
    return True

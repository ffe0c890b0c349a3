"""What the desk shows: the queue, a case with its course, the review board, a search."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    prefetch_related_objects,
)

from agency import audit
from agency.models import Attachment, AuditEntry, Staff
from agency.search import Grams, normalise
from complaints import permissions
from complaints.models import (
    AnswerReview,
    Clock,
    Complaint,
    ComplaintText,
    Document,
    Escalation,
    Message,
    Reader,
    Rota,
    SubTask,
    Watch,
)
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.documents import documents_of
from complaints.selectors.linked import Linked, near
from complaints.selectors.rating import last_comment
from complaints.selectors.stream import persons_in
from complaints.selectors.times import stage_clock, with_pauses

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = re.compile(r"\d{4}-\d{0,7}")
SHORTEST = 3  # characters that the index knows
CANDIDATES = 1000  # of a common word, so many of the newest hits are looked at
GLANCE = 2_000  # newest cases that tell how common a text is
FEW = 40  # hits in a glance below which a text is rare
WINDOW = 5_000  # so many of the newest cases are read through
SHOWN = 500  # lines of a course; a case with more is read in its export


def queue(staff: Staff) -> ComplaintQuerySet:
    """Return the cases the person may see, with all that a row shows."""
    return Complaint.objects.visible_to(staff).select_related(
        "unit", "officer", "category", "grade", "channel"
    )


def matching(queryset: ComplaintQuerySet, text: str) -> ComplaintQuerySet:
    """Keep the cases whose number begins with the text, else those in which it stands, inside a word too.

    A glance at the newest of the person's cases tells how common the text is. A rare one is asked of
    the index of trigrams; of a common one, and for persons with few cases, the newest are read
    through. So no search costs more for being common or rare; of a common text only the newest
    hits are found.
    """
    words = normalise(text)
    if not words:
        return queryset
    if NUMBER.fullmatch(words):
        return queryset.filter(number__startswith=words)
    newest = queryset.order_by("-received_at", "-pk").select_related(None)
    return queryset.filter(pk__in=hits_among(newest, words))


def hits_among(newest: ComplaintQuerySet, words: str) -> set[int]:
    """Return the cases in which words stand, newest first found."""
    found = set(newest_hits(newest, words, window=GLANCE))
    size = newest.values("pk")[: WINDOW + 1].count()
    if size <= GLANCE:
        return found
    if size > WINDOW and len(found) < FEW and len(words) >= SHORTEST:
        return found.union(indexed_hits(words))
    return found.union(newest_hits(newest, words, window=WINDOW))


def newest_hits(newest: ComplaintQuerySet, words: str, *, window: int) -> list[int]:
    """Return the cases in which words stand, out of the newest of those given."""
    hits = ComplaintText.objects.filter(
        complaint__in=newest.values("pk")[:window], body__contains=words
    )
    return list(hits.order_by("-pk").values_list("pk", flat=True)[:CANDIDATES])


def indexed_hits(words: str) -> list[int]:
    """Return the newest cases of all in which words stand; what the person may see is kept later."""
    grams = Grams(Value(words, output_field=TextField()))
    hits = ComplaintText.objects.alias(grams=Grams("body")).filter(
        body__contains=words, grams__contains=grams
    )
    newest_first = (
        F("pk") + 0
    ).desc()  # not in the order of an index, so that the trigrams are asked
    return list(hits.order_by(newest_first).values_list("pk", flat=True)[:CANDIDATES])


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that the page of a case shows."""

    complaint: Complaint
    clocks: Sequence[Clock]
    messages: Sequence[Message]
    entries: Sequence[AuditEntry]
    attachments: Sequence[Attachment]
    documents: Sequence[Document]
    readers: Sequence[Reader]
    people: Mapping[int, Staff]  # whom the entries name
    escalations: Sequence[Escalation]
    others: Sequence[Complaint]
    linked: Linked
    may: Mapping[str, bool]

    @property
    def rating_comment(self) -> str:
        """What the complainant wrote with the rating; asked only where there is one."""
        return last_comment(self.complaint) if self.complaint.rating else ""

    @property
    def is_extension_asked(self) -> bool:
        """Whether somebody asks for more time and waits for a decision."""
        why = Escalation.Why.EXTENSION
        return any(each.why == why and each.decided_at is None for each in self.escalations)

    @property
    def review(self) -> AnswerReview | None:
        """The drafted answer that waits for a second person."""
        if not self.complaint.policy.needs_review:
            return None
        reviews = self.complaint.reviews.all()
        return next((each for each in reviews if each.decided_at is None), None)

    @property
    def drafted(self) -> str:
        """The text of that answer."""
        review = self.review
        drafts = (each for each in self.messages if review and each.pk == review.draft_id)
        return next((each.body for each in drafts), "")

    @property
    def stage_clock(self) -> Clock | None:
        """The clock of the stage the case is in."""
        return stage_clock(self.clocks)


def complaints_of_page(staff: Staff) -> QuerySet[Complaint]:
    """Return the cases the person may see, with all that the head of a page shows.

    `has_…` tell what hangs on a case, so that the page asks only for what there is.
    """
    content_type = ContentType.objects.get_for_model(Complaint)
    own = {"complaint": OuterRef("pk")}
    family = Q(master=OuterRef("pk")) | Q(split_from=OuterRef("pk"))
    same = Complaint.objects.filter(person=OuterRef("person")).exclude(pk=OuterRef("pk"))
    files = Attachment.objects.filter(content_type=content_type, object_id=OuterRef("pk"))
    complaints = Complaint.objects.visible_to(staff).annotate(
        has_family=Exists(Complaint.objects.filter(family)),
        has_others=Exists(same),
        has_readers=Exists(Reader.objects.filter(**own)),
        has_files=Exists(files),
        has_documents=Exists(Document.objects.filter(**own)),
        has_escalations=Exists(Escalation.objects.filter(**own)),
        has_subtasks=Exists(SubTask.objects.filter(**own)),
        has_rota=Exists(Rota.objects.filter(unit=OuterRef("unit")).exclude(mode=Rota.Mode.OFF)),
        is_watched=Exists(Watch.objects.filter(**own, staff=staff)),
    )
    return complaints.select_related(
        "unit",
        "officer",
        "category__parent",
        "cause_code__parent",
        "grade",
        "channel",
        "service",
        "segment",
        "policy",
        "person",
        "recorded_by",
        "letter__agency",
    )


def case_of(complaint: Complaint, *, staff: Staff) -> Case:
    """Return what the page of a case shows; take the complaint out of `complaints_of_page`."""
    has = vars(complaint).get
    entries = list(reversed(audit.entries_of(complaint).order_by("-pk")[:SHOWN]))
    above = complaint.master_id or complaint.split_from_id
    linked, others = near(
        complaint,
        staff=staff,
        with_family=bool(above or has("has_family")),
        with_others=bool(has("has_others")),
    )
    said = messages_of(complaint, followers=linked.followers)
    attachments = files_of(complaint, said) if has("has_files") else []
    return Case(
        complaint=complaint,
        clocks=with_pauses(complaint.clocks.all()),
        messages=said,
        entries=entries,
        people=people_in(entries, complaint=complaint),
        attachments=attachments,
        documents=documents_of(complaint, staff=staff) if has("has_documents") else [],
        readers=readers_of(complaint) if has("has_readers") else [],
        escalations=escalations_of(complaint) if has("has_escalations") else [],
        others=others,
        linked=linked,
        may=permissions.may(staff, complaint),
    )


def readers_of(complaint: Complaint) -> list[Reader]:
    """Return who is named for a case, with unit; the rights look there too."""
    readers = Reader.objects.select_related("staff__unit").order_by("pk")
    prefetch_related_objects([complaint], Prefetch("readers", readers))
    return list(complaint.readers.all())


def files_of(complaint: Complaint, said: Sequence[Message]) -> list[Attachment]:
    """Return the files of a case, the oldest first; messages get theirs out of the same question."""
    content_type = ContentType.objects.get_for_model(Complaint)
    cases = {complaint.pk, *(message.complaint_id for message in said)}
    files = Attachment.objects.filter(content_type=content_type, object_id__in=cases)
    found = list(files.select_related("added_by").order_by("pk"))
    for message in said:
        message.files_at_hand = [file for file in found if file.pk in vars(message)["file_pks"]]
    return [file for file in found if file.object_id == complaint.pk]


def escalations_of(complaint: Complaint) -> list[Escalation]:
    """Return what was put before supervisor or executive."""
    return list(complaint.escalations.select_related("decided_by", "extension"))


def messages_of(complaint: Complaint, *, followers: Sequence[Complaint]) -> list[Message]:
    """Return the newest of what was said on a case, and all that complainants wrote on those that follow it."""
    files = Message.files.through.objects.filter(message=OuterRef("pk"))
    asked = Message.objects.annotate(file_pks=ArraySubquery(files.values("attachment")))
    said = asked.select_related("by").filter(complaint=complaint)
    newest = said.order_by("-pk")[:SHOWN]
    if not followers:
        return list(reversed(newest))
    replies = asked.filter(complaint__in=followers, kind=Message.Kind.REPLY)
    return [*reversed(newest), *replies.select_related("by", "complaint").order_by("pk")]


def people_in(entries: Sequence[AuditEntry], *, complaint: Complaint) -> dict[int, Staff]:
    """Return the members of staff whom entries name; who has acted on the case is known already."""
    known = [complaint.officer, *(entry.by for entry in entries)]
    people = {staff.pk: staff for staff in known if staff}
    missing = {pk for entry in entries for pk in persons_in(entry)} - set(people)
    return people | Staff.objects.in_bulk(missing) if missing else people


def escalation_board(staff: Staff) -> QuerySet[Escalation]:
    """Return the escalations the person may see, with all that the board shows."""
    board = Escalation.objects.visible_to(staff).prefetch_related("complaint__readers")
    return board.select_related(
        "complaint__unit",
        "complaint__officer",
        "complaint__category",
        "clock",
        "extension__asked_by",
        "subtask",
        "decided_by",
    )

"""Cases that may be the same matter: the same person's of 90 days, and texts that tell of one thing.

Where to look is narrowed first, by indexes, so that it costs the same among a million cases: the
person's cases, the newest of the unit, and cases with a rare stretch of the same text. Then texts
are compared (`agency.likeness`). Everything starts from what the reader may see; a restricted case
is compared with restricted ones only, and what is typed at the counter never with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q, TextField, Value

from agency import persons
from agency.likeness import Facts, Text, Weights, Why, likeness, marked, overlap, why
from agency.likeness_weights import LIKELY
from agency.models import Person, Staff
from agency.search import Grams, normalise
from complaints.models import Apart, Complaint, ComplaintText
from complaints.models.complaint import ComplaintQuerySet

WINDOW = timedelta(days=90)  # as indicator 3.4-09 counts repeats
YEAR = timedelta(days=365)
NEAREST = 200  # newest cases of the unit
PERSONS = 30
PROBED = 200
COMPARED = 60  # of those with most in common, the texts are compared closely
SHOWN = 5
SAME_TOPIC = 0.2  # so like, without a category, that one person means the same topic again
STRETCH = 7  # characters of a rare stretch
STRETCHES = 5
NAMES = 3
NAMED = 4  # letters of a name, digits of a number
COMMON = 0.003  # a stretch whose rarest piece stands in more of all texts is not looked up
PATIENCE_MS = 400
KEPT_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is compared: a case, or what was typed so far."""

    subject: str
    body: str
    at: datetime
    unit: int | None = None
    category: int | None = None
    place: str = ""
    district: str = ""
    persons: Sequence[int] = ()
    is_restricted: bool = False
    pk: int | None = None

    @property
    def text(self) -> Text:
        """The text as it is compared."""
        return Text.of(self.subject, self.body, self.place)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A case that may be the same matter, and why."""

    complaint: Complaint
    chance: float
    is_same_person: bool
    is_same_place: bool
    days: int  # between the two
    why: Why
    cuts: Sequence[tuple[str, bool]]  # its text, with whether each stretch stands in the other too

    @property
    def percent(self) -> int:
        """The likeness in percent."""
        return round(self.chance * 100)


def matter_of(complaint: Complaint) -> Matter:
    """Return a case as it is compared; a masked complainant is not compared by person."""
    person = None if complaint.is_identity_masked else complaint.person
    return Matter(
        subject=complaint.subject,
        body=complaint.body,
        at=complaint.received_at,
        unit=complaint.unit_id,
        category=complaint.category_id,
        place=complaint.place,
        district=complaint.district,
        persons=persons.same_as(person) if person else (),
        is_restricted=complaint.is_restricted,
        pk=complaint.pk,
    )


def persons_with(*, phone: str, email: str, national_id: str) -> list[int]:
    """Return the persons known by this number or address, all rows of a human being; for the intake form."""
    known = Q(pk=None)
    if phone:
        known |= Q(phone=phone)
    if email:
        known |= Q(email=email)
    holder = persons.find_by_national_id(national_id) if national_id else None
    if holder:
        known |= Q(pk=holder.pk)
    heads = Person.objects.filter(known, erased_at=None).values_list("merged_into", "pk")[:PERSONS]
    found = {into or pk for into, pk in heads}
    same = Person.objects.filter(Q(pk__in=found) | Q(merged_into__in=found))
    return list(same.values_list("pk", flat=True)) if found else []


def similar(staff: Staff, matter: Matter) -> list[Suggestion]:
    """Return the cases that may be the same matter, the same person's first, then the likeliest."""
    text = matter.text
    if not (text.says_enough or matter.persons):
        return []
    others = comparable(staff, matter)
    found = candidates(others, matter, text=text)
    texts = {case.pk: Text.of(case.subject, case.body, case.place) for case in found}
    weights = Weights([text, *texts.values()])
    likely = sorted(
        found, key=lambda case: overlap(text, texts[case.pk], weights=weights), reverse=True
    )
    near = {case.pk for case in likely[:COMPARED]}
    suggestions = [
        suggestion(
            case,
            matter,
            chance=likeness(text, texts[case.pk], weights=weights, facts=facts_of(case, matter)),
            why=why(text, texts[case.pk]),
        )
        for case in found
        if case.pk in near or case.person_id in matter.persons
    ]
    kept = [each for each in suggestions if is_worth_it(each, matter)]
    return sorted(kept, key=lambda each: (not each.is_same_person, -each.chance))[:SHOWN]


def comparable(staff: Staff, matter: Matter) -> ComplaintQuerySet:
    """Return the visible cases that may be compared: as secret, not linked, not told apart before."""
    seen = Complaint.objects.visible_to(staff).filter(
        is_restricted=matter.is_restricted, received_at__lte=matter.at + WINDOW
    )
    if matter.pk is None:
        return seen
    apart = Apart.objects.filter(Q(first=matter.pk) | Q(second=matter.pk))
    known = {pk for pair in apart.values_list("first", "second") for pk in pair}
    return seen.exclude(pk__in={*known, matter.pk}).exclude(master=matter.pk)


def candidates(others: ComplaintQuerySet, matter: Matter, *, text: Text) -> list[Complaint]:
    """Return the cases whose texts are compared, each once."""
    pks = {*of_persons(others, matter)}
    if text.says_enough:
        pks.update(newest_near(others, matter))
        with patience():
            pks.update(probed(matter, text))
    rows = others.filter(pk__in=pks).select_related("unit", "category", "master")
    return list(rows.defer("wish", "cause", "learning"))


def of_persons(others: ComplaintQuerySet, matter: Matter) -> list[int]:
    """Return the person's cases of 90 days before or after; of nobody who is masked."""
    if not matter.persons:
        return []
    theirs = others.filter(
        person__in=matter.persons, is_identity_masked=False, received_at__gte=matter.at - WINDOW
    )
    return list(theirs.order_by("-received_at").values_list("pk", flat=True)[:PERSONS])


def newest_near(others: ComplaintQuerySet, matter: Matter) -> list[int]:
    """Return the newest cases of the same unit, or of all that are seen, of the last 90 days."""
    near = others.filter(received_at__gte=matter.at - WINDOW)
    if matter.unit:
        near = near.filter(unit=matter.unit)
    return list(near.order_by("-received_at", "-pk").values_list("pk", flat=True)[:NEAREST])


# Rare stretches of the text, asked of the index of trigrams


def probed(matter: Matter, text: Text) -> list[int]:
    """Return the newest cases in which a rare stretch of the text stands, whoever may see them."""
    wanted = Q(pk=None)
    common = how_common()
    for stretch in (*named(text, common), *rare_stretches(text.words, common)):
        wanted |= Q(grams__contains=Grams(Value(stretch, output_field=TextField())))
    texts = ComplaintText.objects.alias(grams=Grams("body")).filter(wanted)
    newest = (F("pk") + 0).desc()  # not in the order of an index, so that the trigrams are asked
    return list(texts.order_by(newest).values_list("pk", flat=True)[:PROBED])


def named(text: Text, common: dict[str, float]) -> list[str]:
    """Return what names one place, paper or vehicle, and is rare: asked for even where no other words agree."""
    names = {name for _kind, name in text.slots.places} | text.slots.references
    known = sorted(name for name in names if len(name) >= NAMED)
    return [name for name in known if is_rare(name, common)][:NAMES]


def is_rare(stretch: str, common: dict[str, float]) -> bool:
    """Whether a piece of a stretch stands in few texts."""
    pieces = (stretch[at : at + 3] for at in range(len(stretch) - 2))
    return min((common.get(piece, 0.0) for piece in pieces), default=1.0) < COMMON


def rare_stretches(words: str, common: dict[str, float]) -> list[str]:
    """Return the rarest stretches of a text that do not overlap: names of places and things."""
    ranked = []
    for place in range(len(words) - STRETCH + 1):
        stretch = words[place : place + STRETCH]
        if not all(each.isalnum() or "\u0e00" <= each <= "\u0e7f" for each in stretch):
            continue
        shares = [common.get(stretch[at : at + 3], 0.0) for at in range(STRETCH - 2)]
        if min(shares) < COMMON:
            ranked.append((sum(shares), place, stretch))
    chosen: list[tuple[int, str]] = []
    for _share, place, stretch in sorted(ranked):
        if all(abs(place - other) >= STRETCH for other, _words in chosen):
            chosen.append((place, stretch))
        if len(chosen) == STRETCHES:
            break
    return [stretch for _place, stretch in chosen]


def how_common() -> dict[str, float]:
    """Return in what share of all texts the common pieces stand, as the database last counted."""
    known: dict[str, float] | None = cache.get("complaints.common_pieces")
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
                " WHERE schemaname = current_schema() AND tablename = 'complaint_text_grams'"
            )
            pieces, shares = cursor.fetchone() or ([], [])
        known = dict(zip(pieces or [], shares or [], strict=False))
        cache.set("complaints.common_pieces", known, KEPT_SECONDS)
    return known


@contextmanager
def patience() -> Iterator[None]:
    """Give the index so long and no longer: a suggestion must not hold up who types."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise


# What is shown


def facts_of(case: Complaint, matter: Matter) -> Facts:
    """Return what is known of a case and a matter besides their texts."""
    return Facts(
        is_same_person=is_theirs(case, matter),
        is_same_district=compared(matter.district, case.district),
        is_same_topic=compared(matter.category, case.category_id),
        days=days_between(case, matter),
    )


def days_between(case: Complaint, matter: Matter) -> int:
    """Return how many days lie between a case and a matter."""
    return abs((matter.at - case.received_at).days)


def compared(here: object, there: object) -> bool | None:
    """Whether two facts are the same, None where one is not known."""
    return here == there if here and there else None


def is_theirs(case: Complaint, matter: Matter) -> bool:
    """Whether a case is of the same person, who is not masked there."""
    return case.person_id in matter.persons and not case.is_identity_masked


def suggestion(case: Complaint, matter: Matter, *, chance: float, why: Why) -> Suggestion:
    """Return a case with what it has in common with the matter."""
    return Suggestion(
        complaint=case,
        chance=chance,
        is_same_person=is_theirs(case, matter),
        is_same_place=is_same_place(case, matter),
        days=days_between(case, matter),
        why=why,
        cuts=(),
    )


def is_same_place(case: Complaint, matter: Matter) -> bool:
    """Whether both name one place; a district alone is too wide."""
    here, there = normalise(matter.place), normalise(case.place)
    same_district = not (matter.district and case.district) or matter.district == case.district
    return bool(here and there) and same_district and (here in there or there in here)


def is_worth_it(each: Suggestion, matter: Matter) -> bool:
    """Whether a case is shown: its text is likely, or the same person speaks of the same topic again."""
    if each.chance >= LIKELY:
        return True
    if not each.is_same_person:
        return False
    topic = each.complaint.category_id
    return each.chance >= SAME_TOPIC or (topic is not None and topic == matter.category)


def with_cuts(found: Iterable[Suggestion], matter: Matter) -> list[Suggestion]:
    """Add to each its text with the stretches marked that both have; for the few that are shown."""
    whole = f"{matter.subject} {matter.body}"[:4000]
    return [replace(each, cuts=marked(each.complaint.body[:400], whole)) for each in found]

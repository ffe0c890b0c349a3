"""What is erased of voices and hearings whose time of keeping is over, and what stays (PDPA B.E. 2562, section 37).

Every column of words stands in `OF_VOICE`, `OF_HEARING` or `KEPT`; a test compares them with the
models, so that a new column cannot be forgotten. Figures and published summaries stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from agency import attachments, audit, persons
from agency.models import Person, Staff
from listening import sla
from listening.models import (
    Appeal,
    Hearing,
    HelpRequest,
    KeepingRule,
    Reply,
    SignUp,
    Stakeholder,
    Testimony,
    TrainingExample,
    Voice,
    VoiceTag,
    VoiceText,
)

# What stands in the place of erased words, in the agency's own language whatever the screen's.
ERASED = "(ลบตามกำหนดเวลาเก็บรักษา)"
USUAL = {
    KeepingRule.What.VOICES: 5,
    KeepingRule.What.HEARINGS: 10,
}  # years; an administrator changes them
AT_ONCE = 100  # files are removed one by one

# Model → the way from it to its voice or hearing, and the columns that hold words of people.
OF_VOICE: dict[Any, tuple[str, tuple[str, ...]]] = {
    Voice: ("pk", ("body", "masked_body", "handle", "place", "action")),
    VoiceTag: ("voice", ("passage",)),
    Reply: ("voice", ("text",)),
}
OF_HEARING: dict[Any, tuple[str, tuple[str, ...]]] = {
    Testimony: (
        "hearing",
        ("shown_name", "organisation", "body", "public_body", "note", "late_reason"),
    ),
    SignUp: ("hearing", ("shown_name", "organisation")),
    HelpRequest: ("hearing", ("words", "answer")),
    Appeal: ("testimony__hearing", ("words", "answer")),
}

# Columns of words that stay, and why.
AGENCY = "the agency's own words or reference data, no person outside"
COUNTED = "codes and places of which figures are made"
RECORD = "the public record of the hearing"
KEPT: dict[str, dict[str, str]] = {
    "listening.voice": {
        "province": COUNTED,
        "district": COUNTED,
        "complaint_number": "leads to the complaint, which has a rule of its own",
        "source_system": "so that the same voice is not imported again",
        "external_ref": "so that the same voice is not imported again",
    },
    "listening.voicetext": {"body": "becomes the number alone"},
    "listening.trainingexample": {"text": "the row is deleted", "value": "the row is deleted"},
    "listening.suggestion": dict.fromkeys(
        ("value", "model_name", "model_version", "chosen"), COUNTED
    ),
    "listening.taxonomy": dict.fromkeys(("mark", "note"), AGENCY),
    "listening.topic": dict.fromkeys(("code", "name_th", "name_en"), AGENCY),
    "listening.occasion": dict.fromkeys(("title", "place", "province", "notes"), AGENCY),
    "listening.need": dict.fromkeys(("title", "detail"), AGENCY),
    "listening.stakeholder": dict.fromkeys(("name", "wishes"), "an organisation's, not a person's"),
    "listening.engagement": dict.fromkeys(("summary", "agreed"), AGENCY),
    "listening.insight": dict.fromkeys(("title", "finding", "proposal"), AGENCY),
    "listening.textmodel": dict.fromkeys(("version", "mark", "sha256"), AGENCY),
    "listening.topicday": {"code": COUNTED},
    "listening.topicalert": {"code": COUNTED, "action": AGENCY},
    "listening.insightcomment": {"text": AGENCY},
    "listening.evidence": {"words": "a sentence without names"},
    "listening.ruleset": dict.fromkeys(("code", "name_th", "name_en", "source_th"), AGENCY),
    "listening.keepingrule": {"source": AGENCY},
    "listening.hearing": dict.fromkeys(
        (
            *("code", "project", "title_th", "title_en", "summary_th", "summary_en", "affected"),
            *("law_url", "place", "live_url", "recording_url", "late_reason", "cancel_reason"),
        ),
        RECORD,
    ),
    "listening.agendaitem": dict.fromkeys(("title_th", "title_en", "body_th", "body_en"), RECORD),
    "listening.hearingdocument": {"title": RECORD},
    "listening.minutes": dict.fromkeys(("organisations", "body", "agreements"), RECORD),
    "listening.officialanswer": dict.fromkeys(("support", "oppose", "other", "why"), RECORD),
    "listening.hearingsummary": dict.fromkeys(("sha256", "reason"), RECORD),
}


# What the nightly task does


@transaction.atomic
def erase_due(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Erase words and contacts of voices and hearings whose time is over; returns how many, 0 when none is left."""
    rules = dict(KeepingRule.objects.values_list("what", "years"))
    done = 0
    if years := rules.get(KeepingRule.What.VOICES):
        done += erase_voices(due_voices(at=at, years=years), at=at, limit=limit)
    if years := rules.get(KeepingRule.What.HEARINGS):
        due = due_hearings(at=at, years=years)
        done += erase_hearings(due, at=at, limit=max(limit - done, 0))
    return done


def due_voices(*, at: datetime, years: int) -> QuerySet[Voice]:
    """Return voices on which nobody worked for so many years, but those of persons under legal hold."""
    rows: QuerySet[Voice] = Voice.objects.filter(
        erased_at=None, touched_at__lt=sla.years_before(at, years)
    )
    return rows.exclude(held()).order_by("touched_at", "pk")


def due_hearings(*, at: datetime, years: int) -> QuerySet[Hearing]:
    """Return hearings published or called off so many years ago in which nobody is under legal hold."""
    before = sla.years_before(at, years)
    over = Q(published_at__lt=before) | Q(published_at=None, cancelled_at__lt=before)
    rows: QuerySet[Hearing] = Hearing.objects.filter(over, erased_at=None)
    for model in (Testimony, SignUp, HelpRequest):
        rows = rows.exclude(Exists(model.objects.filter(held(), hearing=OuterRef("pk"))))
    return rows.order_by("pk")


def held() -> Q:
    """Whether the person of a row, or who it was merged into, is under legal hold."""
    return Q(person__is_on_legal_hold=True) | Q(person__merged_into__is_on_legal_hold=True)


def erase_voices(due: QuerySet[Voice], *, at: datetime, limit: int) -> int:
    """Erase the first of the voices that are due; those somebody has in hand wait for the next run."""
    pks = list(due.values_list("pk", flat=True)[:limit])
    rows = Voice.objects.filter(pk__in=pks, erased_at=None).order_by("pk")
    voices = list(rows.select_for_update(no_key=True, skip_locked=True))
    erase_words_of(voices, by=None, at=at)
    Voice.objects.filter(pk__in=pks, erased_at=at).update(person=None)
    let_go({voice.person_id for voice in voices if voice.person_id}, at=at)
    return len(voices)


def erase_words_of(voices: list[Voice], *, by: Staff | None, at: datetime) -> None:
    """Replace the words of voices, with their files and what machines learn from; say so in the trail."""
    pks = [voice.pk for voice in voices]
    for voice in voices:
        attachments.erase_all(voice)
        VoiceText.objects.filter(voice=voice).update(body=voice.number.lower())
    TrainingExample.objects.filter(voice__in=pks).delete()
    blot(OF_VOICE, pks)
    Voice.objects.filter(pk__in=pks).update(erased_at=at, version=F("version") + 1)
    audit.record_many(
        audit.AuditDraft(subject=voice, verb="voice_erased", by=by, at=at) for voice in voices
    )


def erase_hearings(due: QuerySet[Hearing], *, at: datetime, limit: int) -> int:
    """Erase views, speakers and requests of the first hearings that are due; the summary stays."""
    pks = list(due.values_list("pk", flat=True)[:limit])
    rows = Hearing.objects.filter(pk__in=pks, erased_at=None).order_by("pk")
    hearings = list(rows.select_for_update(no_key=True, skip_locked=True))
    for hearing in hearings:
        people: set[int] = set()
        for testimony in hearing.testimonies.all():
            attachments.erase_all(testimony)
        for model in (Testimony, SignUp, HelpRequest):
            named = model.objects.filter(hearing=hearing).exclude(person=None)
            people |= set(named.values_list("person", flat=True))
            named.update(person=None)
        blot(OF_HEARING, [hearing.pk])
        Hearing.objects.filter(pk=hearing.pk).update(erased_at=at)
        let_go(people, at=at)
        audit.record(hearing, "hearing_erased", by=None, at=at)
    return len(hearings)


def blot(table: dict[Any, tuple[str, tuple[str, ...]]], pks: Iterable[int]) -> None:
    """Put the note of erasure in the place of every word of voices or hearings."""
    for model, (way, names) in table.items():
        replace_words(model.objects.filter(**{f"{way}__in": pks}), names)


def replace_words(rows: QuerySet[Any], names: Iterable[str]) -> None:
    """Put the note of erasure in the place of the words in some columns."""
    for name in names:
        rows.exclude(**{name: ""}).update(**{name: ERASED})


def let_go(people: Iterable[int], *, at: datetime) -> None:
    """Erase persons whom no room needs any more and whose own day has passed."""
    for person in Person.objects.filter(pk__in=people, erased_at=None).order_by("pk"):
        persons.erase_expired(person, at=at)


# What a person asks for


def erase_of(rows: list[Person], *, by: Staff | None, at: datetime) -> None:
    """Erase what the person said in voices and hearings (ลบตามคำขอของเจ้าของข้อมูล); counts stay."""
    pks = [row.pk for row in rows]
    voices = Voice.objects.filter(person__in=pks, erased_at=None).order_by("pk")
    erase_words_of(list(voices.select_for_update(no_key=True)), by=by, at=at)
    views = list(Testimony.objects.filter(person__in=pks).order_by("pk"))
    for view in views:
        attachments.erase_all(view)
        audit.record(view, "testimony_erased", by=by, at=at)
    for model, (_way, names) in OF_HEARING.items():
        owner = "testimony__person__in" if model is Appeal else "person__in"
        replace_words(model.objects.filter(**{owner: pks}), names)


def needed_here() -> Exists:
    """Whether a voice, a hearing or a stakeholder still names the person."""
    return Exists(
        Person.objects.filter(pk=OuterRef("pk")).filter(
            Exists(Voice.objects.filter(person=OuterRef("pk"), erased_at=None))
            | Exists(Stakeholder.objects.filter(contact=OuterRef("pk"), is_active=True))
            | Exists(Testimony.objects.filter(person=OuterRef("pk"), hearing__erased_at=None))
            | Exists(SignUp.objects.filter(person=OuterRef("pk"), hearing__erased_at=None))
            | Exists(HelpRequest.objects.filter(person=OuterRef("pk"), hearing__erased_at=None))
        )
    )


def register() -> None:
    """Let the ground floor ask before it erases a person, and reach here on request; called once."""
    persons.register_need(needed_here)
    persons.register_request(erase_of)
    audit.register_words(
        {
            "voice_erased": gettext_lazy("Erased the words of the voice"),
            "testimony_erased": gettext_lazy("Erased the words of the view"),
            "hearing_erased": gettext_lazy("Erased the views and speakers of the hearing"),
        }
    )


def seed() -> int:
    """Add the lines of the schedule that every installation starts with; returns how many."""
    return sum(
        KeepingRule.objects.get_or_create(what=what, defaults={"years": years})[1]
        for what, years in USUAL.items()
    )

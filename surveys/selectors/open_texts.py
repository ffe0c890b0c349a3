"""What respondents wrote in their own words, as another room may take it over: no person, no response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from agency import audit, codes
from agency.models import AuditEntry, Service, Unit
from surveys.models import Response, Wave
from surveys.rendering import Document
from surveys.selectors.segments import SEGMENT

HANDED_OVER = "texts_handed_over"
BATCH = 500
REF_LENGTH = 24


@dataclass(frozen=True, kw_only=True)
class OpenText:
    """One open answer; `ref` is the same each time and leads back to nobody."""

    ref: str
    text: str
    on: date
    unit: Unit
    service: Service | None
    segment: str


def open_texts(wave_pk: int) -> Iterator[list[OpenText]]:
    """Yield the open answers of a wave in batches, each in the order of the references, not of the answers' coming."""
    wave = Wave.objects.select_related("survey__unit").get(pk=wave_pk)
    columns = open_columns(wave)
    rows = Response.objects.counted().filter(wave=wave).select_related("unit", "service")
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        found = [
            text_of(response, code, wave=wave)
            for response in batch
            for code in columns.get(response.version_id, ())
            if written(response.answers, code)
        ]
        yield sorted(found, key=lambda one: one.ref)


def open_columns(wave: Wave) -> dict[int, list[str]]:
    """Return the codes of the open questions by version of the questionnaire."""
    return {
        version.pk: [
            column.code
            for column in Document.read(version.document).columns()
            if column.item.type == "text"
        ]
        for version in wave.survey.versions.all()
    }


def written(answers: dict[str, Any], code: str) -> str:
    """Return what somebody wrote, without outer spaces."""
    return str(answers.get(code) or "").strip()


def text_of(response: Response, code: str, *, wave: Wave) -> OpenText:
    """Return an open answer as it may leave the room."""
    return OpenText(
        ref=codes.keyed(f"survey-text:{response.uid}:{code}").hex()[:REF_LENGTH],
        text=written(response.answers, code),
        on=response.submitted_on or response.saved_on,
        unit=response.unit or wave.survey.unit,
        service=response.service,
        segment=str(response.answers.get(SEGMENT) or ""),
    )


def enough_wrote(wave: Wave) -> bool:
    """Whether at least as many people wrote something as the smallest cell asks for."""
    columns = open_columns(wave)
    answers = Response.objects.counted().filter(wave=wave).values_list("version", "answers")
    writers = (
        True
        for version, given in answers.iterator()
        if any(written(given, code) for code in columns.get(version, ()))
    )
    return sum(islice(writers, wave.smallest_cell)) == wave.smallest_cell


def handed_over(wave: Wave) -> AuditEntry | None:
    """Return when the open answers went to the inbox of voices last, and by whom."""
    return audit.entries_of(wave).filter(verb=HANDED_OVER).order_by("-pk").first()

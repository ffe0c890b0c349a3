"""The analyst's notes under results."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency.models import Staff
from surveys.models import ResultNote, Wave
from surveys.rendering import Document

HEADLINE = "headline"  # what a note may be about besides a column


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note in the reader's language."""

    pk: int
    about: str
    title: str
    text: str
    by: Staff
    at: datetime


def notes_of(wave: Wave) -> list[Note]:
    """Return the notes of a wave, the oldest first."""
    language = get_language() or "th"
    columns = Document.read(wave.version.document).columns()
    titles = {column.code: column.label(language) for column in columns}
    rows = ResultNote.objects.filter(wave=wave).select_related("by")
    return [
        Note(
            pk=row.pk,
            about=row.about,
            title=titles.get(row.about, _("Headline")),
            text=(row.text_en if language == "en" else "") or row.text_th,
            by=row.by,
            at=row.at,
        )
        for row in rows
    ]


def notes_by_result(wave: Wave) -> dict[str, list[Note]]:
    """Return the notes by the result that they stand under."""
    found: dict[str, list[Note]] = defaultdict(list)
    for note in notes_of(wave):
        found[note.about].append(note)
    return dict(found)

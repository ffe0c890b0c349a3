"""Around results: totals of the population to which weights are raked, and the analyst's notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from surveys.lifecycle.waves import hold_wave
from surveys.models import Margin, ResultNote, Wave, Weighting
from surveys.rendering import Document
from surveys.selectors.notes import HEADLINE

TOLERANCE = 0.005  # totals of two traits may differ by rounding


@transaction.atomic
def set_margins(
    wave: Wave, *, margins: Mapping[str, Mapping[str, int]], by: Staff, at: datetime
) -> Wave:
    """Say how many people the population has by each trait (ยอดประชากรเพื่อถ่วงน้ำหนัก); weights are raked to it.

    Without any the wave is no longer raked. Results are computed anew; what is published stays.
    """
    wave = hold_wave(wave)
    items = {item.code: item for item in Document.read(wave.version.document).items}
    for column, counts in margins.items():
        item = items.get(column)
        options = {option.code for option in item.options} if item else set()
        if item is None or item.type != "single" or set(counts) != options:
            raise Refused(
                _("Give a number for every choice of “%(column)s”, 0 where nobody is.")
                % {"column": column}
            )
        if sum(count > 0 for count in counts.values()) < 2:
            raise Refused(
                _("“%(column)s” needs at least two choices with people.") % {"column": column}
            )
    refuse_unequal(margins)
    Margin.objects.filter(wave=wave).delete()
    Margin.objects.bulk_create(
        Margin(wave=wave, column=column, value=value, population=count)
        for column, counts in margins.items()
        for value, count in counts.items()
        if count
    )
    if margins:
        wave.weighting = Weighting.RAKE
    elif wave.weighting == Weighting.RAKE:
        wave.weighting = Weighting.NONE
    wave.save(update_fields=["weighting"])
    audit.record(wave, "margins_set", by=by, at=at, columns=sorted(margins))
    return wave


def refuse_unequal(margins: Mapping[str, Mapping[str, int]]) -> None:
    """Refuse traits whose totals are not the same population."""
    totals = {column: sum(counts.values()) for column, counts in margins.items()}
    if totals and max(totals.values()) - min(totals.values()) > TOLERANCE * max(totals.values()):
        told = ", ".join(f"{column}: {total:,}" for column, total in totals.items())
        raise Refused(
            _("The totals differ, but they are of one population: %(totals)s.") % {"totals": told}
        )


@transaction.atomic
def write_note(
    wave: Wave, *, about: str, text_th: str, text_en: str = "", by: Staff, at: datetime
) -> ResultNote:
    """Write a note under a result (ข้อสังเกต); `about` is a column or the headline."""
    columns = {column.code for column in Document.read(wave.version.document).columns()}
    if about != HEADLINE and about not in columns:
        raise Refused(_("Choose the result that the note is about."))
    if not text_th.strip():
        raise Refused(_("Write the note."))
    note = ResultNote.objects.create(
        wave=wave, about=about, text_th=text_th.strip(), text_en=text_en.strip(), by=by, at=at
    )
    audit.record(wave, "note_written", by=by, at=at, note=note.pk, about=about)
    return note


@transaction.atomic
def remove_note(note: ResultNote, *, by: Staff, at: datetime) -> None:
    """Take a note away (ลบข้อสังเกต); the trail keeps that there was one."""
    audit.record(note.wave, "note_removed", by=by, at=at, note=note.pk, about=note.about)
    note.delete()

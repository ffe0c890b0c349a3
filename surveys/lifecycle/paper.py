"""Keying in paper (บันทึกแบบกระดาษ): each sheet by two people, their differences settled by the sheet, counted once.

A sheet is one response, known by its number. The first keying begins it, the second one ends it, unless the two
differ: then somebody looks at the paper again, and the name of who did is kept. An anonymous sheet keeps the
day of its keying, never the hour, and no audit entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff, Unit
from agency.refusal import Refused
from agency.thai import BANGKOK, local_day
from surveys.lifecycle.answering import Coming, complete, hold
from surveys.lifecycle.waves import hold_wave
from surveys.models import Discrepancy, Keying, Mode, PaperBatch, Response, Stratum, Wave
from surveys.models.paper import MOST_SHEETS
from surveys.rendering import relevant
from surveys.rendering.showing import Answers
from surveys.selectors import paper as selectors


@transaction.atomic
def print_sheets(
    wave: Wave,
    *,
    count: int,
    by: Staff,
    at: datetime,
    unit: Unit | None = None,
    stratum: Stratum | None = None,
    note: str = "",
) -> PaperBatch:
    """Number the next sheets of a wave for printing (พิมพ์แบบสอบถาม); the numbers are never given again."""
    wave = hold_wave(wave)
    if wave.state == Wave.State.CLOSED:
        raise Refused(_("The wave is closed; no more sheets are handed out."))
    if Mode.PAPER not in wave.modes:
        raise Refused(_("Paper is not among the ways of this wave. Choose it in the wave first."))
    if not 1 <= count <= MOST_SHEETS:
        raise Refused(_("Print 1–%(most)s sheets in one batch.") % {"most": MOST_SHEETS})
    given = wave.paper_batches.aggregate(last=Max("first_number"))["last"]
    first = wave.paper_batches.get(first_number=given).last_number + 1 if given else 1
    batch = PaperBatch.objects.create(
        wave=wave,
        version=wave.version,
        first_number=first,
        sheet_count=count,
        unit=unit,
        stratum=stratum,
        note=note,
        made_by=by,
        made_at=at,
    )
    audit.record(wave, "sheets_printed", by=by, at=at, first=first, count=count)
    return batch


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """What became of a keying: the sheet, which keying it was, in how many places the two differ."""

    response: Response
    number: int
    differences: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the sheet is finished."""
        return self.number == 2 and not self.differences


@transaction.atomic
def key_in(batch: PaperBatch, *, number: int, answers: Answers, by: Staff, at: datetime) -> Keyed:
    """Key a sheet in (บันทึก): the first or the second time; sent twice it is one keying.

    Who keyed first may correct it until somebody else has keyed the sheet too.
    """
    batch = (
        PaperBatch.objects.select_for_update(of=("self",))
        .select_related("wave__survey")
        .get(pk=batch.pk)
    )
    if not batch.first_number <= number <= batch.last_number:
        raise Refused(
            _("This batch has the sheets %(first)s to %(last)s. Choose the batch of this sheet.")
            % {
                "first": selectors.sheet_name(batch.first_number),
                "last": selectors.sheet_name(batch.last_number),
            }
        )
    response = sheet_of(batch, number, by=by, at=at)
    keyings = {each.number: each for each in response.keyings.all()}
    own = next((each for each in keyings.values() if each.by_id == by.pk), None)
    if own is not None:
        return corrected(own, answers, is_last=len(keyings) == 1, at=at)
    if len(keyings) == 2:
        raise Refused(_("Two people have keyed this sheet already. Take the next one."))
    place = len(keyings) + 1
    Keying.objects.create(
        response=response,
        batch=batch,
        number=place,
        answers=dict(answers),
        by=by,
        at=kept_at(response, at),
    )
    if place == 1:
        return Keyed(response=response, number=1)
    return compared(batch, response, keyings[1].answers, answers, at=at)


def sheet_of(batch: PaperBatch, number: int, *, by: Staff, at: datetime) -> Response:
    """Return the response of a sheet, begun now if nobody has keyed it; a void one is keyed anew."""
    name = selectors.sheet_name(number)
    known = batch.wave.responses.filter(reference=name).exclude(state=Response.State.VOID).first()
    return hold(coming_of(batch, known, name=name, by=by), at=at)


def coming_of(
    batch: PaperBatch, known: Response | None, *, name: str, by: Staff | None = None
) -> Coming:
    """Return a sheet as the answering verbs want it."""
    return Coming(
        wave=batch.wave,
        uid=known.uid if known else uuid4(),
        mode=Mode.PAPER,
        version=batch.version,
        stratum=batch.stratum,
        unit=batch.unit,
        reference=name,
        keyed_by=by,
    )


def kept_at(response: Response, at: datetime) -> datetime:
    """Return the instant that is kept: of an anonymous sheet the day alone."""
    return datetime.combine(local_day(at), time(), BANGKOK) if response.is_anonymous else at


def corrected(own: Keying, answers: Answers, *, is_last: bool, at: datetime) -> Keyed:
    """Take the own keying again: the same is nothing new, another one a correction while nobody else has keyed."""
    if own.answers == dict(answers):
        open_places = own.response.discrepancies.filter(settled_at=None).count()
        return Keyed(response=own.response, number=own.number, differences=open_places)
    if not is_last or own.number == 2:
        raise Refused(
            _("You have keyed this sheet already, and so has somebody else. Take the next one.")
        )
    own.answers, own.at = dict(answers), kept_at(own.response, at)
    own.save(update_fields=["answers", "at"])
    return Keyed(response=own.response, number=own.number)


def compared(
    batch: PaperBatch, response: Response, first: Answers, second: Answers, *, at: datetime
) -> Keyed:
    """Finish a sheet whose keyings agree; write down where they differ."""
    codes = [column.code for column in selectors.document_of(batch).columns()]
    differing = [code for code in codes if first.get(code) != second.get(code)]
    Discrepancy.objects.bulk_create(
        Discrepancy(response=response, column=code, first=first.get(code), second=second.get(code))
        for code in differing
    )
    if not differing:
        response = finished(batch, response, second, at=at)
    return Keyed(response=response, number=2, differences=len(differing))


@transaction.atomic
def settle_differences(
    response: Response, *, values: Mapping[str, Any], by: Staff, at: datetime
) -> Response:
    """Settle a sheet's differences by the paper (ตัดสินข้อที่ไม่ตรงกัน): a value for each column, None for empty.

    The sheet counts as soon as every difference is settled.
    """
    response = (
        Response.objects.select_for_update(of=("self",)).select_related("wave").get(pk=response.pk)
    )
    rows = list(response.discrepancies.filter(settled_at=None))
    if not rows or response.state != Response.State.PARTIAL:
        raise Refused(_("Nothing is left to settle on this sheet."))
    for row in rows:
        if row.column in values:
            row.value, row.settled_by = values[row.column], by
            row.settled_at = kept_at(response, at)
            row.save(update_fields=["value", "settled_by", "settled_at"])
    if not response.is_anonymous:
        audit.record(response, "sheet_settled", by=by, at=at, columns=sorted(values))
    if all(row.settled_at for row in rows):
        return finished_by_paper(response, at=at)
    return response


def finished_by_paper(response: Response, *, at: datetime) -> Response:
    """Finish a sheet with what was settled put over what was agreed."""
    first = response.keyings.select_related("batch__wave__survey", "batch__version").get(number=1)
    decided = dict(response.discrepancies.values_list("column", "value"))
    answers = {**first.answers, **decided}
    told = {column: value for column, value in answers.items() if value is not None}
    batch = first.batch
    return finished(batch, response, relevant(selectors.document_of(batch), told), at=at)


def finished(batch: PaperBatch, response: Response, answers: Answers, *, at: datetime) -> Response:
    """Count a sheet."""
    return complete(coming_of(batch, response, name=response.reference), answers, at=at)

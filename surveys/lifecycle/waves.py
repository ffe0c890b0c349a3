"""Waves (รอบสำรวจ): prepare, open, extend, close. Answers stop at the stated instant by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from surveys.lifecycle.answering import blur
from surveys.models import Margin, Quota, Response, Stratum, Survey, Version, Wave
from surveys.rendering import Document

Row = Mapping[str, Any]


@transaction.atomic
def prepare(
    survey: Survey,
    *,
    version: Version,
    by: Staff,
    at: datetime,
    strata: Sequence[Row] = (),
    quotas: Sequence[Row] = (),
    margins: Sequence[Row] = (),
    **facts: Any,
) -> Wave:
    """Prepare a wave of a published version (เตรียมรอบสำรวจ); nothing is asked before it is opened."""
    if survey.archived_at:
        raise Refused(_("The survey is archived. Take it out of the archive first."))
    if version.survey_id != survey.pk:
        raise Refused(_("This version belongs to another survey."))
    refuse_taken_code(facts["code"])
    wave = Wave.objects.create(survey=survey, version=version, made_by=by, made_at=at, **facts)
    set_rows(wave, strata=strata, quotas=quotas, margins=margins)
    audit.record(wave, "wave_prepared", by=by, at=at)
    return wave


def refuse_taken_code(code: str, *, but: int = 0) -> None:
    """Refuse a short link that another wave has."""
    if Wave.objects.filter(code=code).exclude(pk=but).exists():
        raise Refused(_("The short link %(code)s is taken. Choose another one.") % {"code": code})


def set_rows(
    wave: Wave,
    *,
    strata: Iterable[Row] = (),
    quotas: Iterable[Row] = (),
    margins: Iterable[Row] | None = None,
) -> None:
    """Write strata and quotas in place of those that were there, margins if told; quotas name columns that are asked."""
    columns = {column.code for column in Document.read(wave.version.document).columns()}
    unknown = sorted({quota["column"] for quota in quotas} - columns)
    if unknown:
        raise Refused(
            _("The questionnaire has no column %(column)s; a quota needs one that is asked.")
            % {"column": ", ".join(unknown)}
        )
    kinds: list[tuple[Any, Iterable[Row]]] = [
        *((Stratum, strata), (Quota, quotas)),
        *([] if margins is None else [(Margin, margins)]),
    ]
    for model, rows in kinds:
        model.objects.filter(wave=wave).delete()
        model.objects.bulk_create(model(wave=wave, **row) for row in rows)


@transaction.atomic
def change_wave(
    wave: Wave,
    *,
    version: Version,
    by: Staff,
    at: datetime,
    strata: Sequence[Row] = (),
    quotas: Sequence[Row] = (),
    **facts: Any,
) -> Wave:
    """Change a wave that is in preparation (แก้ไขรอบสำรวจ); its totals of the population stay."""
    wave = hold_wave(wave)
    if wave.state != Wave.State.DRAFT:
        raise Refused(_("The wave is open already. Only its end can be moved."))
    if wave.invitations.exclude(stratum=None).exists():
        raise Refused(_("People of its strata are invited already, so the wave stays as it is."))
    refuse_taken_code(facts["code"], but=wave.pk)
    wave.version = version
    for name, value in facts.items():
        setattr(wave, name, value)
    wave.save(update_fields=["version", *facts])
    set_rows(wave, strata=strata, quotas=quotas)
    audit.record(wave, "wave_changed", by=by, at=at)
    return wave


@transaction.atomic
def open_wave(wave: Wave, *, by: Staff, at: datetime) -> Wave:
    """Open a wave (เปิดรอบสำรวจ): answers are taken between its stated instants."""
    wave = hold_wave(wave)
    if wave.state != Wave.State.DRAFT:
        raise Refused(_("The wave was opened already."))
    if wave.closes_at <= at:
        raise Refused(_("The end of the wave lies in the past. Move it first."))
    if not wave.modes:
        raise Refused(_("Choose at least one way of answering first."))
    wave.state, wave.opened_at = Wave.State.OPEN, at
    wave.save(update_fields=["state", "opened_at"])
    audit.record(wave, "wave_opened", by=by, at=at)
    return wave


@transaction.atomic
def extend_wave(wave: Wave, *, closes_at: datetime, reason: str, by: Staff, at: datetime) -> Wave:
    """Move the end of an open wave to a later instant (ขยายเวลา), with a reason."""
    wave = hold_wave(wave)
    if wave.state != Wave.State.OPEN or wave.closes_at <= at:
        raise Refused(_("Only an open wave can be extended."))
    if closes_at <= wave.closes_at:
        raise Refused(_("The new end must be later than the one that was announced."))
    audit.record(
        wave,
        "wave_extended",
        by=by,
        at=at,
        reason=reason,
        earlier=wave.closes_at.isoformat(),
        closes_at=closes_at.isoformat(),
    )
    wave.closes_at = closes_at
    wave.save(update_fields=["closes_at"])
    return wave


@transaction.atomic
def close_wave(wave: Wave, *, by: Staff | None, at: datetime, reason: str = "") -> Wave:
    """Close a wave (ปิดรอบสำรวจ); by=None: its hour has come. Nobody is reminded any more."""
    wave = hold_wave(wave)
    if wave.state != Wave.State.OPEN:
        raise Refused(_("Only an open wave can be closed."))
    wave.state, wave.closed_at = Wave.State.CLOSED, at
    wave.closes_at = min(wave.closes_at, max(at, wave.opens_at + wave.opens_at.resolution))
    wave.save(update_fields=["state", "closed_at", "closes_at"])
    wave.invitations.exclude(remind_at=None).update(remind_at=None)
    audit.record(wave, "wave_closed", by=by, at=at, reason=reason)
    transaction.on_commit(lambda: blur(wave))
    return wave


def close_overdue(*, at: datetime, limit: int = 50) -> int:
    """Write down that waves are over whose hour has come; returns how many. They take no answers since then."""
    waves = list(Wave.objects.overdue(at).order_by("closes_at")[:limit])
    for wave in waves:
        close_wave(wave, by=None, at=at)
    return len(waves)


def blur_open() -> int:
    """Every night: rows of anonymous open waves are written anew, in any order; returns how many rows."""
    waves = Wave.objects.open().filter(survey__is_anonymous=True).select_related("survey")
    return sum(blur(wave) for wave in waves)


def hold_wave(wave: Wave) -> Wave:
    """Lock a wave for a change."""
    rows = Wave.objects.select_for_update(of=("self",)).select_related("survey", "version")
    return rows.get(pk=wave.pk)


# Demonstration


@transaction.atomic
def write_past(wave: Wave, responses: Iterable[Row], *, closed_at: datetime | None) -> int:
    """Write a wave with its responses as they were collected elsewhere or long ago; returns how many.

    `responses` are the fields of `Response`. For taking over finished fieldwork, not for answering.
    """
    wave.state, wave.opened_at, wave.closed_at = Wave.State.OPEN, wave.opens_at, None
    if closed_at:
        wave.state, wave.closed_at = Wave.State.CLOSED, closed_at
    wave.save(update_fields=["state", "opened_at", "closed_at"])
    rows = [
        Response(wave=wave, version=wave.version, is_anonymous=wave.survey.is_anonymous, **fields)
        for fields in responses
    ]
    return len(Response.objects.bulk_create(rows, batch_size=500))

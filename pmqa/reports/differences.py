"""What differs between two versions of a month: each figure, and the cases that came in or went out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmqa.indicators.registry import Shape
from pmqa.reports.block import Block, Figure, written
from pmqa.reports.models import Report, ReportFact


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The cases by which a sum differs; `unknown` of those that came in were not known to the older version."""

    came: int = 0
    unknown: int = 0
    went: int = 0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure that is not the same in two versions."""

    figure: Figure
    before: float | None
    after: float | None
    reason: str

    @property
    def before_words(self) -> str:
        """The older value as written."""
        return written(self.before, unit=self.figure.unit)

    @property
    def after_words(self) -> str:
        """The newer value as written."""
        return written(self.after, unit=self.figure.unit)

    @property
    def change_words(self) -> str:
        """By how much it differs, with its sign."""
        if self.before is None or self.after is None:
            return "–"
        digits = 0 if self.figure.unit == "cases" else 1
        return f"{self.after - self.before:+,.{digits}f}"


def differences(old: Report, new: Report) -> list[Difference]:
    """Return the figures that differ, in the order of the report, each with its reason."""
    shifts = shifts_of(old, new)
    before, after = Block(old.figures), Block(new.figures)
    return list(differing(before, after, shifts=shifts))


def differing(before: Block, after: Block, *, shifts: Mapping[str, Shift]) -> Iterator[Difference]:
    """Yield the figures whose value differs; one that only one version has counts as nothing in the other."""
    places = list(dict.fromkeys([*after.places, *before.places]))
    for where in places:
        identifier, measure, dimension, key = where
        old = before.figure(identifier, measure, dimension=dimension, key=key)
        new = after.figure(identifier, measure, dimension=dimension, key=key)
        model = new or old
        if model is None:
            continue
        values = [value_of(figure, model) for figure in (old, new)]
        if values[0] != values[1]:
            yield Difference(
                figure=model,
                before=values[0],
                after=values[1],
                reason=reason_of(model, shifts, is_overall=not dimension),
            )


def value_of(figure: Figure | None, model: Figure) -> float | None:
    """Return a value; a count that a version does not tell was none."""
    if figure is not None:
        return figure.value
    return 0.0 if model.definition.shape == Shape.COUNT else None


def reason_of(figure: Figure, shifts: Mapping[str, Shift], *, is_overall: bool) -> str:
    """Say why a figure differs, by the cases that changed."""
    measure = figure.definition
    if measure.shape == Shape.SURVEY:
        return _("Answers or follow-ups that became known later.")
    if not is_overall:
        return _("As over all cases, or moved from another group.")
    told = [
        shift_words(shifts[name])
        for name in dict.fromkeys((measure.counted, measure.among))
        if name in shifts
    ]
    return " ".join(dict.fromkeys(told)) or _("Days or dates of the same cases were corrected.")


def shift_words(shift: Shift) -> str:
    """Put into words which cases changed a sum."""
    told = []
    if shift.unknown:
        told.append(
            ngettext(
                "%(count)s case was keyed after the earlier cut-off.",
                "%(count)s cases were keyed after the earlier cut-off.",
                shift.unknown,
            )
            % {"count": shift.unknown}
        )
    if shift.came - shift.unknown:
        told.append(_("%(count)s known cases count now.") % {"count": shift.came - shift.unknown})
    if shift.went:
        told.append(_("%(count)s cases count no more.") % {"count": shift.went})
    return " ".join(told)


def shifts_of(old: Report, new: Report) -> dict[str, Shift]:
    """Return for each sum how many frozen cases came in and went out between two versions."""
    table = ReportFact._meta.db_table
    query = f"""
        WITH old AS (SELECT number, true AS is_old, unnest(counted) AS name FROM {table} WHERE report_id = %s),
             new AS (SELECT number, true AS is_new, unnest(counted) AS name FROM {table} WHERE report_id = %s),
             known AS (SELECT number, true AS is_known FROM {table} WHERE report_id = %s)
        SELECT name, count(*) FILTER (WHERE is_old IS NULL),
            count(*) FILTER (WHERE is_old IS NULL AND is_known IS NULL),
            count(*) FILTER (WHERE is_new IS NULL)
        FROM old FULL JOIN new USING (number, name) LEFT JOIN known USING (number)
        GROUP BY name
    """  # noqa: S608  names of our own
    with connection.cursor() as cursor:
        cursor.execute(query, [old.pk, new.pk, old.pk])
        return {
            name: Shift(came=came, unknown=unknown, went=went)
            for name, came, unknown, went in cursor.fetchall()
            if came or went
        }

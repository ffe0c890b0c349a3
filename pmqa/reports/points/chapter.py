"""Points to decide, problems with their actions, and the follow-up of earlier ones, as a chapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency.thai import format_date, format_month
from pmqa.indicators.periods import parse_month
from pmqa.reports.cells import Cell, Chapter, Table, filled, text
from pmqa.reports.models import Report, ReportPoint

WIDTHS = (5, 5, 3, 2)


def points_chapter(report: Report, points: Sequence[ReportPoint]) -> Chapter:
    """Return the chapter; the follow-up is what was frozen with the report."""
    earlier = report.carried or []
    decisions = [point for point in points if point.kind == ReportPoint.Kind.DECISION]
    actions = [point for point in points if point.kind == ReportPoint.Kind.ACTION]
    return Chapter(
        name="decisions",
        title=_("Decisions, action plan and follow-up"),
        sentences=[*sentences_of(points), earlier_words(earlier)],
        tables=filled(
            [
                points_table(_("Points to decide"), _("Decision"), decisions),
                points_table(_("Problems and actions"), _("Action"), actions),
                earlier_table(earlier),
            ]
        ),
    )


def sentences_of(points: Sequence[ReportPoint]) -> list[str]:
    """Say when there is nothing to decide or to do."""
    return [] if points else [_("The month has no point to decide and no action of its own.")]


def earlier_words(earlier: Sequence[Mapping[str, Any]]) -> str:
    """Say how many earlier decisions and actions are done, under way, late."""
    if not earlier:
        return _("No decision or action of earlier published reports was open.")
    count = {name: sum(one["standing"] == name for one in earlier) for name in standings()}
    return _(
        "Of %(all)s earlier decisions and actions %(done)s are carried out, %(under_way)s under way, %(not_begun)s not begun and %(late)s late, as known at the data cut-off."
    ) % {"all": len(earlier), **count}


def standings() -> dict[str, str]:
    """Return how a decision may stand, in words."""
    return {
        "done": _("Carried out"),
        "under_way": _("Under way"),
        "not_begun": _("Not begun"),
        "late": _("Late"),
    }


def points_table(caption: str, what: str, points: Iterable[ReportPoint]) -> Table:
    """Set points beside what is done about them, by whom and by when."""
    rows = [
        [
            text(point.body),
            text(point.decision or point.get_state_display()),
            text(point.owner or "–"),
            day_cell(point.due_on),
        ]
        for point in points
    ]
    head = [caption, what, _("Responsible"), _("Due by")]
    return Table(caption=caption, head=head, rows=rows, widths=WIDTHS)


def earlier_table(earlier: Sequence[Mapping[str, Any]]) -> Table:
    """Show what became of earlier decisions and actions."""
    head = [
        _("Month"), _("Decision or action"), _("Responsible"), _("Due by"), _("How it stands"),
        _("What was done"),
    ]  # fmt: skip
    words, language = standings(), "en" if get_language() == "en" else "th"
    rows = [
        [
            text(format_month(parse_month(one["month"]), short=True)),
            text(f"{one['words'][language]} – {one['decision']}"),
            text(one["owner"]),
            day_cell(date.fromisoformat(one["due_on"]) if one["due_on"] else None),
            text(words[one["standing"]]),
            text(one["note"] or "–"),
        ]
        for one in earlier
    ]
    caption = _("Follow-up of earlier decisions and actions")
    return Table(caption=caption, head=head, rows=rows, widths=(2, 6, 3, 2, 2, 4))


def day_cell(day: date | None) -> Cell:
    """Return a day as written."""
    return text(format_date(day) if day else "–")

"""The sentences of a report, written from its figures by rules; pure functions of the figures block.

A change is called one only where a test at 5 % finds it: two proportions for shares, two Poisson
counts for numbers of cases. A target missed within the interval is said to be so.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _

from agency.thai import format_month
from pmqa.indicators.periods import add_months
from pmqa.indicators.registry import BY_ID
from pmqa.indicators.statistics import Z95, two_share_p
from pmqa.reports.block import FEW, Block, Figure, largest, written

ALPHA = 0.05
MOST_TARGETS = 2  # among the three points: what is overdue has its place, too
SHARES = (
    ("3.4-02", "share"),
    ("3.4-03", "share"),
    ("3.4-04", "share"),
    ("3.4-12", "share"),
    ("3.4-13", "share"),
    ("3.4-15", "share"),
)


def sentences_of(figures: Mapping[str, Any]) -> list[str]:
    """Write the report's sentences in the active language, the most important first."""
    block = Block(figures)
    if block.is_empty:
        return [
            _("No complaint was received, closed or open in %(month)s.")
            % {"month": format_month(block.month)}
        ]
    told = [
        volume(block),
        *(share_sentence(block, *which) for which in SHARES),
        days(block),
        overdue(block),
        repeats(block),
    ]
    return [sentence for sentence in told if sentence]


def volume(block: Block) -> str:
    """Say how many came, and whether that is more than before."""
    received, closed = block.figure("3.4-01", "received"), block.figure("3.4-01", "closed")
    opened = block.figure("3.4-01", "open")
    if not received or not closed or not opened:
        return ""
    first = _(
        "In %(month)s %(received)s complaints were received and %(closed)s closed; %(open)s were open at its end."
    ) % {
        "month": format_month(block.month),
        "received": received.words,
        "closed": closed.words,
        "open": opened.words,
    }
    return joined(first, count_change(received, block))


def count_change(figure: Figure, block: Block) -> str:
    """Compare a number of cases with the month before."""
    before = int((figure.last_month or {}).get("value") or 0)
    now = int(figure.value or 0)
    facts = {
        "month": format_month(add_months(block.month, -1)),
        "before": f"{before:,}",
        "difference": f"{abs(now - before):,}",
    }
    if not is_count_change(now, before):
        return (
            _("The number received does not differ significantly from %(month)s (%(before)s).")
            % facts
        )
    if now > before:
        return (
            _("That is significantly more than in %(month)s (%(before)s): %(difference)s more.")
            % facts
        )
    return (
        _("That is significantly fewer than in %(month)s (%(before)s): %(difference)s fewer.")
        % facts
    )


def is_count_change(now: int, before: int) -> bool:
    """Whether two Poisson counts differ: given their sum, each is as likely as the other."""
    total = now + before
    return total >= FEW and abs(now - before) / sqrt(total) > Z95


def share_sentence(block: Block, indicator: str, measure: str) -> str:
    """Say a share with its interval, its change and its target."""
    figure = block.figure(indicator, measure)
    if figure is None or figure.value is None:
        return ""
    first = _(
        "%(name)s: %(value)s (%(numerator)s of %(denominator)s; 95%% interval %(interval)s)."
    ) % {
        "name": BY_ID[indicator].name,
        "value": figure.words,
        "numerator": f"{figure.numerator:,}",
        "denominator": f"{figure.denominator:,}",
        "interval": figure.interval_words,
    }
    return joined(first, care(figure), share_change(figure), against_target(figure))


def care(figure: Figure) -> str:
    """Warn of a share out of few cases."""
    return _("It rests on fewer than ten cases: read it with care.") if figure.is_few else ""


def share_change(figure: Figure) -> str:
    """Say whether a share rose or fell since last month."""
    before = figure.last_month
    if figure.is_few or figure.value is None or before is None or before["value"] is None:
        return ""
    p = two_share_p(
        counts(figure.numerator, figure.denominator),
        counts(before["numerator"], before["denominator"]),
    )
    facts = {
        "before": written(before["value"], unit=figure.unit),
        "points": f"{abs(figure.value - before['value']):.1f}",
    }
    if p is None:
        return _("The numbers are too small to tell a change since last month.")
    if p >= ALPHA:
        return _("No significant change since last month (%(before)s).") % facts
    if figure.value > before["value"]:
        return (
            _("It rose significantly, by %(points)s points since last month (%(before)s).") % facts
        )
    return _("It fell significantly, by %(points)s points since last month (%(before)s).") % facts


def counts(numerator: int | None, denominator: int | None) -> tuple[int, int]:
    """Return the counts of a share."""
    return numerator or 0, denominator or 0


def against_target(figure: Figure) -> str:
    """Set a figure against its target."""
    facts = {"target": figure.target_words}
    if figure.is_reached is None:
        return ""
    if figure.is_reached:
        return _("The target of %(target)s is met.") % facts
    if figure.is_surely_missed or figure.low is None:
        return _("The target of %(target)s is missed.") % facts
    return _("The target of %(target)s is missed, but it lies within the interval.") % facts


def days(block: Block) -> str:
    """Say how long the answers took."""
    median, p90 = block.figure("3.4-05", "median"), block.figure("3.4-05", "p90")
    if not median or not p90 or median.value is None:
        return ""
    first = _(
        "Half of the answers came within %(median)s working days, nine out of ten within %(p90)s."
    ) % {
        "median": median.words,
        "p90": p90.words,
    }
    return joined(first, against_target(median))


def overdue(block: Block) -> str:
    """Say how many open cases are overdue, and where most of them are."""
    figure, share = block.figure("3.4-10", "overdue"), block.figure("3.4-10", "overdue_share")
    if not figure or not share or not share.denominator:
        return ""
    if not figure.value:
        return _("None of the %(open)s open cases was overdue at the end of the month.") % {
            "open": f"{share.denominator:,}"
        }
    return _(
        "%(overdue)s of %(open)s open cases (%(share)s) were overdue at the end of the month."
    ) % {
        "overdue": figure.words,
        "open": f"{share.denominator:,}",
        "share": share.words,
    }


def repeats(block: Block) -> str:
    """Say how many complaints came back."""
    figure = block.figure("3.4-09", "rate")
    if not figure or figure.value is None:
        return ""
    first = _("%(count)s cases came back or were reopened: %(rate)s of those received.") % {
        "count": f"{figure.numerator:,}",
        "rate": figure.words,
    }
    return joined(first, against_target(figure))


def joined(*sentences: str) -> str:
    """Write sentences one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


# Points to decide


def points_of(figures: Mapping[str, Any], *, names: Mapping[str, Any]) -> list[str]:
    """Return up to three points for the executive: targets surely missed, overdue units, slow topics."""
    block = Block(figures)
    targets = [figure for figure in block.rows(dimension="") if figure.is_reached is False]
    # What is missed beyond doubt comes first.
    points = [
        missed(one)
        for one in sorted(targets, key=lambda one: not one.is_surely_missed)[:MOST_TARGETS]
    ]
    worst = largest(
        row for row in block.rows("3.4-10", dimension="unit") if row.measure == "overdue"
    )
    if worst:
        points.append(
            _(
                "%(unit)s holds %(count)s overdue cases, the most of all units: clear them, or give help."
            )
            % {"unit": names["unit"].get(worst.key, worst.key), "count": worst.words}
        )
    old = block.figure("3.4-10", "age_over_30")
    if old and old.value:
        points.append(
            _("%(count)s cases are open for more than 30 working days: set a date for each.")
            % {"count": old.words}
        )
    return points[:3]


def missed(figure: Figure) -> str:
    """Put a missed target as a point to decide."""
    return _(
        "%(name)s stands at %(value)s against a target of %(target)s: decide how to reach it."
    ) % {
        "name": figure.name,
        "value": figure.words,
        "target": figure.target_words,
    }

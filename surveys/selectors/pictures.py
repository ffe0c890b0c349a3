"""Figures as words and charts, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency.charts import Bar, BarChart, Line, LineChart, Point
from surveys.models import Mode
from surveys.rendering.document import OTHER
from surveys.selectors.results import Results
from surveys.selectors.spss import worded

Cell = dict[str, Any]
NPS_WORDS: dict[str, Callable[[], str]] = {
    "promoters": lambda: _("Promoters (9–10)"),
    "passives": lambda: _("Passives (7–8)"),
    "detractors": lambda: _("Detractors (0–6)"),
}


def language() -> str:
    """Return the reader's language."""
    return "en" if get_language() == "en" else "th"


def words(text: dict[str, str] | None, instead: str = "") -> str:
    """Return a text in the reader's language."""
    return worded(text or {}, language()) or instead


def label(results: Results, code: str) -> str:
    """Return what a question or grouping is called."""
    own = {
        "unit": _("Unit"),
        "service": _("Service"),
        "stratum": _("Stratum"),
        "mode": _("Way of answering"),
    }
    column = results.columns.get(code)
    return words(column["label"], code) if column else str(own.get(code, code))


def group_name(by: str, group: dict[str, Any]) -> str:
    """Return what a group is called."""
    if by == "mode":
        return str(Mode(group["code"]).label)
    return words(group.get("text"), group["code"])


def told(cell: Cell, *, digits: int = 1) -> str:
    """Return a figure as written, or why there is none."""
    if cell["state"] == "few":
        return _("too few answers")
    if cell["state"] == "thin":
        return _("not enough answers for an error")
    return written(cell["value"], digits=digits)


def between(cell: Cell, *, digits: int = 1) -> str:
    """Return the interval as written."""
    if cell["state"] != "ok" or cell["low"] is None:
        return ""
    low, high = (written(cell[end], digits=digits) for end in ("low", "high"))
    if cell["low"] < 0:  # a dash between would read as a sign
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    return f"{low}–{high}"


def written(value: float, *, digits: int = 1) -> str:
    """Write a figure, with the minus sign of print where it is below nothing."""
    return f"{value:,.{digits}f}".replace("-", "−")


def row(name: str, cell: Cell, *, digits: int = 1) -> dict[str, Any]:
    """Return a line of a table: name, figure, interval, n."""
    return {
        "name": name,
        "value": told(cell, digits=digits),
        "between": between(cell, digits=digits),
        "n": cell["n"],
    }


def bar(name: str, cell: Cell) -> Bar:
    """Return a bar; a figure that is not shown is none."""
    is_shown = cell["state"] == "ok"
    return Bar(
        label=name,
        value=cell["value"] if is_shown else None,
        words=told(cell),
        n=cell["n"],
        low=cell["low"] if is_shown else None,
        high=cell["high"] if is_shown else None,
    )


def picture(title: str, pairs: list[tuple[str, Cell]], *, source: str = "") -> dict[str, Any]:
    """Return a chart of percentages with its table."""
    return {
        "chart": BarChart(title=title, bars=[bar(*pair) for pair in pairs], top=100, source=source),
        "rows": [row(*pair) for pair in pairs],
        "title": title,
    }


def source_of(results: Results) -> str:
    """Return whom the figures speak of, for below a chart."""
    if results.whole["is_probability"]:
        return _(
            "Weighted; bars show 95-percent confidence intervals; percent of those who answered."
        )
    return _("Respondents only; percent of those who answered.")


def question_of(results: Results, found: dict[str, Any]) -> dict[str, Any]:
    """Return one question as its part of the page shows it."""
    column = results.columns[found["code"]]
    title, names = words(column["label"], column["code"]), names_of(column)
    shown: dict[str, Any] = {
        "code": column["code"],
        "title": title,
        "figures": figures_of(found),
        "answered": found.get("answered"),
        "is_text": column["kind"] == "text",
    }
    if found.get("shares"):
        pairs = [(names.get(one["code"], one["code"]), one["cell"]) for one in found["shares"]]
        shown |= picture(finding(pairs), pairs, source=source_of(results))
        shown["title"] = title
    if column["code"].removesuffix(OTHER) in results.columns.keys() - {column["code"]}:
        shown["title"] = _("%(title)s: other, in own words") % {"title": title}
    if found.get("ranks"):
        shown["rows"] = [
            row(names.get(one["code"], ""), one["cell"], digits=2) for one in found["ranks"]
        ]
    return shown


def finding(pairs: list[tuple[str, Cell]]) -> str:
    """Say which answer was given most often."""
    told_ones = [(cell["value"], name, cell) for name, cell in pairs if cell["state"] == "ok"]
    if not told_ones:
        return _("Not enough answers to say")
    _value, name, cell = max(told_ones, key=lambda one: one[0])
    return _("Most often: %(name)s, %(share)s percent") % {"name": name, "share": told(cell)}


def names_of(column: dict[str, Any]) -> dict[str, str]:
    """Return what the answers of a question are called."""
    if column["type"] == "nps":
        return {code: name() for code, name in NPS_WORDS.items()}
    return {
        value["code"]: f"{value['code']} {words(value['text'])}".strip()
        if column["kind"] == "points"
        else words(value["text"], value["code"])
        for value in column["values"]
    }


def figures_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the named figures of a question."""
    named = (
        ("mean", _("Mean"), 2),
        ("percent", _("Satisfaction, mean ÷ 5 × 100"), 1),
        ("satisfied", _("Share answering 4–5, in percent"), 1),
        ("nps", _("NPS"), 1),
    )
    return [
        row(str(name), found[key], digits=digits) for key, name, digits in named if key in found
    ]


def trend_chart(results: Results) -> LineChart | None:
    """Return both percentages over the waves; none with a single wave."""
    points = results.trend
    if len(points) < 2:
        return None
    lines = [
        Line(label=str(name), points=[trend_point(point, key) for point in points])
        for key, name in (("percent", _("mean ÷ 5")), ("satisfied", _("share of 4–5")))
    ]
    return LineChart(title=trend_title(points), lines=lines, unit="%", top=100)


def trend_point(point: dict[str, Any], key: str) -> Point:
    """Return a point of the trend; a star marks a tested, significant change of the share of 4–5."""
    cell = point[key]
    is_shown = cell["state"] == "ok"
    mark = " *" if key == "satisfied" and is_significant(point) else ""
    return Point(
        label=words(point),
        value=cell["value"] if is_shown else None,
        words=told(cell) + mark,
        n=cell["n"],
        low=cell["low"] if is_shown else None,
        high=cell["high"] if is_shown else None,
    )


def is_significant(point: dict[str, Any]) -> bool:
    """Whether the change from the wave before was tested and is significant."""
    return point["p"] is not None and point["p"] < 0.05


def trend_title(points: list[dict[str, Any]]) -> str:
    """Say the finding: only a tested change is called one."""
    last, before = points[-1], points[-2]
    if last["p"] is None:
        return _("Satisfaction over the waves; changes were not tested")
    if not is_significant(last):
        return _("No change since the last wave can be shown")
    if last["satisfied"]["value"] > before["satisfied"]["value"]:
        return _("The share of the satisfied has risen since the last wave")
    return _("The share of the satisfied has fallen since the last wave")


def likely(results: Results) -> list[str]:
    """Return who was more or less likely to be satisfied, as sentences."""
    more = _(
        "%(group)s (%(by)s) were more often satisfied: %(share)s percent against %(rest)s percent."
    )
    less = _(
        "%(group)s (%(by)s) were less often satisfied: %(share)s percent against %(rest)s percent."
    )
    return [
        (more if one["difference"] > 0 else less)
        % {
            "group": group_name(one["by"], one),
            "by": label(results, one["by"]),
            "share": f"{one['share']:.1f}",
            "rest": f"{one['rest']:.1f}",
        }
        for one in results.more_likely
    ]

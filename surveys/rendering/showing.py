"""What is shown to somebody who answered so far: pages, questions, and the answers that still count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from surveys.rendering.document import Document, Item, Page, Show, Test

Answers = Mapping[str, Any]


def is_shown(rule: Show | None, answers: Answers) -> bool:
    """Whether a rule lets its question or section be shown; without a rule it is."""
    if rule is None or not rule.tests:
        return True
    join = any if rule.match == "any" else all
    return join(holds(test, answers) for test in rule.tests)


def holds(test: Test, answers: Answers) -> bool:
    """Whether the answers meet a condition; “is not” also holds where nothing was answered."""
    value = answers.get(test.column)
    compare = COMPARISONS[test.operator]
    return compare(value, test.value)


def is_answered(value: Any, wanted: str = "") -> bool:
    """Whether there is an answer."""
    return value is not None and value not in ("", [])


def is_equal(value: Any, wanted: str) -> bool:
    """Whether the answer is the wanted one, or holds it among several."""
    if isinstance(value, list):
        return wanted in [str(part) for part in value]
    if isinstance(value, int | float):
        return value == number(wanted)
    return str(value) == wanted if is_answered(value) else False


def is_at_least(value: Any, wanted: str) -> bool:
    """Whether a number, point or day is the wanted one or a later one."""
    return compared(value, wanted, lambda left, right: left >= right)


def is_at_most(value: Any, wanted: str) -> bool:
    """Whether a number, point or day is the wanted one or an earlier one."""
    return compared(value, wanted, lambda left, right: left <= right)


def compared(value: Any, wanted: str, by: Callable[[Any, Any], bool]) -> bool:
    """Compare as numbers where both are numbers, days by their ISO text; anything else never holds."""
    left, right = number(value), number(wanted)
    if left is not None and right is not None:
        return by(left, right)
    is_day = isinstance(value, str) and value[4:5] == "-" and wanted[4:5] == "-"
    return is_day and by(value, wanted)


def number(value: Any) -> float | None:
    """Return a number, however it was kept; None for what is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


COMPARISONS: dict[str, Callable[[Any, str], bool]] = {
    "is": is_equal,
    "is_not": lambda value, wanted: not is_equal(value, wanted),
    "at_least": is_at_least,
    "at_most": is_at_most,
    "answered": is_answered,
    "not_answered": lambda value, wanted: not is_answered(value),
}


def relevant(document: Document, answers: Answers) -> dict[str, Any]:
    """Return the answers without those to questions that are no longer shown.

    In the order of the questionnaire, so that a hidden question also hides what depends on it.
    """
    kept: dict[str, Any] = {}
    for page in document.pages:
        if not is_shown(page.rule, kept):
            continue
        for item in page.items:
            if is_shown(item.rule, kept):
                kept |= {code: answers[code] for code in item.columns if code in answers}
    return kept


def shown_items(page: Page, answers: Answers) -> list[Item]:
    """Return the questions of a page that are shown."""
    return [item for item in page.items if is_shown(item.rule, answers)]


def shown_pages(document: Document, answers: Answers) -> list[Page]:
    """Return the pages that are shown: by their rule, and with something on them."""
    return [
        page
        for page in document.pages
        if is_shown(page.rule, answers) and (shown_items(page, answers) or page.intro)
    ]


def page_after(document: Document, answers: Answers, code: str) -> Page | None:
    """Return the page that follows; None after the last one. An empty code gives the first."""
    order = [page.code for page in document.pages]
    place = order.index(code) if code in order else -1
    later = set(order[place + 1 :])
    return next((page for page in shown_pages(document, answers) if page.code in later), None)


def page_before(document: Document, answers: Answers, code: str) -> Page | None:
    """Return the page before; None before the first one."""
    before: Page | None = None
    for page in shown_pages(document, answers):
        if page.code == code:
            return before
        before = page
    return before

"""What somebody sent, turned into answers; what does not fit, said in a sentence at its field."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.thai import arabic_digits, format_date, parse_date
from surveys.rendering.document import NOT_APPLICABLE, OTHER, Document, Item, Page
from surveys.rendering.showing import Answers, is_answered, is_shown, relevant, shown_items

TEXT_LENGTH = 5000


class Sent(Protocol):
    """What a form sent, as Django's QueryDict."""

    def getlist(self, key: str) -> Sequence[Any]:
        """Return every value under a name."""


@dataclass(frozen=True)
class Problem:
    """What does not fit: in which column, and the sentence that says how to mend it."""

    column: str
    sentence: str


@dataclass
class Reading:
    """A page as it was sent: all answers with this page's, what does not fit, what appeared meanwhile."""

    answers: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    appeared: list[Item] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether the next page may come."""
        return not self.problems and not self.appeared


def read_page(document: Document, page: Page, sent: Sent, answers: Answers) -> Reading:
    """Return the answers with those of the page as sent, and what is wrong with them.

    The hidden fields `shown` name the questions that the person saw. One that only appears through
    the answers of this page is in `appeared`: show the page again.
    """
    seen = set(sent.getlist("shown"))
    kept = {
        code: value
        for code, value in answers.items()
        if code not in {code for item in page.items if item.type != "file" for code in item.columns}
    }
    problems: list[Problem] = []
    appeared: list[Item] = []
    for item in page.items:
        if not is_shown(item.rule, kept):
            continue
        if item.code not in seen:
            appeared.append(item)
            continue
        values, wrong = read_item(item, sent)
        kept |= values
        problems += wrong or judge(item, kept)
    return Reading(relevant(document, kept), problems, appeared)


def read_item(item: Item, sent: Sent) -> tuple[dict[str, Any], list[Problem]]:
    """Return the answers to a question as sent; files come another way."""
    if item.type == "file":
        return {}, []
    if item.type == "ranking":
        return read_ranking(item, sent)
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for code in item.columns:
        raw = [str(text).strip() for text in sent.getlist(code) if str(text).strip()]
        if code == item.code + OTHER and item.asks_for_other:
            values |= other_text(item, code, raw, values.get(item.code))
        elif raw:
            value, sentence = READERS[item.type](item, raw)
            if sentence:
                problems.append(Problem(code, sentence))
            else:
                values[code] = value
    return values, problems


def other_text(item: Item, code: str, raw: Sequence[str], chosen: Any) -> dict[str, Any]:
    """Return the text of the asking option, if that option was chosen."""
    codes = chosen if isinstance(chosen, list) else [chosen]
    is_asked = any(option.is_other and option.code in codes for option in item.options)
    return {code: raw[0][:TEXT_LENGTH]} if raw and is_asked else {}


def read_choice(item: Item, raw: Sequence[str]) -> tuple[Any, str]:
    """Return the chosen option."""
    if item.option(raw[0]):
        return raw[0], ""
    return None, _("This is not one of the choices. Choose again.")


def read_choices(item: Item, raw: Sequence[str]) -> tuple[Any, str]:
    """Return the chosen options in the order in which they are offered."""
    chosen = [option.code for option in item.options if option.code in set(raw)]
    if len(chosen) < len(set(raw)):
        return None, _("This is not one of the choices. Choose again.")
    return chosen, ""


def read_point(item: Item, raw: Sequence[str]) -> tuple[Any, str]:
    """Return the point of a scale, or that it does not apply."""
    if raw[0] == NOT_APPLICABLE and item.has_not_applicable:
        return NOT_APPLICABLE, ""
    text = arabic_digits(raw[0])
    if text.isdecimal() and int(text) in item.points:
        return int(text), ""
    return None, _("This is not one of the choices. Choose again.")


def read_number(item: Item, raw: Sequence[str]) -> tuple[Any, str]:
    """Return a number as typed: Thai digits and thousands separators are understood."""
    text = arabic_digits(raw[0]).replace(",", "").replace(" ", "")
    try:
        value = float(text)
    except ValueError:
        return None, _("Write a number in digits, as in 12.")
    if not math.isfinite(value):
        return None, _("Write a number in digits, as in 12.")
    if round(value, item.decimals) != value:
        return None, (
            ngettext(
                "Write at most %(count)s decimal place.",
                "Write at most %(count)s decimal places.",
                item.decimals,
            )
            % {"count": item.decimals}
            if item.decimals
            else _("Write a whole number.")
        )
    return (value if item.decimals else int(value)), ""


def read_day(item: Item, raw: Sequence[str]) -> tuple[Any, str]:
    """Return a day typed in the Thai manner, as ISO text."""
    try:
        return parse_date(raw[0]).isoformat(), ""
    except ValueError:
        return None, _("Write a date as day/month/year, as in 7/10/2569.")


def read_text(item: Item, raw: Sequence[str]) -> tuple[Any, str]:
    """Return a text."""
    return raw[0], ""


READERS: dict[str, Callable[[Item, Sequence[str]], tuple[Any, str]]] = {
    "single": read_choice,
    "multi": read_choices,
    "scale": read_point,
    "matrix": read_point,
    "nps": read_point,
    "number": read_number,
    "date": read_day,
    "text": read_text,
}


def place_name(item: Item, option: str) -> str:
    """Return the name of the field that holds the place of an option."""
    return f"{item.code}.{option}"


def read_ranking(item: Item, sent: Sent) -> tuple[dict[str, Any], list[Problem]]:
    """Return the options in the order of the places that they were given."""
    places: dict[int, str] = {}
    for option in item.options:
        raw = [
            arabic_digits(str(text).strip()) for text in sent.getlist(place_name(item, option.code))
        ]
        place = int(raw[0]) if raw and raw[0].isdecimal() else 0
        if place in places:
            sentence = _("Two have place %(place)s. Give each its own.") % {"place": place}
            return {}, [Problem(item.code, sentence)]
        if place:
            places[place] = option.code
    order = [places[place] for place in sorted(places)]
    return ({item.code: order} if order else {}), []


# Judging


def check(document: Document, answers: Answers) -> list[Problem]:
    """Return what is wrong with a whole set of answers: before sending, keying in, importing."""
    return [
        problem
        for page in document.pages
        if is_shown(page.rule, answers)
        for item in shown_items(page, answers)
        for problem in judge(item, answers)
    ]


def judge(item: Item, answers: Answers) -> list[Problem]:
    """Return what is wrong with the answers to one question that is shown."""
    missing = [code for code in asked_columns(item) if not is_answered(answers.get(code))]
    if item.is_required and missing:
        return [Problem(code, missing_sentence(item)) for code in missing]
    problems = [
        Problem(item.code, sentence)
        for rule in JUDGES.get(item.type, ())
        if is_answered(answers.get(item.code)) and (sentence := rule(item, answers[item.code]))
    ]
    return problems or without_other_text(item, answers)


def asked_columns(item: Item) -> list[str]:
    """Return the columns that a required question must have: not the text of “other”."""
    return item.columns if item.type == "matrix" else [item.code]


def missing_sentence(item: Item) -> str:
    """Say what is to be done where nothing was answered."""
    if item.type == "text":
        return _("Write an answer; this question is needed.")
    if item.type == "file":
        return _("Attach a file; this question is needed.")
    if item.type in {"number", "date"}:
        return _("Fill this in; this question is needed.")
    return _("Choose an answer; this question is needed.")


def without_other_text(item: Item, answers: Answers) -> list[Problem]:
    """Return a problem where “other” was chosen and not said in words."""
    code = item.code + OTHER
    chosen = answers.get(item.code)
    codes = chosen if isinstance(chosen, list) else [chosen]
    asking = [option for option in item.options if option.is_other and option.code in codes]
    if asking and item.is_required and not answers.get(code):
        return [Problem(code, _("Say in words what you mean by the last choice."))]
    return []


def bounds(item: Item, value: Any) -> str:
    """Say which bound a number breaks."""
    if item.minimum is not None and value < item.minimum:
        return _("Write %(bound)s or more.") % {"bound": plain(item.minimum)}
    if item.maximum is not None and value > item.maximum:
        return _("Write %(bound)s or less.") % {"bound": plain(item.maximum)}
    return ""


def choice_count(item: Item, value: Any) -> str:
    """Say how many choices are too few or too many."""
    if item.minimum is not None and len(value) < item.minimum and not is_alone(item, value):
        return _("Choose %(count)s or more.") % {"count": plain(item.minimum)}
    if item.maximum is not None and len(value) > item.maximum:
        return _("Choose at most %(count)s.") % {"count": plain(item.maximum)}
    return ""


def is_alone(item: Item, value: Sequence[str]) -> bool:
    """Whether a choice was made that stands alone, as in “none of these”."""
    return any(option.is_exclusive and option.code in value for option in item.options)


def exclusive(item: Item, value: Any) -> str:
    """Say which choice cannot stand beside others."""
    alone = next((o for o in item.options if o.is_exclusive and o.code in value), None)
    if alone and len(value) > 1:
        return _("One of these choices stands alone. Take it away, or all the others.")
    return ""


def whole_ranking(item: Item, value: Any) -> str:
    """Say that a ranking is not complete."""
    wanted = int(item.minimum) if item.minimum is not None else len(item.options)
    if item.is_required and len(value) < min(wanted, len(item.options)):
        return _("Give a place to %(count)s of these.") % {"count": min(wanted, len(item.options))}
    return ""


def span(item: Item, value: Any) -> str:
    """Say between which days a date must lie."""
    day = date.fromisoformat(value)
    if item.earliest and day < item.earliest:
        return _("Write %(day)s or a later date.") % {"day": format_date(item.earliest)}
    if item.latest and day > item.latest:
        return _("Write %(day)s or an earlier date.") % {"day": format_date(item.latest)}
    return ""


def length(item: Item, value: Any) -> str:
    """Say that a text is too long or too short."""
    longest = int(item.maximum) if item.maximum is not None else TEXT_LENGTH
    if len(value) > longest:
        return _("The text has %(count)s characters. Shorten it to %(limit)s.") % {
            "count": len(value),
            "limit": longest,
        }
    if item.minimum is not None and len(value) < item.minimum:
        return _("Write %(count)s characters or more.") % {"count": plain(item.minimum)}
    return ""


def plain(value: float) -> str:
    """Write a number without needless decimals."""
    return f"{value:g}" if value != int(value) else str(int(value))


JUDGES: Mapping[str, Sequence[Callable[[Item, Any], str]]] = {
    "number": (bounds,),
    "multi": (exclusive, choice_count),
    "ranking": (whole_ranking,),
    "date": (span,),
    "text": (length,),
}

"""What the templates of every room may load: icons, dates, masks, rulers, charts, query strings."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Textarea
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agency import signposts, thai
from agency.charts import BarChart, LineChart
from agency.provinces import province_name
from agency.radar import RadarChart
from agency.ruler import Ruler, TimeLeft, Tone, cells, pins
from agency.tile_map import TileMap

register = template.Library()

TONE_ICONS = {
    Tone.ON_TIME: "clock",
    Tone.SOON: "hourglass",
    Tone.OVERDUE: "alert",
    Tone.PAUSED: "pause",
    Tone.DONE: "check",
}
TONES = {tone.value: tone for tone in Tone}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a symbol of static/pmqa/icons.svg; without a label it is decoration."""
    return drawn(static("pmqa/icons.svg"), name, str(label))


@lru_cache(maxsize=2000)  # a list shows some hundred
def drawn(address: str, name: str, label: str) -> SafeString:
    """Return the markup of a symbol."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            address,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        address,
        name,
    )


@register.simple_tag
def options(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """Write the options of a select at once; a template for each would take most of the time of a list page."""
    written = [grouped(name, written_options(each_of)) for name, each_of, _index in groups]
    return format_html_join("", "{}", ((each,) for each in written))


def grouped(name: Any, inner: SafeString) -> SafeString:
    """Put options under the name of their group, if it has one."""
    if not name:
        return inner
    return format_html('<optgroup label="{}">{}</optgroup>', name, inner)


def written_options(told: Iterable[dict[str, Any]]) -> SafeString:
    """Write options as a widget tells them."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each["value"], flatatt(each["attrs"]), each["label"]) for each in told),
    )


@register.filter
def thai_date(at: date | datetime | None) -> str:
    """Write 7 ต.ค. 2569, in English 7 Oct 2026."""
    return thai.format_date(at) if at else "–"


@register.filter
def thai_date_long(at: date | datetime | None) -> str:
    """Write 7 ตุลาคม 2569, in English 7 October 2026."""
    return thai.format_date(at, long=True) if at else "–"


@register.filter
def thai_day(at: date | datetime | None) -> str:
    """Write the day with its weekday."""
    return thai.format_date(at, weekday=True) if at else "–"


@register.filter
def thai_datetime(at: datetime | None) -> str:
    """Write 7 ต.ค. 2569 16.31 น."""
    return thai.format_datetime(at) if at else "–"


@register.filter
def thai_time(at: datetime | None) -> str:
    """Write 16.31 น."""
    return thai.format_time(at) if at else "–"


@register.filter
def thai_month(at: date | datetime | None) -> str:
    """Write ตุลาคม 2569, in English October 2026."""
    return thai.format_month(at) if at else "–"


@register.filter
def fiscal_year(day: date | datetime) -> int:
    """Return the fiscal year in พ.ศ."""
    return thai.fiscal_year(thai.local_day(day))


@register.filter
def since_words(at: datetime | None) -> str:
    """Say how long ago: 5 นาทีที่แล้ว."""
    return thai.since_words(at, now=timezone.now()) if at else "–"  # noqa: TID251


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """Write an instant as how long ago, with the exact time for machines and on hovering."""
    if at is None:
        return "–"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        thai.format_datetime(at),
        since_words(at),
    )


@register.filter
def thai_numerals(value: Any) -> str:
    """Write ๐-๙, for official letters."""
    return thai.thai_digits(str(value))


@register.filter
def national_id(digits: str | None) -> str:
    """Write 1-2345-67890-12-3."""
    return thai.group_national_id(digits) if digits else "–"


@register.filter
def phone(digits: str | None) -> str:
    """Write 081-234-5678."""
    return thai.group_phone(digits) if digits else "–"


@register.filter
def province(code: str) -> str:
    """Name a province."""
    return province_name(code)


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """Return one value of a mapping."""
    return mapping.get(key)


@register.simple_tag
def signpost(sort: str, ref: int | str | None) -> str:
    """Return where a record of another room has its page, nothing where it has none."""
    return signposts.url_of(sort, ref)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """Return the page's query string with some parameters changed; None takes one away."""
    request = context.get("request")
    values = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = str(value)
    return f"?{values.urlencode()}"


@register.simple_tag
def badge(words: str, tone: str = "done", icon_name: str = "") -> SafeString:
    """Show a status as icon, word and colour; tone is one of on-time, soon, overdue, paused, done."""
    known = TONES.get(tone, Tone.DONE)
    return toned(words, tone=known, icon_name=icon_name or TONE_ICONS[known])


def toned(words: str, *, tone: Tone, icon_name: str) -> SafeString:
    """Write a badge; every row of a list has some, so no template is asked."""
    return format_html(
        '<span class="badge-tone tone-{}">{}{}</span>', tone.value, icon(icon_name), words
    )


def left_icon(left: TimeLeft) -> str:
    """Return the symbol of how a clock stands."""
    return "flat" if left.days is None else TONE_ICONS[left.tone]


@register.simple_tag
def time_left(left: TimeLeft) -> SafeString:
    """Show how a clock stands as a badge."""
    return toned(left.words, tone=left.tone, icon_name=left_icon(left))


MINI_BAR = (
    '<svg class="bar" aria-hidden="true" focusable="false">'
    '<rect class="bar-track" width="100%" height="6" rx="3"></rect>'
    '<rect class="bar-used" width="{}" height="6" rx="3"></rect></svg>'
)


@register.simple_tag
def mini_ruler(left: TimeLeft) -> SafeString:
    """Show how a clock stands as a small bar with words: for list rows."""
    return format_html(
        '<span class="mini-ruler tone-{}"><span class="mini-ruler-words">{}{}</span>{}</span>',
        left.tone.value,
        icon(left_icon(left)),
        left.words,
        "" if left.days is None else format_html(MINI_BAR, left.percent),
    )


@register.inclusion_tag("pmqa/parts/ruler.html")
def ruler(data: Ruler) -> dict[str, Any]:
    """Draw the working-day ruler over the whole width: for detail pages."""
    laid = list(cells(data))
    return {"ruler": data, "cells": laid, "pins": pins(data, laid=laid), "left": data.left}


@register.simple_tag
def chart(data: BarChart | LineChart | RadarChart | TileMap) -> SafeString:
    """Draw a chart with its table."""
    return render_to_string(data.template, {"chart": data})


@register.inclusion_tag("pmqa/parts/figure.html")
def figure(
    label: str,
    value: str,
    *,
    url: str = "",
    change: str = "",
    tone: str = "",
    target: str = "",
    n: int | None = None,
    icon_name: str = "",
) -> dict[str, Any]:
    """Show one figure: what it is, how much, how it moved, its target; it opens its list."""
    return {
        "label": label,
        "value": value,
        "url": url,
        "change": change,
        "tone": tone,
        "target": target,
        "n": n,
        "icon_name": icon_name,
    }


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether a field may stay empty: those are marked, not the required ones."""
    return not field.field.required


@register.filter
def max_length(field: BoundField) -> int | None:
    """Return how many characters a long text may have, for the counter."""
    is_long = isinstance(field.field.widget, Textarea)
    return getattr(field.field, "max_length", None) if is_long else None


@register.filter
def error_list(form: Any) -> list[dict[str, str]]:
    """Return a form's errors with the id of the field each belongs to, for the summary."""
    errors = [{"id": "", "label": "", "words": str(words)} for words in form.non_field_errors()]
    for field in form:
        errors += [
            {"id": first_id(field), "label": str(field.label or ""), "words": str(words)}
            for words in field.errors
        ]
    return errors


def first_id(field: BoundField) -> str:
    """Return the id that a link from the summary may jump to: a group's first box."""
    own = str(field.id_for_label or field.auto_id)
    return own if field.id_for_label else f"{field.auto_id}_0"


@register.simple_tag
def yes_no(value: bool) -> str:
    """Say a truth in words."""
    return _("yes") if value else _("no")

"""Alerts in words: figure, limit, n and interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from pmqa.reports.block import written

if TYPE_CHECKING:
    from pmqa.alerts.models import AlertRule


def words_of(rule: AlertRule, facts: Mapping[str, Any]) -> str:
    """Say figure, limit, n and interval."""
    unit = rule.definition.unit
    told = {
        "value": written(facts["value"], unit=unit),
        "limit": written(facts["limit"], unit=unit),
    }
    first = {
        "below": _("%(value)s is below the limit of %(limit)s"),
        "above": _("%(value)s is above the limit of %(limit)s"),
        "year": _("%(value)s is significantly worse than %(limit)s in the same month last year"),
        "band": _(
            "%(value)s lies outside the band of the twelve months before, whose edge is %(limit)s"
        ),
    }[rule.check_kind] % told
    return f"{first} ({support_words(facts)})"


def support_words(facts: Mapping[str, Any]) -> str:
    """Say on how many cases a figure rests, and its interval."""
    number = "–" if facts["n"] is None else f"{facts['n']:,}"
    if facts["low"] is None or facts["high"] is None:
        return _("n = %(n)s, no interval") % {"n": number}
    return _("n = %(n)s, 95%% interval %(low)s–%(high)s") % {
        "n": number,
        "low": f"{facts['low']:.1f}",
        "high": f"{facts['high']:.1f}",
    }


def condition_words(rule: AlertRule) -> str:
    """Say when a rule fires."""
    words = str(rule.get_check_kind_display())
    if rule.limit is None:
        return words
    return f"{words}: {written(float(rule.limit), unit=rule.definition.unit)}"

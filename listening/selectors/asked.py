"""The question of a report and the shape of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agency.models import Unit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked: a span of time, what was known when, whose voices."""

    since: datetime
    until: datetime
    cutoff: datetime
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A figure as counts: how many, out of how many (None where nothing is divided)."""

    id: str
    measure: str
    numerator: int
    denominator: int | None = None
    dimension: str = ""
    key: str = ""

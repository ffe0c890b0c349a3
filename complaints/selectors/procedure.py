"""The public page of the procedure: the steps with their promised time beside the time they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from complaints.models import Kind, Measure, PastTime, Policy, Target

FEWEST = 10  # cases: of fewer nothing is told, so that no single matter shows through
TIMED = (Measure.ACKNOWLEDGE, Measure.STAGE1, Measure.STAGE2, Measure.PROGRESS)


@dataclass(frozen=True, kw_only=True)
class StepTime:
    """A step with its limit: promised days, and what a year of cases took; None where too few ended."""

    target: Target
    took: PastTime | None

    @property
    def percent_in_time(self) -> float | None:
        """How many of a hundred were in time."""
        return 100 * self.took.in_time / self.took.n if self.took else None


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """The way of a kind of matter under one standard."""

    kind: str
    standard: Policy | None
    others: Sequence[Policy]
    times: dict[str, StepTime]
    until_on: date | None

    @property
    def rows(self) -> list[StepTime]:
        """The timed steps in the order of the way."""
        return [self.times[measure] for measure in TIMED if measure in self.times]


def procedure(kind: str, *, code: str = "") -> Procedure:
    """Return the way of a kind of matter: under the standard asked for, else under the usual one."""
    standards = standards_of(kind)
    chosen = next((each for each in standards if each.code == code), None)
    standard = chosen or (standards[0] if standards else None)
    took = taken(kind, standard.code) if standard else {}
    targets = standard.targets.filter(measure__in=TIMED) if standard else ()
    untils = [each.until_on for each in took.values()]
    return Procedure(
        kind=kind,
        standard=standard,
        others=[each for each in standards if each != standard],
        times={
            target.measure: StepTime(target=target, took=took.get((target.measure, target.unit)))
            for target in targets
        },
        until_on=untils[0] if untils else None,
    )


def standards_of(kind: str) -> list[Policy]:
    """Return the standards in force for a kind: the usual one first, then those for a grade or topic."""
    fitting = Policy.objects.current().filter(kind__in=["", kind]).order_by("-priority", "pk")
    found = list(fitting.select_related("grade", "category"))
    plain = [each for each in found if each.grade_id is None and each.category_id is None]
    usual = max(plain, key=lambda each: (each.priority, bool(each.kind), -each.pk), default=None)
    narrow = [each for each in found if each.grade_id or each.category_id]
    return [usual, *narrow] if usual else narrow


def taken(kind: str, code: str) -> dict[tuple[str, str], PastTime]:
    """Return what the steps took by measure and unit of days, of enough cases only."""
    rows = PastTime.objects.filter(kind=kind, policy_code=code, n__gte=FEWEST)
    return {(each.measure, each.unit): each for each in rows}


def kinds_told() -> list[tuple[str, str]]:
    """Return the kinds of matters with their names."""
    return [(kind.value, str(kind.label)) for kind in Kind]

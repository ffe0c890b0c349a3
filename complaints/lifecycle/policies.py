"""Which standard holds for a case (มาตรฐานระยะเวลา): kind × grade × category, the highest priority first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from agency import reference
from agency.refusal import Refused
from complaints.models import Category, Grade, Policy, Step, Target
from complaints.selectors.ranking import ranked


@dataclass(frozen=True)
class Limit:
    """A limit with its escalation matrix, ready to use."""

    target: Target
    steps: tuple[Step, ...]

    @property
    def offsets(self) -> tuple[int, ...]:
        """The days from the limit at which something happens."""
        return tuple(sorted({step.offset_days for step in self.steps}))


def policy_for(*, kind: str, grade: Grade | None, category: Category | None) -> Policy:
    """Return the standard in force that fits best; refuse if an agency has none."""
    fitting = ranked(
        current_policies(), kind=kind, grade=grade.pk if grade else None, category=category
    )
    if not fitting:
        raise Refused(
            _("No time standard fits this complaint. An administrator must add one first.")
        )
    return fitting[0]


def current_policies() -> tuple[Policy, ...]:
    """Return the standards in force."""
    return reference.kept("policies", lambda: tuple(Policy.objects.current().order_by("pk")))


@lru_cache(maxsize=256)
def limits_of(policy_pk: int) -> dict[str, Limit]:
    """Return the limits of a policy version by measure; kept, because a version never changes."""
    targets = Target.objects.filter(policy=policy_pk).prefetch_related("steps")
    return {target.measure: Limit(target, tuple(target.steps.all())) for target in targets}


@lru_cache(maxsize=1024)
def limit_of(target_pk: int) -> Limit:
    """Return one limit."""
    target = Target.objects.prefetch_related("steps").get(pk=target_pk)
    return Limit(target, tuple(target.steps.all()))

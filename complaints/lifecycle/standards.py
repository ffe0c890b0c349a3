"""Changing a standard (ปรับมาตรฐานระยะเวลา): a version in force never changes; a draft of the next one does.

So every case keeps the limits it was judged by, and what is cached by version stays true.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from complaints.models import Complaint, Measure, Policy, Step, Target

DESCRIPTION = (
    "name_th",
    "name_en",
    "source",
    "kind",
    "priority",
    "max_pause_days",
    "max_extension_days",
    "needs_review",
    "needs_cause",
)


def is_draft(policy: Policy) -> bool:
    """Whether the version was never in force, so that it may still be changed."""
    newer = Policy.objects.filter(code=policy.code, version__gt=policy.version)
    used = Complaint.objects.filter(policy=policy)
    return not (policy.is_current or newer.exists() or used.exists() or was_in_force(policy))


def was_in_force(policy: Policy) -> bool:
    """Whether the version was put in force once."""
    return audit.entries_of(policy).filter(verb="put_in_force").exists()


@transaction.atomic
def draft(policy: Policy, *, by: Staff, at: datetime) -> Policy:
    """Copy a standard, its limits and its matrix into a draft of the next version."""
    versions = Policy.objects.filter(code=policy.code).order_by("version")
    list(versions.select_for_update().values_list("pk"))
    # Read after the lock: else a draft made meanwhile is missed.
    newest = versions.latest("version")
    if is_draft(newest):
        raise Refused(_("There is a draft of the next version already."))
    facts = {name: getattr(policy, name) for name in (*DESCRIPTION, "grade_id", "category_id")}
    made = Policy(code=policy.code, version=newest.version + 1, **facts)
    return written_draft(made, like=policy, by=by, at=at)


@transaction.atomic
def begin(*, name: str, like: Policy | None = None, by: Staff, at: datetime) -> Policy:
    """Begin a standard that the agency has not had so far (เพิ่มมาตรฐาน), as a draft.

    It takes over limits, matrix and rules of another one, if wished, and holds for every case until
    the draft says for which ones.
    """
    name = name.replace("\x00", "").strip()
    if not name:
        raise Refused(_("Please give the standard a name."))
    rules = ("max_pause_days", "max_extension_days", "needs_review", "needs_cause")
    facts = {rule: getattr(like, rule) for rule in rules} if like else {}
    made = Policy(code=f"own-{secrets.token_hex(6)}", name_th=name, **facts)
    return written_draft(made, like=like, by=by, at=at)


def written_draft(made: Policy, *, like: Policy | None, by: Staff, at: datetime) -> Policy:
    """Write a draft with the limits of another version."""
    made.is_current, made.made_at, made.made_by = False, at, by
    made.save(force_insert=True)
    for target in like.targets.prefetch_related("steps") if like else ():
        copy_limit(target, policy=made)
    audit.record(made, "drafted", by=by, at=at, source=like.pk if like else None)
    return made


def copy_limit(target: Target, *, policy: Policy) -> None:
    """Copy a limit with its steps."""
    copy = Target.objects.create(
        policy=policy,
        measure=target.measure,
        days=target.days,
        unit=target.unit,
        is_first_day_counted=target.is_first_day_counted,
    )
    Step.objects.bulk_create(
        [
            Step(target=copy, offset_days=step.offset_days, role=step.role, action=step.action)
            for step in target.steps.all()
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A step as it is written: so many days from the limit, who, what."""

    offset_days: int
    role: str
    action: str


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A limit as it is written, with its steps."""

    measure: str
    days: int
    unit: str
    is_first_day_counted: bool
    marks: Sequence[Mark] = ()


@transaction.atomic
def revise(
    policy: Policy,
    *,
    facts: Mapping[str, Any],
    bounds: Sequence[Bound],
    by: Staff,
    at: datetime,
) -> Policy:
    """Write a draft anew, with its limits and its matrix (แก้ไขร่าง); a version that was in force never changes."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if not is_draft(policy):
        raise Refused(
            _("This version was in force, so it stays as it is. Make a draft of the next version.")
        )
    for name, value in facts.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(facts))
    policy.targets.all().delete()
    for bound in bounds:
        write_bound(bound, policy=policy)
    audit.record(policy, "revised", by=by, at=at, version=policy.version)
    return policy


def write_bound(bound: Bound, *, policy: Policy) -> None:
    """Write one limit of a draft with its steps."""
    target = Target.objects.create(
        policy=policy,
        measure=bound.measure,
        days=bound.days,
        unit=bound.unit,
        is_first_day_counted=bound.is_first_day_counted,
    )
    Step.objects.bulk_create(
        [
            Step(target=target, offset_days=mark.offset_days, role=mark.role, action=mark.action)
            for mark in bound.marks
        ]
    )


@transaction.atomic
def put_in_force(policy: Policy, *, by: Staff, at: datetime, reason: str = "") -> Policy:
    """Let new cases go by this version; those that are open keep theirs (ประกาศใช้)."""
    versions = Policy.objects.select_for_update().filter(code=policy.code).order_by("pk").in_bulk()
    policy = versions[policy.pk]
    if policy.is_current:
        raise Refused(_("This version is in force already."))
    measures = set(policy.targets.values_list("measure", flat=True))
    if not measures.issuperset(Measure.stages()):
        raise Refused(_("A standard needs limits for stage 1 and stage 2. Add them first."))
    Policy.objects.filter(code=policy.code, is_current=True).update(is_current=False)
    policy.is_current = True
    policy.save(update_fields=["is_current"])
    if any(is_general(version) for version in versions.values()):
        refuse_gap()
    audit.record(policy, "put_in_force", by=by, at=at, reason=reason, version=policy.version)
    return policy


@transaction.atomic
def retire(policy: Policy, *, by: Staff, at: datetime, reason: str = "") -> Policy:
    """Give no new case this standard any more (เลิกใช้)."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if not policy.is_current:
        raise Refused(_("This version is not in force."))
    policy.is_current = False
    policy.save(update_fields=["is_current"])
    if is_general(policy):
        refuse_gap()
    audit.record(policy, "retired", by=by, at=at, reason=reason, version=policy.version)
    return policy


def is_general(policy: Policy) -> bool:
    """Whether a standard fits every case."""
    return not policy.kind and policy.grade_id is None and policy.category_id is None


def refuse_gap() -> None:
    """Refuse to leave cases without any standard: one that fits every case stays in force."""
    if not Policy.objects.current().filter(kind="", grade=None, category=None).exists():
        raise Refused(
            _(
                "Cases would be left without a standard. Put another one in force that fits every case first."
            )
        )

"""Changing a standard (ปรับมาตรฐานระยะเวลา): a version in force never changes; a draft of the next one does.

So every case keeps the limits it was judged by, and what is cached by version stays true.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from complaints.models import Complaint, Measure, Policy, Step, Target

DESCRIPTION = ("name_th", "name_en", "source", "kind", "priority", "max_pause_days", "needs_review")


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
    versions = Policy.objects.select_for_update().filter(code=policy.code).order_by("version")
    newest = versions[len(versions) - 1]
    if is_draft(newest):
        raise Refused(_("There is a draft of the next version already."))
    last = Policy.objects.filter(code=policy.code).aggregate(last=Max("version"))["last"]
    facts = {name: getattr(policy, name) for name in DESCRIPTION}
    copy = Policy.objects.create(
        code=policy.code,
        version=last + 1,
        grade_id=policy.grade_id,
        category_id=policy.category_id,
        is_current=False,
        made_at=at,
        made_by=by,
        **facts,
    )
    for target in policy.targets.prefetch_related("steps"):
        copy_limit(target, policy=copy)
    audit.record(copy, "drafted", by=by, at=at, source=policy.pk)
    return copy


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


@transaction.atomic
def put_in_force(policy: Policy, *, by: Staff, at: datetime) -> Policy:
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
    audit.record(policy, "put_in_force", by=by, at=at, version=policy.version)
    return policy


@transaction.atomic
def retire(policy: Policy, *, by: Staff, at: datetime) -> Policy:
    """Give no new case this standard any more (เลิกใช้)."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if not policy.is_current:
        raise Refused(_("This version is not in force."))
    policy.is_current = False
    policy.save(update_fields=["is_current"])
    audit.record(policy, "retired", by=by, at=at, version=policy.version)
    return policy

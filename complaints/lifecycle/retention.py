"""Keeping and erasing ended cases (การเก็บรักษาและลบข้อมูล): archive, legal hold, erasure on schedule.

Figures, closings, clocks and the audit trail stay; reports that were built never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.erasing import erase_texts, forget_person
from complaints.lifecycle.hold import hold, keep, refuse_erased, written
from complaints.models import Complaint, Grade, RetentionRule
from complaints.models.complaint import ComplaintQuerySet
from complaints.selectors.shelves import to_archive, to_erase

ARCHIVED_AT_ONCE = 500
ERASED_AT_ONCE = 50  # files are removed one by one


# What the nightly task does


@transaction.atomic
def archive_due(*, at: datetime, limit: int = ARCHIVED_AT_ONCE) -> int:
    """Put ended cases whose time is over into the archive (เก็บเข้าคลัง); returns how many, 0 when none is left."""
    done = 0
    for shelf, due in to_archive(at):
        if done < limit:
            done += archive(held(due, limit=limit - done), rule=shelf.rule, at=at)
    return done


def held(due: ComplaintQuerySet, *, limit: int) -> list[Complaint]:
    """Lock the first of the cases that are due; those that somebody has in hand wait for the next run."""
    return list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:limit])


def archive(cases: list[Complaint], *, rule: RetentionRule, at: datetime) -> int:
    """Mark cases as archived, with a line in the audit trail of each."""
    Complaint.objects.filter(pk__in=[case.pk for case in cases]).update(
        archived_at=at, version=F("version") + 1
    )
    return audit.record_many(
        audit.AuditDraft(
            subject=case,
            verb="archived",
            by=None,
            at=at,
            facts={"rule": rule.pk, "version": case.version + 1},
        )
        for case in cases
    )


@transaction.atomic
def erase_due(*, at: datetime, limit: int = ERASED_AT_ONCE) -> int:
    """Erase persons and words of archived cases whose time is over; returns how many, 0 when none is left."""
    done = 0
    for shelf, due in to_erase(at):
        if done < limit:
            cases = held(due, limit=limit - done)
            for case in cases:
                erase(case, rule=shelf.rule, at=at)
            done += len(cases)
    return done


def erase(complaint: Complaint, *, rule: RetentionRule, at: datetime) -> Complaint:
    """Erase what a rule says of one case; how it was counted stays (ลบข้อมูลตามกำหนด)."""
    is_forgotten = forget_person(complaint, at=at)
    names = erase_texts(complaint) if rule.content == RetentionRule.Content.ERASE else []
    complaint.erased_at = at
    complaint.version += 1
    complaint.save(update_fields=[*names, "erased_at", "version"])
    audit.record(
        complaint,
        "text_erased" if names else "person_erased",
        by=None,
        at=at,
        rule=rule.pk,
        is_person_erased=is_forgotten,
        version=complaint.version,
    )
    return complaint


# Verbs


@transaction.atomic
def save_rule(
    rule: RetentionRule, *, facts: Mapping[str, Any], reason: str, by: Staff, at: datetime
) -> RetentionRule:
    """Write a line of the retention schedule (กำหนดเวลาเก็บรักษา); it holds from the next night on."""
    if rule.pk:
        rule = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    reason = written(reason, sentence=_("Please say on what the rule rests."))
    is_new = rule.pk is None
    before = {} if is_new else {name: told(getattr(rule, name)) for name in facts}
    for name, value in facts.items():
        setattr(rule, name, value)
    rule.save(force_insert=is_new, update_fields=None if is_new else list(facts))
    after = {name: told(value) for name, value in facts.items()}
    changed = {
        name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]
    }
    audit.record(rule, "rule_set", by=by, at=at, reason=reason, changed=changed)
    return rule


def told(value: Any) -> Any:
    """Return a column's value as the audit trail keeps it."""
    return value.pk if isinstance(value, Grade) else value


@transaction.atomic
def unarchive(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Take a case out of the archive (นำออกจากคลัง) so that it can be worked on; its end stays.

    Left alone for 30 days it goes back, unless it is reopened or held: time goes on from its end.
    """
    complaint = hold(complaint, expected_version=expected_version, is_archive_open=True)
    if complaint.archived_at is None:
        raise Refused(_("This case is not in the archive."))
    refuse_erased(complaint)
    reason = written(reason, sentence=_("Please say why the case is taken out of the archive."))
    complaint.archived_at = None
    return keep(complaint, "unarchived", "archived_at", by=by, at=at, reason=reason)


@transaction.atomic
def hold_legally(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Keep a case for a court or an investigation (ระงับการลบ): it is neither aged nor erased meanwhile."""
    complaint = hold(complaint, expected_version=expected_version, is_archive_open=True)
    if complaint.legal_hold_at:
        raise Refused(_("This case is under legal hold already."))
    refuse_erased(complaint)
    reason = written(reason, sentence=_("Please say which court or investigation needs the case."))
    complaint.legal_hold_at = at
    return keep(complaint, "legally_held", "legal_hold_at", by=by, at=at, reason=reason)


@transaction.atomic
def release_hold(
    complaint: Complaint,
    *,
    reason: str,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Let the rules hold for a case again (ยกเลิกการระงับการลบ)."""
    complaint = hold(complaint, expected_version=expected_version, is_archive_open=True)
    if complaint.legal_hold_at is None:
        raise Refused(_("This case is not under legal hold."))
    reason = written(reason, sentence=_("Please say why the case need not be held any more."))
    complaint.legal_hold_at = None
    return keep(complaint, "hold_released", "legal_hold_at", by=by, at=at, reason=reason)

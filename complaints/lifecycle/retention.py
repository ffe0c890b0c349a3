"""Keeping and erasing ended cases (การเก็บรักษาและลบข้อมูล): archive, legal hold, erasure on schedule.

Figures, closings, clocks and the audit trail stay; reports that were built never change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Person, Staff
from agency.refusal import Refused
from agency.thai import BANGKOK, local_day
from complaints import sla
from complaints.lifecycle.erasing import erase_texts, forget_person, wanted_persons
from complaints.lifecycle.hold import hold, keep, refuse_erased, written
from complaints.models import Complaint, Grade, Kind, Referral, RetentionRule
from complaints.models.complaint import ComplaintQuerySet

ARCHIVED_AT_ONCE = 500
ERASED_AT_ONCE = 50  # files are removed one by one
QUIET = timedelta(days=30)  # a case that was touched stays out of the archive for so long


# Which rule holds


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The cases of one kind and grade, and the rule that says most about them."""

    kind: str
    grade: int | None
    rule: RetentionRule

    @property
    def where(self) -> Q:
        """The condition that the partial indexes answer."""
        return Q(kind=self.kind, grade=self.grade)


def rule_for(
    kind: str, grade: int | None, *, rules: Sequence[RetentionRule]
) -> RetentionRule | None:
    """Return the rule for a kind and grade: the one that says most; None where nothing is said."""
    fitting = [rule for rule in rules if rule.kind in ("", kind) and rule.grade_id in (None, grade)]
    said = {rule.pk: (bool(rule.kind), rule.grade_id is not None) for rule in fitting}
    return max(fitting, key=lambda rule: (sum(said[rule.pk]), said[rule.pk]), default=None)


def shelves() -> list[Shelf]:
    """Return each kind and grade with its rule."""
    rules = list(RetentionRule.objects.order_by("pk"))
    grades = [*Grade.objects.order_by("number").values_list("number", flat=True), None]
    found = [
        (kind, grade, rule_for(kind, grade, rules=rules))
        for kind in Kind.values
        for grade in grades
    ]
    return [Shelf(kind=kind, grade=grade, rule=rule) for kind, grade, rule in found if rule]


def archived_before(rule: RetentionRule, at: datetime) -> datetime:
    """Return the instant before which a case must have ended to go into the archive."""
    return opening(at, months_ago=rule.archive_after_months)


def erased_before(rule: RetentionRule, at: datetime) -> datetime | None:
    """Return the instant before which a case must have ended to be erased; None: it never is."""
    if rule.erase_after_years is None:
        return None
    return opening(at, months_ago=12 * rule.erase_after_years)


def opening(at: datetime, *, months_ago: int) -> datetime:
    """Return the first instant of the day so many months ago."""
    day = sla.months_after(local_day(at), -months_ago)
    return datetime.combine(day, time.min, BANGKOK)


def to_archive(at: datetime) -> Iterator[tuple[Shelf, ComplaintQuerySet]]:
    """Yield, shelf by shelf, the cases whose time outside the archive is over at an instant.

    Not while a court may need them, their master is open, another agency owes an answer, or
    somebody had the case in hand lately.
    """
    open_master = Complaint.objects.filter(pk=OuterRef("master"), closed_at=None)
    owed = Referral.objects.filter(complaint=OuterRef("pk"), answered_at=None, recalled_at=None)
    for shelf in shelves():
        ended = Complaint.objects.filter(
            shelf.where,
            closed_at__lt=archived_before(shelf.rule, at),
            archived_at=None,
            legal_hold_at=None,
            touched_at__lt=at - QUIET,
        )
        yield shelf, ended.filter(~Exists(open_master), ~Exists(owed)).order_by("closed_at", "pk")


def to_erase(at: datetime) -> Iterator[tuple[Shelf, ComplaintQuerySet]]:
    """Yield, shelf by shelf, the archived cases whose time of keeping is over at an instant.

    Not under a legal hold, on the case or on its person, nor while the person is kept longer.
    """
    same = (
        Q(pk=OuterRef("person"))
        | Q(merged_into=OuterRef("person"))
        | Q(pk=OuterRef("person__merged_into"))
        | Q(merged_into=OuterRef("person__merged_into"))
    )
    wanted = Person.objects.filter(same & wanted_persons(local_day(at)))
    for shelf in shelves():
        before = erased_before(shelf.rule, at)
        if before is None:
            continue
        archived = Complaint.objects.filter(
            shelf.where,
            closed_at__lt=before,
            archived_at__isnull=False,
            erased_at=None,
            legal_hold_at=None,
        )
        yield shelf, archived.filter(~Exists(wanted)).order_by("closed_at", "pk")


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

"""The roll-out: a guideline goes to units, which acknowledge the very version that they got."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agency import audit, units
from agency.models import Staff, Unit
from agency.refusal import Refused
from agency.thai import local_day
from pmqa.improvements.lifecycle.announcing import tell_receipt
from pmqa.improvements.lifecycle.hold import hold, keep, written
from pmqa.improvements.models import GuidelineVersion, Improvement, Receipt, State

AGAIN = timedelta(days=7)  # after the day by which it was to be acknowledged, until it is


@transaction.atomic
def send_guideline(
    improvement: Improvement,
    *,
    text: str,
    to: Collection[Unit],
    acknowledge_by: date,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> GuidelineVersion:
    """Send a guideline to units (แจ้งเวียนแนวปฏิบัติ); a new text is a new version that all acknowledge anew.

    Sent again with the same text it reaches units that have not got it.
    """
    improvement = hold(improvement, expected_version=expected_version)
    if improvement.state == State.DROPPED:
        raise Refused(_("This improvement was dropped."))
    text = written(text, sentence=_("Please write the guideline."))
    if acknowledge_by <= local_day(at):
        raise Refused(_("The day must lie ahead."))
    version = version_for(improvement, text=text, by=by, at=at)
    known = set(version.receipts.values_list("unit", flat=True))
    rows = Receipt.objects.bulk_create(
        Receipt(version=version, unit=unit, sent_at=at, acknowledge_by=acknowledge_by)
        for unit in sorted(to, key=lambda unit: unit.path)
        if unit.pk not in known
    )
    if not rows:
        raise Refused(_("Choose units that have not got this text yet."))
    for row in rows:
        for staff in units.supervisors_of(row.unit):
            tell_receipt(row, "guideline", to=staff, at=at)
    facts = {"number": version.number, "count": len(rows)}
    keep(improvement, "improvement_guideline", by=by, at=at, **facts)
    return version


def version_for(
    improvement: Improvement, *, text: str, by: Staff, at: datetime
) -> GuidelineVersion:
    """Return the newest version where it has this text, else a new one that replaces it."""
    newest = improvement.guidelines.order_by("-number").first()
    if newest is not None and newest.text == text:
        return newest
    if newest is not None:
        old = Receipt.objects.in_force().filter(version__improvement=improvement)
        old.update(replaced_at=at)
    return GuidelineVersion.objects.create(
        improvement=improvement,
        number=newest.number + 1 if newest else 1,
        text=text,
        sent_at=at,
        sent_by=by,
    )


@transaction.atomic
def acknowledge(receipt: Receipt, *, by: Staff, at: datetime) -> Receipt:
    """Acknowledge the version that the unit got (รับทราบแนวปฏิบัติ)."""
    rows = Receipt.objects.select_for_update(of=("self",))
    receipt = rows.select_related("unit", "version__improvement").get(pk=receipt.pk)
    if receipt.replaced_at:
        raise Refused(_("A newer version of this guideline was sent. Please read that one."))
    if receipt.acknowledged_at:
        raise Refused(_("The guideline is acknowledged already."))
    receipt.acknowledged_at, receipt.acknowledged_by = at, by
    receipt.save(update_fields=["acknowledged_at", "acknowledged_by"])
    audit.record(receipt, "guideline_acknowledged", by=by, at=at, number=receipt.version.number)
    return receipt


def remind_of_guidelines(*, at: datetime, limit: int = 200) -> int:
    """Remind units on the last day to acknowledge and every week after it; returns how many, 0 when none is left."""
    today = local_day(at)
    with transaction.atomic():
        due = Receipt.objects.in_force().filter(
            Q(reminded_on=None) | Q(reminded_on__lte=today - AGAIN),
            acknowledged_at=None,
            acknowledge_by__lte=today,
        )
        due = due.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        rows = list(due.select_related("unit", "version__improvement")[:limit])
        for row in rows:
            for staff in units.supervisors_of(row.unit):
                tell_receipt(row, "guideline_silent", to=staff, at=at, about=today)
            row.reminded_on = today
            row.save(update_fields=["reminded_on"])
    return len(rows)

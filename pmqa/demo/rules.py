"""Rules at work in the demo: old cases in the archive, one under legal hold, a standard in draft."""

from __future__ import annotations

from datetime import datetime

from agency.models import Staff
from complaints import lifecycle
from complaints.lifecycle import standards
from complaints.selectors import desk
from complaints.selectors import standards as tables

SHORTER = 10  # working days that the draft gives for the first answer


def apply(*, at: datetime) -> None:
    """Age the ended cases, hold one for a court, draft a shorter standard; by the demo's own people."""
    director = Staff.objects.get(username="executive")
    ended = desk.queue(director).exclude(closed_at=None)
    case = ended.filter(kind="service").order_by("closed_at", "pk").first()
    if case:
        reason = "ศาลปกครองมีคำสั่งเรียกเอกสาร คดีหมายเลขดำที่ บ. 1/2569 (สมมุติ)"
        lifecycle.hold_legally(case, reason=reason, by=director, at=at)
    while lifecycle.archive_due(at=at):
        pass
    general = next(row.policy for row in tables.table() if row.policy.code == "TH15")
    draft = standards.draft(general, by=director, at=at)
    bounds = [
        standards.Bound(
            measure=target.measure,
            days=SHORTER if target.measure == "stage1" else target.days,
            unit=target.unit,
            is_first_day_counted=target.is_first_day_counted,
            marks=[
                standards.Mark(offset_days=step.offset_days, role=step.role, action=step.action)
                for step in target.steps.all()
            ],
        )
        for target in general.targets.all()
    ]
    name = f"มาตรฐานทั่วไป {SHORTER} วันทำการ"
    standards.revise(draft, facts={"name_th": name}, bounds=bounds, by=director, at=at)

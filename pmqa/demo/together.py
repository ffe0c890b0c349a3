"""Working together in the demo, where its log-ins see it: leave with a deputy, turns, hand-overs, followers, mentions, a late sub-task."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from agency.models import Staff
from agency.thai import local_day
from complaints import lifecycle
from complaints.lifecycle.handing_over import hand_over
from complaints.selectors import desk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from pmqa.demo.past import Cast

LEAVE_DAYS = 4
FOLLOWED = 4
HANDED = 2
ASKED_BEFORE = timedelta(days=8)
QUESTION = "ขอให้ตรวจสอบทะเบียนที่เกี่ยวข้องและแจ้งผล เพื่อรวบรวมตอบผู้ร้อง"


def act(cast: Cast, *, at: datetime) -> None:
    """Let the people of the licences group work together; nothing depends on chance."""
    officer = Staff.objects.select_related("unit").get(username="officer")
    boss = Staff.objects.select_related("unit").get(username="supervisor")
    first, second = [each for each in cast.officers["SVC-LIC"] if each != officer][:2]
    cases = [case for case in desk.queue(boss).open().order_by("due_at", "pk") if case.officer_id]
    of = {person.pk: [c for c in cases if c.officer_id == person.pk] for person in (officer, first)}
    ask_late(cases, cast=cast, boss=boss, at=at)
    follow_and_mention(of[officer.pk], officer=officer, boss=boss, at=at)
    for case in of[first.pk][:HANDED]:
        if case.status != "answered":
            reason = "ย้ายงานไปรับผิดชอบโครงการใบอนุญาตออนไลน์"
            hand_over(case, to=second, by=boss, at=at, reason=reason)
    go_on_leave(first, deputy=officer, at=at)
    lifecycle.set_rota(cast.units["SVC-LIC"], mode="least", is_automatic=False, by=boss, at=at)
    lifecycle.set_rota(cast.units["SVC-REG"], mode="round", is_automatic=True, by=boss, at=at)
    lifecycle.set_duty(second, is_available=False, by=boss, at=at)


def go_on_leave(person: Staff, *, deputy: Staff, at: datetime) -> None:
    """Let somebody be away for some days, with a deputy."""
    person.leave_from, person.deputy = local_day(at), deputy
    person.leave_until = local_day(at) + timedelta(days=LEAVE_DAYS)
    person.save(update_fields=["leave_from", "leave_until", "deputy"])


def follow_and_mention(cases: Sequence[Any], *, officer: Staff, boss: Staff, at: datetime) -> None:
    """Let the supervisor follow cases of the officer and call for a look at one, and be answered."""
    for case in cases[:FOLLOWED]:
        lifecycle.watch(case, by=boss, at=at)
    for case in cases[:1]:
        before = at - timedelta(hours=2)
        question = f"@{officer.username} ช่วยตรวจสอบวันที่รับคำขออีกครั้ง ก่อนส่งคำตอบ"
        lifecycle.note(case, body=question, by=boss, at=before)
        answer = f"@{boss.username} ตรวจแล้ว วันที่รับคำขอถูกต้อง จะส่งร่างคำตอบวันนี้"
        lifecycle.note(case, body=answer, by=officer, at=at - timedelta(hours=1))


def ask_late(cases: Sequence[Any], *, cast: Cast, boss: Staff, at: datetime) -> None:
    """Ask another unit a week ago, with a limit that is over; the sweep puts it before the supervisor."""
    then = at - ASKED_BEFORE
    early = [c for c in cases if c.touched_at < then and c.status in {"assigned", "in_progress"}]
    for case in early[:1]:
        lifecycle.fan_out(
            case,
            units=[cast.units["DIG"]],
            question=QUESTION,
            days=2,
            is_filing_shown=True,
            by=boss,
            at=then,
        )

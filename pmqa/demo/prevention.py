"""Causes of the past cases, and what was done about them: one thing that helped, one that did not, two that are owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from agency.thai import local_day
from complaints import lifecycle
from complaints.selectors import choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from random import Random
    from typing import Any

    from agency.models import Staff
    from complaints.lifecycle.history import Past
    from pmqa.demo.past import Cast

OF_CATEGORY = {
    "service-delay": "process-slow",
    "service-queue": "people-few",
    "service-error": "process-nocheck",
    "service-fee": "rules",
    "staff-manners": "people-manners",
    "staff-knowledge": "people-knowledge",
    "staff-unfair": "people-manners",
    "place-access": "place-design",
    "place-clean": "place-upkeep",
    "digital-down": "system-down",
    "digital-hard": "place-design",
    "digital-data": "system-data",
    "rights-decision": "process-unclear",
    "rights-help": "outside",
    "neighbourhood-noise": "outside",
    "integrity-bribe": "misconduct",
    "integrity-procurement": "misconduct",
}
HELPED, HELPED_DAYS = "process-slow", 330
SAME, SAME_DAYS = "people-few", 300
LEFT = 0.3  # of the cases of the cause that was removed, so many still come


def coded(cases: Sequence[Past], *, chance: Random, at: datetime) -> list[Past]:
    """Give the cases that tell their cause its code; after the action that helped, fewer have that one."""
    codes = {cause.code: cause for cause in choices.causes()}
    since = at - timedelta(days=HELPED_DAYS)
    found = []
    for case in cases:
        category = case.filing.category
        code = OF_CATEGORY.get(category.code if category else "", "other")
        is_later = case.filing.received_at is not None and case.filing.received_at > since
        if code == HELPED and is_later and chance.random() > LEFT:
            code = "process-unclear"
        found.append(replace(case, cause_code=codes[code] if case.cause else None))
    return found


def act(cast: Cast, *, at: datetime) -> int:
    """Plan the actions of the agency; two of them were done long ago."""
    codes = {cause.code: cause for cause in choices.causes()}
    unit = cast.units["DPS"]
    head = cast.supervisors["DPS"]
    owner = next(staff for staff in sorted(cast.officers.items()) if staff[1])[1][0]
    done = (
        (
            "ให้ผู้รักษาราชการแทนลงนามได้ และให้ระบบเตือนคำขอที่ค้าง",
            HELPED,
            HELPED_DAYS,
            "ออกคำสั่งมอบอำนาจและเปิดใช้การเตือนทุกหน่วย",
        ),
        ("ติดป้ายขอความร่วมมือให้มาช่วงบ่าย", SAME, SAME_DAYS, "ติดป้ายครบทุกจุดบริการ"),
    )
    for what, code, days, result in done:
        when = at - timedelta(days=days)
        action = lifecycle.plan_action(
            what=what,
            cause=codes[code],
            unit=unit,
            owner=owner,
            due_on=local_day(when) + timedelta(days=14),
            by=head,
            at=when - timedelta(days=20),
        )
        lifecycle.finish_action(action, result=result, by=owner, at=when)
        lifecycle.verify_action(action, by=head, at=when + timedelta(days=3))
    return (
        len(done)
        + act_in_licences(cast, codes=codes, at=at)
        + plan_owed(cast, codes=codes, owner=owner, at=at)
    )


def plan_owed(cast: Cast, *, codes: Mapping[str, Any], owner: Staff, at: datetime) -> int:
    """Plan what is still to be done in the complaints division."""
    owed = (
        ("จัดตารางเวรตามสถิติผู้รับบริการรายชั่วโมง", SAME, 12),
        ("ทำป้ายขั้นตอนและเอกสารที่ต้องใช้ให้ตรงกันทุกช่องทาง", "process-unclear", 30),
    )
    for what, code, days in owed:
        lifecycle.plan_action(
            what=what,
            cause=codes[code],
            unit=cast.units["DPS"],
            owner=owner,
            due_on=local_day(at) + timedelta(days=days),
            by=cast.supervisors["DPS"],
            at=at - timedelta(hours=1),
        )
    return len(owed)


# what, cause, due in days, whether it was begun, what was done
LICENCES = (
    ("ปรับปรุงรายการเอกสารที่ต้องใช้ในคำขอใบอนุญาตให้เหลือหน้าเดียว", "process-unclear", -6, True, ""),
    ("ให้ระบบแจ้งเตือนคำขอที่รอลงนามเกินสามวันทำการ", HELPED, 4, False, ""),
    ("อบรมเจ้าหน้าที่เคาน์เตอร์เรื่องระเบียบใบอนุญาตฉบับใหม่", "people-knowledge", 2, True, "อบรมครบทุกคนแล้ว"),
)


def act_in_licences(cast: Cast, *, codes: Mapping[str, Any], at: datetime) -> int:
    """Plan in the unit of the log-ins: one action that is late, one due soon, one done and to be verified."""
    unit, boss = cast.units["SVC-LIC"], cast.supervisors["SVC-LIC"]
    officer = next(each for each in cast.officers["SVC-LIC"] if each.username == "officer")
    planned = at - timedelta(days=20)
    for what, code, days, is_begun, result in LICENCES:
        due_on = local_day(at) + timedelta(days=days)
        told = {"cause": codes[code], "unit": unit, "owner": officer, "due_on": due_on}
        action = lifecycle.plan_action(what=what, **told, by=boss, at=planned)
        if is_begun:
            action = lifecycle.start_action(action, by=officer, at=planned + timedelta(days=1))
        if result:
            lifecycle.finish_action(action, result=result, by=officer, at=at - timedelta(days=1))
    return len(LICENCES)

"""Notices of this room: how they are worded and when they no longer stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agency import notices
from agency.models import Notice, Staff
from agency.notices import NoticeDraft
from pmqa.improvements.models import Improvement, Milestone, Receipt, State


def tell(
    thing: Improvement | Milestone, kind: str, *, to: Staff, at: datetime, about: date | None = None
) -> None:
    """Write a notice on an improvement or a milestone; once for each person and day it is about."""
    improvement = thing if isinstance(thing, Improvement) else thing.improvement
    name = f"improvements.{kind}"
    draft = NoticeDraft(
        subject=thing,
        kind=name,
        to=to,
        key=f"{name}:{thing.pk}:{about or ''}",
        url=improvement.get_absolute_url(),
        data={"improvement": improvement.pk},
    )
    notices.enqueue_many([draft], at=at)


def tell_receipt(
    receipt: Receipt, kind: str, *, to: Staff, at: datetime, about: date | None = None
) -> None:
    """Write a notice on a guideline that a unit got."""
    name = f"improvements.{kind}"
    draft = NoticeDraft(
        subject=receipt,
        kind=name,
        to=to,
        key=f"{name}:{receipt.pk}:{about or ''}",
        url=receipt.get_absolute_url(),
        data={"receipt": receipt.pk},
    )
    notices.enqueue_many([draft], at=at)


def silent_still(rows: list[Notice]) -> set[int]:
    """Keep a notice while the unit has not acknowledged the version that is in force."""
    pks = {row.object_id for row in rows}
    found = Receipt.objects.in_force().filter(pk__in=pks, acknowledged_at=None)
    still = set(found.values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def running_still(rows: list[Notice]) -> set[int]:
    """Keep a notice while its improvement is under way."""
    pks = {row.object_id for row in rows}
    found = Improvement.objects.running().filter(pk__in=pks)
    still = set(found.values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def owed_still(rows: list[Notice]) -> set[int]:
    """Keep a reminder while its milestone is not reached and the improvement is under way."""
    pks = {row.object_id for row in rows}
    found = Milestone.objects.filter(pk__in=pks, reached_at=None, improvement__state=State.RUNNING)
    still = set(found.values_list("pk", flat=True))
    return {row.pk for row in rows if row.object_id in still}


def register() -> None:
    """Make the outbox know the sentences; called once, when the app is ready."""
    running: dict[str, Callable[[dict[str, Any]], str]] = {
        "given": lambda facts: _("You are responsible for an improvement"),
        "drafted": lambda facts: _(
            "An improvement was drafted from an insight; please name who is responsible"
        ),
        "due": lambda facts: _("An improvement is to be completed soon"),
        "late": lambda facts: _("An improvement is past its day"),
    }
    owed: dict[str, Callable[[dict[str, Any]], str]] = {
        "milestone_given": lambda facts: _("You are responsible for a milestone"),
        "milestone_due": lambda facts: _("A milestone of an improvement is due soon"),
        "milestone_late": lambda facts: _("A milestone of an improvement is late"),
    }
    silent: dict[str, Callable[[dict[str, Any]], str]] = {
        "guideline": lambda facts: _("A guideline for your unit is there to be acknowledged"),
        "guideline_silent": lambda facts: _(
            "A guideline still waits for your unit’s acknowledgement"
        ),
    }
    for kind, title in silent.items():
        notices.register(f"improvements.{kind}", title=title, still_stands=silent_still)
    for kind, title in running.items():
        notices.register(f"improvements.{kind}", title=title, still_stands=running_still)
    for kind, title in owed.items():
        notices.register(f"improvements.{kind}", title=title, still_stands=owed_still)

"""How the notices of self-assessments read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agency import notices
from agency.models import Notice
from agency.thai import format_date
from pmqa.assessment.models import FollowUp, PlanStep


def register() -> None:
    """Say how each kind reads; called from the app's `ready()`."""
    notices.register("assessment.submitted", title=submitted)
    notices.register("assessment.sent_back", title=sent_back)
    notices.register("assessment.judged", title=judged)
    notices.register("assessment.closed", title=closed)
    notices.register("assessment.followup_due", title=followup_due, still_stands=untold)
    notices.register("assessment.step_due", title=step_due, still_stands=undone)
    notices.register("assessment.step_late", title=step_late, still_stands=undone)


def submitted(data: dict[str, Any]) -> str:
    """Return the sentence for the committee."""
    return _("Self-assessment %(year)s of %(unit)s waits for the committee.") % data


def sent_back(data: dict[str, Any]) -> str:
    """Return the sentence for who submitted."""
    return _("The committee sent self-assessment %(year)s of %(unit)s back.") % data


def judged(data: dict[str, Any]) -> str:
    """Return the sentence for who submitted."""
    return _("The committee judged self-assessment %(year)s of %(unit)s.") % data


def closed(data: dict[str, Any]) -> str:
    """Return the sentence for who submitted."""
    return _("Self-assessment %(year)s of %(unit)s is closed. Its plan goes on.") % data


def followup_due(data: dict[str, Any]) -> str:
    """Return the sentence for the unit's supervisors."""
    return (
        _("Tell how the plan of self-assessment %(year)s of %(unit)s goes after %(months)s months.")
        % data
    )


def step_due(data: dict[str, Any]) -> str:
    """Return the sentence for who is responsible for a step."""
    return _("A step of the plan of self-assessment %(year)s is due on %(due)s.") % with_day(data)


def step_late(data: dict[str, Any]) -> str:
    """Return the sentence for who is responsible for a late step."""
    return _("A step of the plan of self-assessment %(year)s was due on %(due)s.") % with_day(data)


def with_day(data: dict[str, Any]) -> dict[str, Any]:
    """Write the day as people do."""
    return data | {"due": format_date(date.fromisoformat(data["due"]))}


def untold(rows: list[Notice]) -> set[int]:
    """Return the reminders whose follow-up is not told yet."""
    open_ones = set(
        FollowUp.objects.filter(
            assessment__in={row.object_id for row in rows}, told_at=None
        ).values_list("assessment", "months")
    )
    return {row.pk for row in rows if (row.object_id, row.data["months"]) in open_ones}


def undone(rows: list[Notice]) -> set[int]:
    """Return the reminders whose step is not done yet."""
    steps = {row.data["step"] for row in rows}
    open_ones = set(
        PlanStep.objects.filter(pk__in=steps, done_at=None).values_list("pk", flat=True)
    )
    return {row.pk for row in rows if row.data["step"] in open_ones}

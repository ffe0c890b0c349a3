"""Who may do what with a report."""

from __future__ import annotations

from collections.abc import Mapping

from agency.models import Role, Staff, Unit
from pmqa.reports.models import Report, ReportPoint, State


def is_above(staff: Staff, unit: Unit) -> bool:
    """Whether the unit is the person's own or lies below it."""
    return unit.path.startswith(staff.unit.path)


def can_build(staff: Staff, unit: Unit) -> bool:
    """Supervisors and executives build reports of their unit and those below."""
    return is_above(staff, unit) and staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE)


def can_review(staff: Staff, report: Report) -> bool:
    """Supervisors review."""
    return is_above(staff, report.unit) and staff.has_role(Role.SUPERVISOR)


def can_approve(staff: Staff, report: Report) -> bool:
    """Executives approve."""
    return is_above(staff, report.unit) and staff.has_role(Role.EXECUTIVE)


def can_publish(staff: Staff, report: Report) -> bool:
    """Executives publish."""
    return can_approve(staff, report)


def can_send_back(staff: Staff, report: Report) -> bool:
    """Whoever may sign may also return."""
    return can_review(staff, report) or can_approve(staff, report)


def can_comment(staff: Staff, report: Report) -> bool:
    """Whoever reads a report may remark on it until it is published."""
    return (
        bool(staff.roles)
        and is_above(staff, report.unit)
        and report.state not in (State.PUBLISHED, State.REPLACED)
    )


def can_edit_points(staff: Staff, report: Report) -> bool:
    """Whoever may build the report words its points, while it is a draft."""
    return report.state == State.DRAFT and can_build(staff, report.unit)


def can_decide(staff: Staff, report: Report) -> bool:
    """Executives decide points until the report is published."""
    return can_approve(staff, report) and report.state not in (State.PUBLISHED, State.REPLACED)


def can_tell_progress(staff: Staff, point: ReportPoint) -> bool:
    """Who carries a decision out tells how it goes on, and who leads the unit."""
    return point.owner_id == staff.pk or can_build(staff, point.report.unit)


def may(staff: Staff, report: Report) -> Mapping[str, bool]:
    """Return what the person may do with the report as it stands, for the page."""
    is_signable = bool(report.figures["is_whole_month"])
    return {
        "build": can_build(staff, report.unit),
        "review": report.state == State.DRAFT and is_signable and can_review(staff, report),
        "approve": report.state == State.REVIEWED and can_approve(staff, report),
        "publish": report.state == State.APPROVED and can_publish(staff, report),
        "comment": can_comment(staff, report),
        "send": report.state == State.PUBLISHED and can_publish(staff, report),
        "send_back": report.state in (State.REVIEWED, State.APPROVED)
        and can_send_back(staff, report),
    }

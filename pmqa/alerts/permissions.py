"""Who may do what with alerts."""

from __future__ import annotations

from agency.models import Role, Staff, Unit
from pmqa.alerts.models import Alert


def can_keep_rules(staff: Staff, unit: Unit) -> bool:
    """Supervisors and executives keep the rules of their unit and those below."""
    is_above = unit.path.startswith(staff.unit.path)
    return is_above and staff.has_role(Role.SUPERVISOR, Role.EXECUTIVE)


def can_acknowledge(staff: Staff, alert: Alert) -> bool:
    """Who keeps the rule, or is named by it, says what was done."""
    if can_keep_rules(staff, alert.rule.unit):
        return True
    return any(person.pk == staff.pk for person in alert.rule.people.all())

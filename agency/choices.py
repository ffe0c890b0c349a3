"""Choices that several rooms offer in forms and filters: units as a tree, staff with their unit."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agency.models import Staff, Unit

INDENT = "\u2003"  # an em space: a plain one would be swallowed at the start of an option


class TopicField(forms.ModelChoiceField):
    """A topic of a two-level list, its parts indented below it."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent the second level."""
        return f"{INDENT}{obj}" if obj.parent_id else str(obj)


class UnitField(forms.ModelChoiceField):
    """A unit, indented by its depth in the tree."""

    def label_from_instance(self, obj: Unit) -> str:
        """Indent by depth."""
        return f"{INDENT * max(obj.path.count('/') - 2, 0)}{obj.name}"


class StaffField(forms.ModelChoiceField):
    """A member of staff with the unit, and a word when on leave on the day `on`."""

    on: date | None = None

    def label_from_instance(self, obj: Staff) -> str:
        """Name, unit, leave."""
        words = f"{obj} · {obj.unit.name}"
        if self.on is not None and obj.is_on_leave(self.on):
            return _("%(officer)s (on leave)") % {"officer": words}
        return words


def units() -> QuerySet[Unit]:
    """Return the units that work, in the order of the tree."""
    return Unit.objects.active().order_by("path")


def officers() -> QuerySet[Staff]:
    """Return those who can be given a case."""
    staff: QuerySet[Staff] = Staff.objects.active().with_role("officer")
    return staff.select_related("unit").order_by("unit__path", "first_name", "pk")

"""Choices that several rooms offer in forms and filters: units as a tree, staff with their unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agency.models import Staff, Unit
from agency.models.staff import StaffQuerySet

INDENT = "\u2003"  # an em space: a plain one would be swallowed at the start of an option


class ListedIterator(forms.models.ModelChoiceIterator):
    """Goes over the rows that the field holds."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """Yield the empty choice, then each row."""
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows: list[Any] = self.field.rows  # type: ignore[attr-defined]
        for row in rows:
            yield self.choice(row)


class ListedField(forms.ModelChoiceField):
    """A choice out of a short list, read once: what was chosen is looked up in it."""

    iterator = ListedIterator

    def __deepcopy__(self, memo: dict[int, Any]) -> ListedField:
        """Forget the rows: each form reads its own."""
        copied: ListedField = super().__deepcopy__(memo)  # type: ignore[misc]
        copied.__dict__.pop("rows", None)
        return copied

    @cached_property
    def rows(self) -> list[Any]:
        """The rows on offer."""
        return list(self.queryset) if self.queryset is not None else []

    def to_python(self, value: Any) -> Any:
        """Find the chosen row among those on offer."""
        if value in self.empty_values:
            return None
        chosen = str(getattr(value, "pk", value))
        for row in self.rows:
            if str(row.pk) == chosen:
                return row
        raise ValidationError(
            self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
        )


class TopicField(ListedField):
    """A topic of a two-level list, its parts indented below it."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent the second level."""
        return f"{INDENT}{obj}" if obj.parent_id else str(obj)


class UnitField(ListedField):
    """A unit, indented by its depth in the tree."""

    def label_from_instance(self, obj: Unit) -> str:
        """Indent by depth."""
        return indented(obj)


class UnitsField(forms.ModelMultipleChoiceField):
    """Several units, as the tree goes."""

    def label_from_instance(self, obj: Unit) -> str:
        """Indent by depth."""
        return indented(obj)


class StaffField(ListedField):
    """A member of staff with the unit, and a word when on leave on the day `on`."""

    on: date | None = None

    def label_from_instance(self, obj: Staff) -> str:
        """Name, unit, leave."""
        words = f"{obj} · {obj.unit.name}"
        if self.on is not None and obj.is_on_leave(self.on):
            return _("%(officer)s (on leave)") % {"officer": words}
        return words


def indented(unit: Unit) -> str:
    """Return a unit's name, indented by its depth in the tree."""
    return f"{INDENT * max(unit.path.count('/') - 2, 0)}{unit.name}"


def units() -> QuerySet[Unit]:
    """Return the units that work, in the order of the tree."""
    return Unit.objects.active().order_by("path")


def officers() -> StaffQuerySet:
    """Return those who can be given a case."""
    staff: StaffQuerySet = Staff.objects.active().with_role("officer")
    return staff.select_related("unit").order_by("unit__path", "first_name", "pk")


def offer(form: forms.Form, name: str, rows: QuerySet[Any], *, on: date | None = None) -> None:
    """Let a form's field offer these rows; of staff, say who is on leave on a day."""
    field = cast("ListedField", form.fields[name])
    field.queryset = rows
    if isinstance(field, StaffField):
        field.on = on

"""What the forms and filters of this room offer."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, Case, F, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, LPad, NullIf, Trim
from django.utils.translation import get_language

from agency.choices import INDENT, officers
from agency.models import Channel, Staff, Unit
from complaints.models import Category, Cause, Complaint, Extension, Grade, RejectionReason

Choices = list[tuple[str, str]]
LISTS = ("grade", "category", "channel", "unit", "officer")
NOTHING = Value("", output_field=TextField())


def categories() -> QuerySet[Category]:
    """Return the categories in use, each topic before its parts."""
    top = Coalesce("parent__code", "code")
    return Category.objects.filter(is_active=True).order_by(top, Coalesce("parent_id", 0), "code")


def causes() -> QuerySet[Cause]:
    """Return the causes in use, each before its parts, in the order that the agency gave them."""
    return in_order(Cause.objects.filter(is_active=True))


def in_order(rows: QuerySet[Cause]) -> QuerySet[Cause]:
    """Return causes as the list goes: each of the upper level, then its parts."""
    above = Coalesce("parent__position", "position"), Coalesce("parent__code", "code")
    return rows.order_by(*above, Coalesce("parent_id", 0), "position", "code")


def options(staff: Staff, *, lists: Sequence[str] = LISTS) -> dict[str, Choices]:
    """Return what lists of cases can be filtered by, for all filters in one query."""
    parts = {
        "grade": grade_rows,
        "category": category_rows,
        "channel": channel_rows,
        "unit": unit_rows,
        "officer": officer_rows,
    }
    first, *others = [parts[name](staff) for name in lists]
    offered: dict[str, Choices] = {name: [] for name in lists}
    is_english = get_language() == "en"
    for of, key, th, en, *order in sorted(first.union(*others, all=True), key=itemgetter(4, 5, 6)):
        depth = order[0].count("/") - staff.unit.path.count("/") if of == "unit" else 0
        is_part = of == "category" and order[1] == "1"
        name = en if is_english and en else th
        offered[of].append((str(key), f"{INDENT * (depth + is_part)}{name}"))
    return offered


def shaped(
    rows: QuerySet[Any],
    of: str,
    *,
    th: str | Combinable,
    en: str | Combinable,
    order: tuple[str | Combinable, str | Combinable, str | Combinable],
) -> QuerySet[Any, Any]:
    """Return rows of any table in one shape: list, key, both names, three keys to sort by."""
    texts = [
        Cast(F(each) if isinstance(each, str) else each, TextField()) for each in (th, en, *order)
    ]
    key = Cast("pk", BigIntegerField())
    return rows.order_by().values_list(Value(of, output_field=TextField()), key, *texts)


def numbered(name: str, *, width: int) -> LPad:
    """Return a number that sorts as text."""
    return LPad(Cast(name, TextField()), width, Value("0"))


def grade_rows(staff: Staff) -> QuerySet[Any, Any]:
    """Return the grades, each with its number."""
    number = Cast("number", TextField())
    english = Coalesce(NullIf("name_en", Value("")), "name_th")
    return shaped(
        Grade.objects.all(),
        "grade",
        th=Concat(number, Value(" "), "name_th", output_field=TextField()),
        en=Concat(number, Value(" "), english, output_field=TextField()),
        order=(numbered("number", width=5), NOTHING, NOTHING),
    )


def category_rows(staff: Staff) -> QuerySet[Any, Any]:
    """Return the topics, each before its parts."""
    is_part = Case(When(parent=None, then=Value("0")), default=Value("1"))
    top = Coalesce("parent__code", "code")
    rows = Category.objects.filter(is_active=True)
    return shaped(rows, "category", th="name_th", en="name_en", order=(top, is_part, "code"))


def channel_rows(staff: Staff) -> QuerySet[Any, Any]:
    """Return the channels in their own order."""
    rows = Channel.objects.filter(is_active=True)
    order = (numbered("position", width=6), F("code"), NOTHING)
    return shaped(rows, "channel", th="name_th", en="name_en", order=order)


def unit_rows(staff: Staff) -> QuerySet[Any, Any]:
    """Return the own unit and those below, as the tree goes."""
    rows = Unit.objects.below(staff.unit)
    return shaped(rows, "unit", th="name_th", en="name_en", order=("path", NOTHING, NOTHING))


def officer_rows(staff: Staff) -> QuerySet[Any, Any]:
    """Return the officers of these units, each with the unit."""
    full = Trim(Concat("first_name", Value(" "), "last_name"))
    name = Concat(Coalesce(NullIf(full, Value("")), "username"), Value(" · "))
    english = Coalesce(NullIf("unit__name_en", Value("")), "unit__name_th")
    return shaped(
        officers().visible_to(staff).select_related(None),
        "officer",
        th=Concat(name, "unit__name_th", output_field=TextField()),
        en=Concat(name, english, output_field=TextField()),
        order=("unit__path", "first_name", numbered("pk", width=12)),
    )


def asked_extension(complaint: Complaint) -> Extension | None:
    """Return the request for more time that waits for a decision."""
    asked = Extension.objects.filter(clock__complaint=complaint, state=Extension.State.ASKED)
    return asked.select_related("clock__complaint").first()


def case_with(source_system: str, external_ref: str) -> str:
    """Return the number of the case that another system's reference belongs to, or nothing."""
    known = Complaint.objects.filter(source_system=source_system, external_ref=external_ref)
    return known.values_list("number", flat=True).first() or ""


def rejection_reasons() -> QuerySet[RejectionReason]:
    """Return the reasons in use for which a matter is not accepted."""
    return RejectionReason.objects.filter(is_active=True).order_by("position", "code")


def grades() -> QuerySet[Grade]:
    """Return the grades, the lightest first."""
    return Grade.objects.order_by("number")

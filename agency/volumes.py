"""How much the services did (ปริมาณธุรกรรม): what counts of complaints are held against."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from agency.models import ServiceMonth


def transactions_by_month(path: str, *, first_on: date, last_on: date) -> dict[date, int]:
    """Add up the transactions of a unit and those below it, month by month; months without a figure are left out.

    `path` is a unit's, or a step of it such as `/12/`.
    """
    months = ServiceMonth.objects.filter(
        unit__path__contains=path, month_on__gte=first_on.replace(day=1), month_on__lte=last_on
    )
    rows = months.order_by().values_list("month_on").annotate(total=Sum("transactions"))
    return dict(rows)

"""The verb of results 7.2: enter a value with its source. Nothing is changed; a correction is a new entry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff, Unit
from agency.refusal import Refused
from pmqa.reports.models import ResultEntry
from pmqa.reports.permissions import can_build


@transaction.atomic
def enter(
    *,
    unit: Unit,
    fiscal_year: int,
    line: str,
    what: str,
    value: Decimal | None,
    source: str,
    by: Staff,
    at: datetime,
) -> ResultEntry:
    """Keep a result or target that the portal does not measure (บันทึกผลลัพธ์); an empty value withdraws the last one.

    The unit is locked, so that of two equal entries sent at once the second one is refused.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    if not can_build(by, unit):
        raise Refused(_("Only a supervisor or an executive of the unit may enter its results."))
    if not source.strip():
        raise Refused(_("Say where the value comes from."))
    last = standing(unit=unit, fiscal_year=fiscal_year, line=line, what=what)
    if value is None and (last is None or last.value is None):
        raise Refused(_("There is no value to withdraw. Enter one."))
    if last and (last.value, last.source) == (value, source.strip()):
        raise Refused(_("This value with this source stands already."))
    made = ResultEntry.objects.create(
        unit=unit,
        fiscal_year=fiscal_year,
        line=line,
        what=what,
        value=value,
        source=source.strip(),
        entered_at=at,
        entered_by=by,
    )
    audit.record(made, "result_entered", by=by, at=at, line=line, fiscal_year=fiscal_year)
    return made


def standing(*, unit: Unit, fiscal_year: int, line: str, what: str) -> ResultEntry | None:
    """Return the entry that counts now."""
    rows = ResultEntry.objects.filter(unit=unit, fiscal_year=fiscal_year, line=line, what=what)
    return rows.order_by("entered_at", "pk").last()

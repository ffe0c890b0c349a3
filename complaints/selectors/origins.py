"""Where a case came from, for the floor that joins the rooms."""

from __future__ import annotations

from complaints.models import Complaint


def number_of(pk: int, *, source: str) -> str:
    """Return the number of a case that came from a source; nothing for any other."""
    case = Complaint.objects.filter(pk=pk, source_system=source)
    return case.values_list("number", flat=True).first() or ""

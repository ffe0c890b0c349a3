"""Cases that belong together: what follows a case, what it follows, and what is likely to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, Value

from complaints.models import Complaint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agency.models import Staff

WINDOW = timedelta(days=90)
MOST = 5
OTHERS = 5


@dataclass(frozen=True, kw_only=True)
class Linked:
    """The cases that the reader may see beside this one; without a right only their number is known."""

    master: Complaint | None = None
    followers: Sequence[Complaint] = ()
    origin: Complaint | None = None
    parts: Sequence[Complaint] = ()


def linked_among(found: Sequence[Complaint], *, complaint: Complaint) -> Linked:
    """Sort cases by how they belong to one: the master, the followers, the origin, the parts."""
    return Linked(
        master=next((each for each in found if each.pk == complaint.master_id), None),
        followers=[each for each in found if each.master_id == complaint.pk],
        origin=next((each for each in found if each.pk == complaint.split_from_id), None),
        parts=[each for each in found if each.split_from_id == complaint.pk],
    )


def near(
    complaint: Complaint, *, staff: Staff, with_family: bool, with_others: bool
) -> tuple[Linked, list[Complaint]]:
    """Return the cases linked with one and the newest others of its person, as far as the reader may see them.

    One query; no others for a masked complainant: they could tell who it is.
    """
    visible = Complaint.objects.visible_to(staff)
    above = [pk for pk in (complaint.master_id, complaint.split_from_id) if pk]
    family = Q(master=complaint.pk) | Q(split_from=complaint.pk) | Q(pk__in=above)
    same = visible.filter(person=complaint.person_id, is_identity_masked=False)
    others = same.exclude(pk=complaint.pk).order_by("-received_at")[:OTHERS]
    parts = []
    if with_family:
        parts.append(visible.filter(family).annotate(is_other=Value(value=False)))
    if with_others and complaint.person_id and not complaint.is_identity_masked:
        parts.append(others.annotate(is_other=Value(value=True)))
    found = list(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]) if parts else []
    linked = [each for each in found if not vars(each)["is_other"]]
    rest = [each for each in found if vars(each)["is_other"]]
    return (
        linked_among(sorted(linked, key=lambda each: each.pk), complaint=complaint),
        sorted(rest, key=lambda each: each.received_at, reverse=True),
    )


def similar_to(complaint: Complaint, *, staff: Staff) -> list[Complaint]:
    """Return cases of the same person, or of the same topic and unit, received within 90 days before or after.

    The same person first. None by person for a masked complainant: the others could tell who it is.
    """
    near = (complaint.received_at - WINDOW, complaint.received_at + WINDOW)
    others = (
        Complaint.objects.visible_to(staff)
        .filter(received_at__range=near, master=None, is_restricted=complaint.is_restricted)
        .exclude(pk=complaint.pk)
        .order_by("-received_at", "-pk")
    )
    found: list[Complaint] = []
    if complaint.person_id and not complaint.is_identity_masked:
        same_person = others.filter(person=complaint.person_id, is_identity_masked=False)
        found += same_person[:MOST]
    if complaint.category_id and len(found) < MOST:
        same_topic = others.filter(category=complaint.category_id, unit=complaint.unit_id)
        known = {each.pk for each in found}
        found += [each for each in same_topic[: 2 * MOST] if each.pk not in known]
    return found[:MOST]

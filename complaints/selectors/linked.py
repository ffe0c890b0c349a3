"""Cases that belong together: what follows a case, what it follows, and what is likely to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from complaints.models import Complaint, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agency.models import Staff

WINDOW = timedelta(days=90)
MOST = 5


@dataclass(frozen=True, kw_only=True)
class Linked:
    """The cases that the reader may see beside this one; without a right only their number is known."""

    master: Complaint | None = None
    followers: Sequence[Complaint] = ()
    origin: Complaint | None = None
    parts: Sequence[Complaint] = ()


def linked_with(complaint: Complaint, *, staff: Staff) -> Linked:
    """Return what the person may see of the master, the followers, the origin and the parts of a case."""
    above = [pk for pk in (complaint.master_id, complaint.split_from_id) if pk]
    wanted = Q(master=complaint.pk) | Q(split_from=complaint.pk) | Q(pk__in=above)
    found = list(Complaint.objects.visible_to(staff).filter(wanted).order_by("pk"))
    return Linked(
        master=next((each for each in found if each.pk == complaint.master_id), None),
        followers=[each for each in found if each.master_id == complaint.pk],
        origin=next((each for each in found if each.pk == complaint.split_from_id), None),
        parts=[each for each in found if each.split_from_id == complaint.pk],
    )


def replies_of(followers: Sequence[Complaint]) -> list[Message]:
    """Return what complainants wrote on the cases that follow one, with the case of each."""
    if not followers:
        return []
    replies = Message.objects.filter(complaint__in=followers, kind=Message.Kind.REPLY)
    return list(replies.select_related("by", "complaint").order_by("pk"))


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

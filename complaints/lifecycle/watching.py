"""Following a case (ติดตามเรื่อง) and naming a colleague in a note (กล่าวถึง): who hears what.

Following is a person's own bookmark: it changes nothing in the case and leaves no line in its
course. It ends by itself when the person may not see the case any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from agency.models import Staff
from agency.notices import NoticeDraft
from agency.refusal import Refused
from complaints import permissions
from complaints.lifecycle.announcements import page_of, tell
from complaints.models import Complaint, Topic, Watch

# What those who follow hear of, by the verb of the audit trail.
TOPICS: dict[str, Topic] = {
    "answered": Topic.ANSWER,
    "asked": Topic.STATUS,
    "assigned": Topic.STATUS,
    "closed": Topic.STATUS,
    "referred": Topic.STATUS,
    "rejected": Topic.STATUS,
    "reopened": Topic.STATUS,
    "resumed": Topic.STATUS,
    "withdrawn": Topic.STATUS,
    "escalated": Topic.ESCALATION,
    "extension_asked": Topic.ESCALATION,
}
BY_NATURE = (
    "answered",
    "closed",
)  # the officer hears when somebody else did it; of the rest anyway
MENTION = re.compile(r"(?<![A-Za-z0-9_.+-])@([A-Za-z0-9_](?:[A-Za-z0-9_.+-]*[A-Za-z0-9_])?)")
MOST_MENTIONED = 20


def watch(complaint: Complaint, *, by: Staff, at: datetime) -> Watch:
    """Follow a case that one may see; a second time changes nothing."""
    found, _is_new = Watch.objects.get_or_create(
        complaint=complaint, staff=by, defaults={"since": at}
    )
    return found


def unwatch(complaint: Complaint, *, by: Staff) -> bool:
    """Stop following; False when one did not."""
    return bool(Watch.objects.filter(complaint=complaint, staff=by).delete()[0])


def watchers_of(complaint: Complaint, topic: Topic) -> list[Staff]:
    """Return who follows the case and wants to hear of this; who lost sight of it follows no more."""
    wanted = Q(staff__duty=None) | Q(staff__duty__told_of__contains=[topic])
    watches = Watch.objects.filter(wanted, complaint=complaint).select_related(
        "staff__unit", "staff__deputy"
    )
    rows = list(watches.order_by("pk"))
    blind = {each.pk for each in rows if not sees(each.staff, complaint)}
    if blind:
        Watch.objects.filter(pk__in=blind).delete()
    return [each.staff for each in rows if each.pk not in blind]


def sees(staff: Staff, complaint: Complaint) -> bool:
    """Whether somebody works here and may open the case."""
    return staff.is_active and permissions.can_see(staff, complaint)


def tell_watchers(complaint: Complaint, verb: str, *, by: Staff | None, at: datetime) -> None:
    """Tell those who follow the case what was done, if they hear of such things."""
    topic = TOPICS.get(verb)
    if topic is None:
        return
    people = watchers_of(complaint, topic)
    if complaint.officer in people:
        people.remove(complaint.officer)
    if complaint.officer and by and verb in BY_NATURE:
        people.append(complaint.officer)
    tell(complaint, f"watched_{topic}", to=people, by=by, at=at)


def escalation_drafts(reached: Iterable[tuple[Complaint, str]]) -> list[NoticeDraft]:
    """Return notices to those who follow cases that the sweep put on the board; `turn` tells them apart."""
    turns = {complaint.pk: (complaint, turn) for complaint, turn in reached}
    followed = Watch.objects.filter(complaint__in=turns).values_list("complaint", flat=True)
    return [
        NoticeDraft(
            subject=complaint,
            kind="complaints.watched_escalation",
            to=person,
            key=f"complaints.watched_escalation:{complaint.pk}:{turn}",
            url=page_of(complaint),
            data={"number": complaint.number},
            is_personal=complaint.is_restricted,
        )
        for complaint, turn in (turns[pk] for pk in sorted(set(followed)))
        for person in watchers_of(complaint, Topic.ESCALATION)
        if person.pk != complaint.officer_id
    ]


# Mentions


def mentioned_in(body: str) -> list[Staff]:
    """Return the colleagues whom a note names by @username; other words with an @ are just words."""
    names = list(dict.fromkeys(MENTION.findall(body)))[:MOST_MENTIONED]
    if not names:
        return []
    people = Staff.objects.active().filter(username__in=names)
    return list(people.select_related("unit", "deputy").order_by("pk"))


def refuse_unseen(complaint: Complaint, people: Sequence[Staff]) -> None:
    """Refuse to call somebody to a case that the person may not open."""
    for person in people:
        if not permissions.can_see(person, complaint):
            raise Refused(
                _(
                    "%(person)s may not see this complaint. Take @%(name)s out of the note, or let a supervisor give the person access first."
                )
                % {"person": person, "name": person.username}
            )

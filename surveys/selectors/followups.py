"""What the follow-ups' screens and verbs ask."""

from __future__ import annotations

from django.db.models import QuerySet

from agency import audit
from agency.models import AuditEntry, Staff
from surveys.models import FollowUp, Response
from surveys.models.survey import Dissatisfied
from surveys.rendering import Document
from surveys.rendering.document import Item

LOW, DETRACTOR = range(1, 3), range(7)


def is_dissatisfied(response: Response) -> bool:
    """Whether the headline answer is as bad as the survey says: 1–2 of 5, or 0–6 of 10."""
    rule = response.wave.survey.follows_up
    if rule == Dissatisfied.NOBODY:
        return False
    bad, type_ = (DETRACTOR, "nps") if rule == Dissatisfied.DETRACTOR else (LOW, "scale")
    items = [item for item in Document.read(response.version.document).items if item.type == type_]
    headline = [item for item in items if item.dimension == "overall"] or items[:1]
    return any(response.answers.get(item.code) in bad for item in headline)


def comment_of(response: Response) -> str:
    """Return what the person wrote in the last open question."""
    items: list[Item] = list(Document.read(response.version.document).items)
    said = [response.answers.get(item.code) for item in items if item.type == "text"]
    return next((str(words) for words in reversed(said) if words), "")


def followup_rows(staff: Staff) -> QuerySet[FollowUp]:
    """Return the follow-ups that the person sees, with all that a row shows."""
    return FollowUp.objects.visible_to(staff).select_related("wave__survey", "unit", "owner")


def history_of(followup: FollowUp) -> list[AuditEntry]:
    """Return what happened to a follow-up, newest first."""
    return list(audit.entries_of(followup)[:50])

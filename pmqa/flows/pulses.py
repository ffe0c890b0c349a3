"""A complaint was closed or rated: the pulse after complaints notes the question and takes over the answer.

The closing letter asks how the matter was handled, by a single-use word of the rating's own. That
question is the pulse: no second letter goes out, and the rating made there becomes the response.
What the person wrote with it stays with the case, under its rules of access and keeping.
"""

from datetime import datetime

from agency.models import Event
from complaints.selectors import rating as cases
from pmqa.flows.consuming import on
from surveys.lifecycle import pulses


@on("complaint_closed")
def note_question(event: Event, at: datetime) -> None:
    """Note that the closing letter asked the person."""
    case = cases.handled(event.object_id)
    if case:
        pulses.note_asked(
            source=case.source,
            person=case.person,
            unit=case.unit,
            service=case.service,
            at=event.at,
        )


@on("complaint_rated")
def take_over_rating(event: Event, at: datetime) -> None:
    """Make the rating the response of the pulse; a changed rating changes it."""
    case = cases.handled_by_rating(event.data["rating"])
    if case and case.score is not None:
        pulses.take_rating(
            source=case.source,
            person=case.person,
            unit=case.unit,
            service=case.service,
            score=case.score,
            at=event.at,
        )

"""An insight was handed over: an improvement is drafted from it, once, and the insight knows which."""

from datetime import datetime

from agency.models import Event, Staff
from listening import lifecycle as listening
from listening.selectors.crossing import to_improvement
from pmqa.flows.consuming import on
from pmqa.improvements import lifecycle as improvements


@on("insight_handed_over")
def draft_improvement(event: Event, at: datetime) -> None:
    """Draft the improvement with a link back; it counts from the instant of the handing over."""
    told = to_improvement(event.object_id)
    if told is None:
        return
    made = improvements.draft_from_insight(
        event.object_id,
        title=told.title,
        problem=told.problem,
        idea=told.idea,
        unit=told.unit,
        segment=told.segment,
        service=told.service,
        by=Staff.objects.filter(pk=event.data["by"]).first(),
        at=at,
    )
    listening.note_improvement(event.object_id, improvement_pk=made.pk, at=at)

"""A calendar was published anew: the due dates of open cases follow it."""

from datetime import datetime

from agency.models import Event
from complaints import lifecycle
from pmqa.flows.consuming import on


@on("calendar_changed", is_in_batches=True)
def recompute_due_dates(event: Event, at: datetime) -> None:
    """Move the due dates of open cases to the new versions, and write why."""
    lifecycle.recompute_due_dates(event.data["versions"], at=at)

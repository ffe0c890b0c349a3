"""Whether there is anything at all: for commands that must not touch what people did."""

from datetime import datetime

from complaints.models import Complaint


def any_complaint(*, recorded_after: datetime | None = None) -> bool:
    """Whether there is a complaint, or one that was recorded after an instant."""
    found = Complaint.objects.all()
    if recorded_after:
        found = found.filter(recorded_at__gt=recorded_after)
    return found.exists()

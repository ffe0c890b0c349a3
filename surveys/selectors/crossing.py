"""What leaves the room: a wave whose results an improvement starts from."""

from __future__ import annotations

from agency.models import Staff
from surveys import permissions
from surveys.models import Wave


def wave_named(pk: int, *, staff: Staff) -> str:
    """Return what a wave is called, for who may read its results; empty for everybody else."""
    wave = Wave.objects.visible_to(staff).select_related("survey__unit").filter(pk=pk).first()
    if wave is None or not permissions.can_read_results(staff, wave.survey):
        return ""
    return f"{wave.survey.title}: {wave.name}"

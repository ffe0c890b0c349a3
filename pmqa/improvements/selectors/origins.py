"""The records of other rooms that an improvement starts from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agency.models import Staff
from complaints.selectors.choices import causes
from pmqa.improvements.models import Improvement
from surveys.selectors.crossing import wave_named


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an improvement comes from: a record of another room, by reference and in words."""

    source: str = Improvement.Source.OWN
    ref: int | None = None
    words: str = ""


def cause_origin(pk: int) -> Origin | None:
    """Return a cause of complaints as an origin; None where there is no such cause."""
    cause = causes().filter(pk=pk).first()
    if cause is None:
        return None
    words = _("Cause of complaints: %(cause)s") % {"cause": cause}
    return Origin(source=Improvement.Source.CAUSE, ref=pk, words=words)


def wave_origin(pk: int, *, staff: Staff) -> Origin | None:
    """Return a survey's results as an origin; None where the person may not read them."""
    name = wave_named(pk, staff=staff)
    if not name:
        return None
    return Origin(
        source=Improvement.Source.SURVEY, ref=pk, words=_("Survey: %(name)s") % {"name": name}
    )

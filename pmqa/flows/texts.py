"""Open answers of a survey come to the inbox of voices: without names, each once, in batches of their own."""

from datetime import datetime

from agency.models import Event, Staff
from listening import lifecycle as listening
from pmqa.flows.consuming import on
from surveys.selectors.open_texts import HANDED_OVER, open_texts


@on(HANDED_OVER, is_in_batches=True)
def take_texts(event: Event, at: datetime) -> None:
    """Let listening receive them; what it knows already stays as it is, so a killed run is simply run again."""
    by = Staff.objects.filter(pk=event.data["by"]).first()
    for batch in open_texts(event.object_id):
        texts = [listening.SurveyText(**vars(one)) for one in batch]
        listening.take_survey_texts(texts, by=by, at=event.at)

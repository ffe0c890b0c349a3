"""A voice becomes a complaint: the case is received, its number goes back; its end closes the voice's loop."""

from datetime import datetime

from agency.models import Event, Staff
from complaints import lifecycle as complaints
from complaints.lifecycle.intake import Filing
from complaints.selectors.origins import number_of
from listening import lifecycle as listening
from listening.selectors.crossing import to_complaint
from pmqa.flows.consuming import on

SOURCE = "voice"


@on("voice_to_complaint")
def take_in_complaint(event: Event, at: datetime) -> None:
    """Receive the complaint with a link back to the voice; it counts from the officer's decision."""
    told = to_complaint(event.object_id)
    if told is None:
        return
    receipt = complaints.receive_once(
        Filing(
            kind="service",
            subject=told.subject,
            body=told.body,
            channel=told.channel,
            unit=told.unit,
            known_person=told.person,
            is_anonymous=told.is_anonymous,
            segment=told.segment,
            service=told.service,
            province=told.province,
            district=told.district,
            place=told.place,
            source_system=SOURCE,
            external_ref=told.ref,
            received_at=event.at,
        ),
        by=Staff.objects.filter(pk=event.data["by"]).first(),
        at=at,
    )
    case = receipt.complaint
    listening.note_complaint(event.object_id, complaint_pk=case.pk, number=case.number, at=at)


@on("complaint_closed")
def close_loop(event: Event, at: datetime) -> None:
    """Close the loop of the voice that the complaint came from."""
    number = number_of(event.object_id, source=SOURCE)
    if number:
        listening.close_by_complaint(event.object_id, number=number, at=event.at)

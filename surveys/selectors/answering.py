"""What a person who answers is shown: the wave behind a link, the invitation, what was answered so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from surveys.models import Invitation, PulseAsk, Quota, Response, Version, Wave
from surveys.rendering import Document, is_equal
from surveys.rendering.showing import Answers
from surveys.selectors.links import hash_of, resume_hash


def wave_of(code: str) -> Wave | None:
    """Return the wave of a short link; one in preparation is not there yet."""
    waves = Wave.objects.select_related("survey", "survey__unit", "version")
    return waves.filter(code=code.lower()).exclude(state=Wave.State.DRAFT).first()


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation of a single-use link."""
    rows = Invitation.objects.select_related("wave", "wave__survey")
    found = rows.filter(token_hash=hash_of(token)).first()
    return None if found is None or found.wave.state == Wave.State.DRAFT else found


def ask_of(invitation: Invitation | None) -> PulseAsk | None:
    """Return the happening that an invitation asks about, if a pulse made it."""
    if invitation is None:
        return None
    rows = PulseAsk.objects.select_related("service", "pulse")
    return rows.filter(invitation=invitation).first()


def is_expired(invitation: Invitation | None, *, at: datetime) -> bool:
    """Whether the link of a pulse is older than the pulse allows."""
    ask = ask_of(invitation)
    if ask is None:
        return False
    kept = timedelta(hours=ask.pulse.delay_hours, days=ask.pulse.valid_days)
    return at > ask.at + kept


def response_of(wave: Wave, uid: UUID) -> Response | None:
    """Return what was answered under the number that the form drew."""
    return wave.responses.select_related("version").filter(uid=uid).first()


def uid_of_invitation(invitation: Invitation) -> UUID | None:
    """Return the number under which an invited person began; never where answers are anonymous."""
    begun = Response.objects.filter(invitation=invitation).exclude(state=Response.State.VOID)
    return begun.values_list("uid", flat=True).first()


def uid_of_code(wave: Wave, code: str) -> UUID | None:
    """Return the number of the response that a code leads back to, while it is not sent."""
    begun = wave.responses.filter(
        resume_hash=resume_hash(wave.pk, code), state=Response.State.PARTIAL
    )
    return begun.values_list("uid", flat=True).first()


def document_of(wave: Wave, version: Version | None = None) -> Document:
    """Return what is asked. An anonymous survey takes no files: they carry names and instants."""
    document = Document.read((version or wave.version).document)
    return document.without("file") if wave.survey.is_anonymous else document


def quotas_of(wave: Wave, answers: Answers) -> list[Quota]:
    """Return the quotas that the answers fall into, in the order in which they are locked."""
    return [
        quota
        for quota in wave.quotas.order_by("pk")
        if is_equal(answers.get(quota.column), quota.value)
    ]

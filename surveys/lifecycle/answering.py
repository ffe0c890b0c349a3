"""Answering (ตอบแบบสำรวจ): pages are saved, a finished response is taken once, and counted once in every quota.

Anonymous answers must not be joined again with the invitation. So the answer is stored in one transaction and
the invitation spent in a statement after it: no shared transaction number, no instant, no audit entry. What the
neighbouring numbers could still tell, `blur` wipes out every night and when the wave closes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency import attachments, audit, locks
from agency.models import Person, Service, Staff, Unit
from agency.refusal import Refused
from agency.thai import local_day
from surveys.lifecycle import followups
from surveys.models import Invitation, Mode, Quota, Response, Stratum, Version, Wave
from surveys.rendering import Problem, check
from surveys.rendering.showing import Answers
from surveys.selectors import answering as selectors
from surveys.selectors.links import resume_code, resume_hash

LOCK_SPACE = "surveys.invitation"
AFTER_THE_FIELD = (Mode.PAPER, Mode.IMPORT)  # sheets and files are written down after the closing
OF_INVITATION = ("stratum", "unit")


class Unfit(Refused):
    """Answers that do not fit the questionnaire; `problems` names each column."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{each.column}: {each.sentence}" for each in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Who comes with answers, and by which way; `uid` is drawn by the form or follows from the row of a file."""

    wave: Wave
    uid: UUID
    mode: str
    language: str = "th"
    invitation: Invitation | None = None
    version: Version | None = None
    stratum: Stratum | None = None
    unit: Unit | None = None
    service: Service | None = None
    person: Person | None = None
    weight: float | None = None
    reference: str = ""
    keyed_by: Staff | None = None

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing may lead back to the person."""
        return self.wave.survey.is_anonymous


# Saving


@transaction.atomic
def save(coming: Coming, answers: Answers, *, page: str, at: datetime) -> Response:
    """Keep the answers so far (บันทึกระหว่างทาง); `page` is the section that comes next."""
    refuse_out_of_time(coming, at=at)
    response = hold(coming, at=at)
    if response.state != Response.State.PARTIAL:
        raise Refused(_("These answers were sent already. Thank you."))
    response.answers, response.page, response.saved_on = dict(answers), page, local_day(at)
    response.language = coming.language
    response.resume_hash = resume_hash(coming.wave.pk, resume_code(coming.uid))
    response.save(update_fields=["answers", "page", "saved_on", "language", "resume_hash"])
    return response


@transaction.atomic
def attach(coming: Coming, column: str, file: File[bytes], *, at: datetime) -> Response:
    """Keep a file as the answer to a question; never of an anonymous survey."""
    if coming.is_anonymous:
        raise Refused(_("This survey is anonymous and takes no files."))
    response = save(coming, begun(coming), page="", at=at)
    attached = attachments.attach(response, file, by=None, at=at)
    response.answers[column] = [attached.pk]
    response.save(update_fields=["answers"])
    return response


def begun(coming: Coming) -> dict[str, Any]:
    """Return the answers so far."""
    response = selectors.response_of(coming.wave, coming.uid)
    return dict(response.answers) if response else {}


# Sending


def submit(
    coming: Coming, answers: Answers, *, at: datetime, submitted_on: date | None = None
) -> Response:
    """Take a finished response (ส่งคำตอบ): once for a uid, once for an invitation, never beyond a quota.

    A second call with the same uid returns the first one's response. `submitted_on` is the day that a file or
    sheet states. Raises `Unfit` where an answer is missing or wrong, `Refused` when it cannot be taken.
    """
    if coming.invitation is None or not coming.is_anonymous:
        return complete(coming, answers, at=at, submitted_on=submitted_on)
    with locks.exclusive(LOCK_SPACE, coming.invitation.pk) as is_mine:
        if not is_mine:
            raise Refused(_("Your answers are just being sent. Please wait a moment."))
        return complete_unlinked(coming, coming.invitation, answers, at=at)


def complete_unlinked(
    coming: Coming, invitation: Invitation, answers: Answers, *, at: datetime
) -> Response:
    """Store an anonymous answer, then spend its link in a statement of its own.

    Were the process killed in between, the answer is there and the same form, sent again, spends the link.
    """
    sent = selectors.response_of(coming.wave, coming.uid)
    is_sent = sent is not None and sent.state != Response.State.PARTIAL
    if not is_sent and Invitation.objects.filter(pk=invitation.pk, is_spent=True).exists():
        raise spent()
    response = complete(coming, answers, at=at)
    Invitation.objects.filter(pk=invitation.pk, is_spent=False).update(
        is_spent=True, remind_at=None
    )
    return response


@transaction.atomic
def complete(
    coming: Coming, answers: Answers, *, at: datetime, submitted_on: date | None = None
) -> Response:
    """Store the finished response and count it."""
    response = hold(coming, at=at)
    if response.state != Response.State.PARTIAL:
        return response
    refuse_out_of_time(coming, at=at)
    document = selectors.document_of(coming.wave, response.version)
    if coming.mode == Mode.PAPER:
        document = document.optional()
    problems = check(document, answers)
    if problems:
        raise Unfit(problems)
    full = fill_quotas(coming.wave, answers)
    response.state = Response.State.SCREENED if full else Response.State.COMPLETE
    response.ended_reason = f"{full.column}={full.value}"[:300] if full else ""
    response.answers, response.page, response.language = dict(answers), "", coming.language
    response.saved_on = response.submitted_on = submitted_on or local_day(at)
    response.submitted_at = None if response.is_anonymous else at
    response.resume_hash = None
    response.save(
        update_fields=[
            *("state", "ended_reason", "answers", "page", "language", "saved_on"),
            *("submitted_on", "submitted_at", "resume_hash"),
        ]
    )
    if response.invitation_id:
        Invitation.objects.filter(pk=response.invitation_id).update(
            is_spent=True, spent_at=at, remind_at=None
        )
    if response.state == Response.State.COMPLETE:
        followups.open_if_dissatisfied(response, at=at)
    return response


@transaction.atomic
def screen_out(coming: Coming, answers: Answers, *, at: datetime) -> Quota | None:
    """End an answering early whose quota is full already, and say which; None where there is room."""
    fitting = selectors.quotas_of(coming.wave, answers)
    full = next((quota for quota in fitting if quota.filled_count >= quota.limit), None)
    if full is None:
        return None
    response = hold(coming, at=at)
    if response.state != Response.State.PARTIAL:
        return None
    response.state, response.ended_reason = Response.State.SCREENED, f"{full.column}={full.value}"
    response.answers, response.resume_hash = dict(answers), None
    response.submitted_on = response.saved_on = local_day(at)
    response.submitted_at = None if response.is_anonymous else at
    response.save(
        update_fields=[
            *("state", "ended_reason", "answers", "resume_hash", "submitted_on"),
            *("saved_on", "submitted_at"),
        ]
    )
    return full


@transaction.atomic
def void(response: Response, *, reason: str, by: Staff, at: datetime) -> Response:
    """Take a response out of the count (ไม่นับคำตอบ), with a reason; its place in the quotas is free again."""
    response = (
        Response.objects.select_for_update(of=("self",)).select_related("wave").get(pk=response.pk)
    )
    if response.state == Response.State.VOID:
        raise Refused(_("This response is void already."))
    if response.state == Response.State.COMPLETE:
        for quota in selectors.quotas_of(response.wave, response.answers):
            Quota.objects.filter(pk=quota.pk, filled_count__gt=0).update(
                filled_count=F("filled_count") - 1
            )
    response.state, response.ended_reason, response.resume_hash = (
        Response.State.VOID,
        reason[:300],
        None,
    )
    response.save(update_fields=["state", "ended_reason", "resume_hash"])
    audit.record(response, "voided", by=by, at=at, reason=reason)
    return response


# Rules


def refuse_out_of_time(coming: Coming, *, at: datetime) -> None:
    """Refuse what comes before the opening or after the stated instant; sheets and files may come later."""
    wave = Wave.objects.get(pk=coming.wave.pk)
    if coming.mode in AFTER_THE_FIELD and wave.state != Wave.State.DRAFT:
        return
    if not wave.is_taking(at):
        raise Refused(_("This survey does not take answers now."))


def spent() -> Refused:
    """The sentence for a link that was used."""
    return Refused(_("This link was used already. Each invitation is answered once."))


def hold(coming: Coming, *, at: datetime) -> Response:
    """Lock the response of this uid, begun now if it was not there."""
    mine = Response.objects.select_for_update(of=("self",)).select_related("version")
    mine = mine.filter(wave=coming.wave, uid=coming.uid)
    response = mine.first()
    if response is not None:
        return response
    if coming.invitation is not None and not coming.is_anonymous:
        Invitation.objects.select_for_update().get(pk=coming.invitation.pk)
    Response.objects.bulk_create([blank(coming, at=at)], ignore_conflicts=True)
    response = mine.first()
    if response is None:
        raise (
            spent()
            if coming.invitation
            else Refused(
                _("There is a response with the number %(number)s already.")
                % {"number": coming.reference}
            )
        )
    return response


def blank(coming: Coming, *, at: datetime) -> Response:
    """Return a response as it begins; of an anonymous survey without person, link, weight or instant."""
    linked: dict[str, Any] = {}
    if not coming.is_anonymous:
        invitation = coming.invitation
        linked = {
            "invitation": invitation,
            "person": coming.person or (invitation.person if invitation else None),
            "started_at": at,
        }
    return Response(
        wave=coming.wave,
        version=coming.version or coming.wave.version,
        uid=coming.uid,
        mode=coming.mode,
        language=coming.language,
        is_anonymous=coming.is_anonymous,
        service=coming.service,
        reference=coming.reference,
        keyed_by=coming.keyed_by,
        saved_on=local_day(at),
        **linked,
        **placed(coming),
    )


def placed(coming: Coming) -> dict[str, Any]:
    """Return stratum, unit and weight; of an anonymous invitation only what enough others share."""
    invitation = coming.invitation
    if invitation is None:
        return {"stratum": coming.stratum, "unit": coming.unit, "weight": coming.weight}
    known = {name: getattr(invitation, name) for name in OF_INVITATION}
    if not coming.is_anonymous:
        return {**known, "weight": invitation.weight}
    alike = Invitation.objects.filter(wave=coming.wave, **known)
    enough = coming.wave.smallest_cell
    return known if alike.order_by().values("pk")[:enough].count() >= enough else {}


def fill_quotas(wave: Wave, answers: Answers) -> Quota | None:
    """Count the response in every quota it falls into, or in none: then return the one that is full."""
    with transaction.atomic():
        for quota in selectors.quotas_of(wave, answers):
            room = Quota.objects.filter(pk=quota.pk, filled_count__lt=F("limit"))
            if not room.update(filled_count=F("filled_count") + 1):
                transaction.set_rollback(True)
                return quota
    return None


def blur(wave: Wave) -> int:
    """Write the rows of an anonymous wave anew, in any order, so that no transaction number joins a link to its answer."""
    if not wave.survey.is_anonymous:
        return 0
    touched = 0
    for rows, name in ((wave.responses, "mode"), (wave.invitations, "way")):
        pks = list(rows.order_by().values_list("pk", flat=True))
        random.shuffle(pks)
        with transaction.atomic():
            for start in range(0, len(pks), 1000):
                touched += rows.filter(pk__in=pks[start : start + 1000]).update(**{name: F(name)})
    return touched

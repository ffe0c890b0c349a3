"""What the database itself never lets happen to a survey."""

import pytest
from django.db import Error, IntegrityError, transaction

from agency.models import Role
from surveys.models import Invitation, Response, Survey, Wave
from surveys.rendering import Document
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.surveys import (
    DOCUMENT,
    NOW,
    InvitationFactory,
    QuotaFactory,
    ResponseFactory,
    SurveyFactory,
    VersionFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db


def test_published_version_is_never_changed_nor_deleted():
    version = VersionFactory.create()

    version.document = {**DOCUMENT, "survey": "other"}
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        version.save(update_fields=["document"])
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        version.delete()


def test_anonymity_is_fixed_with_the_first_answer():
    wave = WaveFactory.create()
    survey = wave.survey
    for is_anonymous in (True, False):
        survey.is_anonymous = is_anonymous
        survey.save(update_fields=["is_anonymous"])
    ResponseFactory.create(wave=wave)

    survey.is_anonymous = True
    with pytest.raises(Error, match="after the first answer"), transaction.atomic():
        survey.save(update_fields=["is_anonymous"])


def test_anonymous_response_keeps_no_link_and_no_instant():
    wave = WaveFactory.create(version__survey__is_anonymous=True)
    invitation = InvitationFactory.create(wave=wave)
    response = ResponseFactory.create(wave=wave)

    for link in (
        {"invitation": invitation},
        {"submitted_at": NOW},
        {"started_at": NOW},
        {"resume_hash": b"x"},
    ):
        with pytest.raises(IntegrityError, match="anonymous"), transaction.atomic():
            Response.objects.filter(pk=response.pk).update(**link)
    with pytest.raises(IntegrityError, match="spent_when_told"), transaction.atomic():
        Invitation.objects.update(is_spent=True, spent_at=NOW)


def test_one_response_a_uid_and_an_invitation():
    response = ResponseFactory.create(invitation=None)
    invitation = InvitationFactory.create(wave=response.wave)
    ResponseFactory.create(wave=response.wave, invitation=invitation)

    with pytest.raises(IntegrityError, match="uid_once"), transaction.atomic():
        ResponseFactory.create(wave=response.wave, uid=response.uid)
    with pytest.raises(IntegrityError, match="one_an_invitation"), transaction.atomic():
        ResponseFactory.create(wave=response.wave, invitation=invitation)


def test_quota_is_never_exceeded():
    quota = QuotaFactory.create(filled_count=1)

    quota.filled_count = 2
    with pytest.raises(IntegrityError, match="never_exceeded"), transaction.atomic():
        quota.save(update_fields=["filled_count"])


def test_surveys_are_seen_by_own_units_shared_units_and_nobody_else():
    root = UnitFactory.create()
    here, beside = UnitFactory.create(parent=root), UnitFactory.create(parent=root)
    wave = WaveFactory.create(version__survey=SurveyFactory.create(unit=here))
    bank = SurveyFactory.create(unit=root, is_bank=True)

    def seen(unit, roles=(Role.OFFICER,)):
        staff = StaffFactory.create(unit=unit, roles=list(roles))
        waves = list(Wave.objects.visible_to(staff))
        return set(Survey.objects.visible_to(staff)) - {bank}, waves

    assert seen(here) == seen(root) == ({wave.survey}, [wave])
    assert seen(beside) == (set(), [])
    assert seen(here, ()) == (set(), [])
    wave.survey.shared_with.add(beside)
    assert seen(beside) == ({wave.survey}, [wave])


def test_document_names_its_columns():
    document = Document.read(DOCUMENT)

    assert [column.code for column in document.columns()] == [
        "channel",
        "channel_other",
        "overall",
        "why",
        "parts_steps",
        "parts_staff",
        "recommend",
        "comment",
    ]
    assert [column.dimension for column in document.columns()][2:6] == [
        "overall",
        "dissatisfaction",
        "process",
        "staff",
    ]
    assert document.is_english()

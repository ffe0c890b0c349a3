"""The factsheet: one page in both languages, frozen once published, corrected by another version."""

import io

import pikepdf
import pytest
from django.db import Error, transaction
from django.urls import reverse

from agency.models import Role
from surveys import lifecycle
from surveys.lifecycle import snapshots
from surveys.models import Factsheet
from tests.factories.agency import StaffFactory
from tests.factories.surveys import NOW, ResponseFactory, WaveFactory

pytestmark = pytest.mark.django_db
NOTHING = {"correction_th": "", "correction_en": ""}


@pytest.fixture
def wave():
    """A wave that twelve answered by an open link."""
    wave = WaveFactory.create()
    ResponseFactory.create_batch(9, wave=wave)
    ResponseFactory.create_batch(3, wave=wave, answers={"channel": "online", "overall": 2})
    snapshots.build(wave, at=NOW)
    return wave


def test_a_convenience_sample_speaks_of_those_who_answered(wave):
    sheet = lifecycle.draw_up(wave, by=wave.responsible, at=NOW)

    assert sheet.document["en"]["headline"] == "75.0 percent of those who answered are satisfied"
    assert sheet.document["en"]["likely"] == []


def test_published_is_frozen_and_corrected_by_a_later_version(wave):
    by = wave.responsible
    first = lifecycle.draw_up(wave, by=by, at=NOW)
    again = lifecycle.draw_up(wave, by=by, at=NOW)
    assert (first.pk, again.version) == (again.pk, 1)
    lifecycle.publish_factsheet(again, **NOTHING, by=by, at=NOW)

    second = lifecycle.draw_up(wave, by=by, at=NOW)
    with pytest.raises(lifecycle.Refused):
        lifecycle.publish_factsheet(second, **NOTHING, by=by, at=NOW)
    with pytest.raises(lifecycle.Refused):
        lifecycle.publish_factsheet(again, **NOTHING, by=by, at=NOW)
    notice = {"correction_th": "แก้จำนวนผู้ตอบ", "correction_en": ""}
    lifecycle.publish_factsheet(second, **notice, by=by, at=NOW)

    states = Factsheet.objects.order_by("version").values_list("state", flat=True)
    assert list(states) == ["replaced", "published"]
    with pytest.raises(Error), transaction.atomic():
        Factsheet.objects.filter(pk=second.pk).update(document={})


def test_few_answers_make_no_factsheet():
    wave = WaveFactory.create()
    ResponseFactory.create_batch(9, wave=wave)
    snapshots.build(wave, at=NOW)

    with pytest.raises(lifecycle.Refused):
        lifecycle.draw_up(wave, by=wave.responsible, at=NOW)


def test_the_public_reads_only_what_is_published_as_page_and_one_page_pdf(client, wave):
    page = reverse("surveys:factsheet_public", args=[wave.code])
    pdf = reverse("surveys:factsheet_public_pdf", args=[wave.code])
    sheet = lifecycle.draw_up(wave, by=wave.responsible, at=NOW)
    assert client.get(page).status_code == 404

    lifecycle.publish_factsheet(sheet, **NOTHING, by=wave.responsible, at=NOW)

    assert "75.0" in client.get(page).text
    for language in ("th", "en"):
        with pikepdf.open(io.BytesIO(client.get(f"{pdf}?in={language}").content)) as found:
            assert len(found.pages) == 1


def test_only_leaders_publish(client, wave):
    lifecycle.draw_up(wave, by=wave.responsible, at=NOW)
    url = reverse("surveys:factsheet_publish", args=[wave.pk])

    client.force_login(StaffFactory.create(unit=wave.survey.unit, roles=[Role.OFFICER]))
    assert client.post(url).status_code == 403
    client.force_login(StaffFactory.create(unit=wave.survey.unit, roles=[Role.EXECUTIVE]))
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    client.force_login(StaffFactory.create(roles=[Role.EXECUTIVE]))
    assert client.post(url).status_code == 404

"""Totals of the population change the weights; notes stand under their result with name and day."""

import pytest
import time_machine

from agency.models import AuditEntry
from agency.refusal import Refused
from surveys import lifecycle
from surveys.lifecycle import snapshots
from surveys.lifecycle.notes import set_margins, write_note
from surveys.models import Margin, ResultNote, Wave
from surveys.selectors.results import results_of
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.surveys import NOW, ResponseFactory, SurveyFactory, WaveFactory

pytestmark = pytest.mark.django_db
HALF = {"channel": {"counter": 500, "online": 500, "else": 0}}


@pytest.fixture
def officer(client):
    staff = StaffFactory.create()
    client.force_login(staff)
    return staff


@pytest.fixture
def wave(officer):
    made = WaveFactory.create(
        version__survey=SurveyFactory.create(unit=officer.unit),
        smallest_cell=5,
        is_probability=True,
    )
    for channel, score, count in (("counter", 5, 15), ("online", 1, 5)):
        told = {"channel": channel, "overall": score}
        ResponseFactory.create_batch(count, wave=made, answers=told)
    snapshots.build(made, at=NOW)
    return made


def mean_of(wave):
    return round(results_of(Wave.objects.get(pk=wave.pk)).headline["mean"]["value"], 3)


def test_weights_are_raked_to_the_totals_and_back(wave, officer):
    plain = mean_of(wave)
    set_margins(wave, margins=HALF, by=officer, at=NOW)
    raked = mean_of(wave)
    lifecycle.close_wave(wave, by=officer, at=NOW)
    kept = Margin.objects.count()
    set_margins(wave, margins={}, by=officer, at=NOW)

    assert (plain, raked, mean_of(wave)) == (4.0, 3.0, 4.0)
    assert (kept, Margin.objects.count()) == (2, 0)
    assert AuditEntry.objects.filter(verb="margins_set").count() == 2


def test_totals_that_are_not_whole_or_not_of_one_population_are_refused(wave, officer, english):
    two = {**HALF, "overall": {}}
    for wrong, words in (
        ({"channel": {"counter": 5}}, "every choice"),
        ({"channel": {"counter": 5, "online": 0, "else": 0}}, "at least two"),
        (two, "every choice"),
    ):
        with pytest.raises(Refused, match=words):
            set_margins(wave, margins=wrong, by=officer, at=NOW)


def test_changed_wave_keeps_its_totals(wave, officer):
    set_margins(wave, margins=HALF, by=officer, at=NOW)
    Wave.objects.filter(pk=wave.pk).update(state="draft", opened_at=None)

    lifecycle.change_wave(wave, version=wave.version, by=officer, at=NOW, code="other-1")

    assert Margin.objects.filter(wave=wave).count() == 2


@time_machine.travel(NOW, tick=False)
def test_form_takes_a_question_whole_or_not_at_all(client, wave, officer):
    page = f"/surveys/waves/{wave.pk}/margins/"

    partly = client.post(page, {"channel.counter": "500"})
    client.post(page, {"channel.counter": "500", "channel.online": "500", "channel.else": "0"})
    again = client.get(page)

    assert sorted(partly.context["form"].errors) == ["channel.else", "channel.online"]
    assert Wave.objects.get(pk=wave.pk).weighting == "rake"
    assert again.context["form"]["channel.else"].value() == 0


@time_machine.travel(NOW, tick=False)
def test_notes_stand_under_their_result_with_name_and_day(client, wave, officer, english):
    officer.language = "en"
    officer.save(update_fields=["language"])
    page = f"/waves/{wave.pk}/results/notes/"

    client.post(page, {"about": "overall", "text_th": "น้ำท่วม", "text_en": "Floods"})
    wrong = client.post(page, {"about": "moon", "text_th": "ก"})
    questions = client.get(f"/waves/{wave.pk}/results/questions/").content.decode()
    overview = client.get(f"/waves/{wave.pk}/results/").content.decode()

    note = ResultNote.objects.get()
    assert (note.by, note.at, list(wrong.context["form"].errors)) == (officer, NOW, ["about"])
    assert [text.count("Floods") for text in (questions, overview)] == [1, 1]
    with pytest.raises(Refused, match="Choose the result"):
        write_note(wave, about="x", text_th="ก", by=officer, at=NOW)
    client.post(f"{page}{note.pk}/remove/")
    assert list(
        AuditEntry.objects.filter(verb__startswith="note").values_list("verb", flat=True)
    ) == [
        "note_removed",
        "note_written",
    ]
    assert not ResultNote.objects.exists()


def test_readers_write_nothing_and_strangers_see_nothing(client, wave, officer):
    pages = [f"/surveys/waves/{wave.pk}/margins/", f"/waves/{wave.pk}/results/notes/"]
    found = {}
    for name, staff in (
        ("auditor", StaffFactory.create(unit=officer.unit, roles=["auditor"])),
        ("stranger", StaffFactory.create(unit=UnitFactory.create())),
    ):
        client.force_login(staff)
        found[name] = [client.get(page).status_code for page in pages]

    assert found == {"auditor": [403, 403], "stranger": [404, 404]}

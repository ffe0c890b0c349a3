"""The pages of the models of text, and what the inbox shows of their suggestions."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from agency.models import Role
from listening.models import Kind, TextModel, Voice
from tests.factories.agency import StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.listening import NOW, SuggestionFactory, TextModelFactory, VoiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

State = TextModel.State


@pytest.fixture
def unit():
    """A unit with a working calendar."""
    cache.clear()
    ThaiCalendarFactory()
    return UnitFactory()


@pytest.fixture
def officer(client, unit):
    """An officer, logged in."""
    person = StaffFactory(unit=unit, language="en")
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


@pytest.fixture
def admin(client, unit):
    """An administrator, logged in."""
    person = StaffFactory(unit=unit, roles=[Role.ADMIN], language="en")
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


@pytest.mark.parametrize("item_count", [1, 3])
def test_models_cost_the_same_for_any_number(
    client, officer, django_assert_num_queries, item_count
):
    for _turn in range(item_count - 1):
        TextModelFactory(state=State.RESERVE)
    TextModelFactory()
    client.get(reverse("listening:models"))

    with django_assert_num_queries(6):
        response = client.get(reverse("listening:models"))

    assert len(response.context["page"].rows) == item_count


def test_without_models_the_page_says_how_many_texts_are_missing(client, officer):
    page = client.get(reverse("listening:models")).content.decode()

    assert page.count("No model yet: 200 classified texts are missing.") == 6


def test_the_card_shows_figures_and_the_table_of_what_was_taken_for_what(client, officer):
    model = TextModelFactory()

    response = client.get(model.get_absolute_url())

    shown = response.context["page"]
    assert [(line.name, line.cells, line.count) for line in shown.lines] == [
        ("Complaint", [(40, True), (10, False)], 50),
        ("Compliment", [(10, False), (40, True)], 50),
    ]
    assert (shown.accuracy, shown.fills, shown.left_out) == ("80.0 %", True, ["Question"])
    assert not shown.may_switch_off


def test_an_administrator_switches_off_and_takes_back(client, admin):
    model = TextModelFactory()
    address = reverse("listening:model_step", args=[model.pk, "switch-off"])

    client.post(address)
    again = client.post(address, follow=True)

    model.refresh_from_db()
    assert (model.state, model.state_by) == (State.OFF, admin)
    assert "This model is not in use." in again.content.decode()


def test_others_neither_switch_nor_does_anything_else_exist(client, officer):
    model = TextModelFactory()

    assert client.post(reverse("listening:model_step", args=[model.pk, "use"])).status_code == 403
    assert client.get(reverse("listening:model_step", args=[model.pk, "use"])).status_code == 405
    assert client.post(reverse("listening:model_step", args=[model.pk, "burn"])).status_code == 404
    assert client.get(reverse("listening:model", args=[model.pk + 1])).status_code == 404


def test_the_inbox_says_what_the_machine_thinks_and_how_sure_it_is(client, officer):
    voice = VoiceFactory(unit=officer.unit)
    SuggestionFactory(voice=voice, probability="0.8200")

    response = client.get(reverse("listening:inbox"))

    assert response.context["guesses"] == {voice.pk: "perhaps Complaint (fairly sure)"}
    assert "perhaps Complaint (fairly sure)" in response.content.decode()


def test_one_key_accepts_all_that_is_suggested(client, officer):
    voice = VoiceFactory(unit=officer.unit)
    SuggestionFactory(voice=voice, value=Kind.COMPLIMENT)
    SuggestionFactory(voice=voice, label="sentiment", value="positive")
    response = client.get(voice.get_absolute_url())
    accepting = response.context["accepting"]

    client.post(
        reverse("listening:step", args=[voice.pk, "triage"]),
        {**accepting, "version": voice.version},
    )

    voice = Voice.objects.get()
    assert 'data-key="y"' in response.content.decode()
    assert (voice.kind, voice.sentiment, voice.urgency) == ("compliment", "positive", "normal")
    assert all(each.chosen == each.value for each in voice.suggestions.all())


def test_a_voice_without_a_suggestion_says_so(client, officer):
    voice = VoiceFactory(unit=officer.unit)
    seen = VoiceFactory(unit=officer.unit, suggested_at=NOW)

    first = client.get(voice.get_absolute_url())
    second = client.get(seen.get_absolute_url())

    assert first.context["accepting"] is None
    assert "No suggestion yet" in first.content.decode()
    assert "suggest nothing" in second.content.decode()

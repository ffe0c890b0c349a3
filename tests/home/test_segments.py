"""The customer groups: who was heard enough, and one on a page, with small cells hidden."""

import pytest
import time_machine
from django.utils import translation

from agency.models import Segment
from pmqa.home import segments
from tests.factories.agency import (
    ChannelFactory,
    SegmentFactory,
    ServiceFactory,
    StaffFactory,
    UnitFactory,
)
from tests.factories.complaints import received
from tests.factories.listening import NOW, NeedFactory, TopicFactory, VoiceFactory
from tests.factories.surveys import DOCUMENT, ResponseFactory, VersionFactory, WaveFactory

pytestmark = pytest.mark.django_db
SPAN = segments.span_of(2570)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit():
    Segment.objects.all().delete()
    return UnitFactory(parent=None, name_en="The office")


@pytest.fixture
def officer(unit):
    return StaffFactory(unit=unit, language="en")


@pytest.fixture
def firms(unit):
    return SegmentFactory(code="firms", name_en="Firms")


def question(code, *options):
    """Return a question about who answers."""
    choices = [{"code": each, "text": {"th": each, "en": each.upper()}} for each in options]
    return {
        "code": code,
        "type": "single",
        "dimension": "about",
        "text": {"th": code, "en": code},
        "options": choices,
    }


def wave_of(unit):
    """Return a wave that asks for segment and age."""
    first, *others = DOCUMENT["sections"]
    asked = [question("segment", "firms", "clubs"), question("age", "young", "old")]
    document = {
        **DOCUMENT,
        "sections": [{**first, "questions": [*first["questions"], *asked]}, *others],
    }
    return WaveFactory(version=VersionFactory(document=document, survey__unit=unit))


def say(wave, times, *, unit, segment="firms", age="young", overall=4):
    """Let several people answer alike."""
    answers = {"overall": overall, "segment": segment, "age": age}
    for _each in range(times):
        ResponseFactory(wave=wave, version=wave.version, unit=unit, answers=answers)


def speak(times, *, unit, segment, **facts):
    """Write several voices."""
    return [VoiceFactory(unit=unit, segment=segment, **facts) for _each in range(times)]


# The list


def test_list_tells_who_was_heard_enough_and_hides_few(client, unit, officer, firms):
    clubs, silent = SegmentFactory(code="clubs"), SegmentFactory(code="silent")
    wave = wave_of(unit)
    speak(18, unit=unit, segment=firms)
    say(wave, 12, unit=unit)
    speak(9, unit=unit, segment=clubs)
    speak(40, unit=UnitFactory(parent=None), segment=silent)
    SegmentFactory(code="gone", is_active=False)
    client.force_login(officer)

    lines = client.get("/home/segments/").context["lines"]

    told = {
        line.segment.code: (line.voices, line.responses, line.is_covered, line.lacks)
        for line in lines
    }
    assert told == {
        "firms": (18, 12, True, 0),
        "clubs": (None, 0, False, None),
        "silent": (0, 0, False, 30),
    }
    assert all(
        line.voices == 0 for line in client.get("/home/segments/?year=2569").context["lines"]
    )


@pytest.mark.parametrize("item_count", [1, 3])
def test_pages_ask_few_questions(client, unit, officer, item_count, django_assert_num_queries):
    made = [SegmentFactory(code=f"s{number}") for number in range(item_count)]
    wave = wave_of(unit)
    for segment in made:
        speak(12, unit=unit, segment=segment, province="10")
        say(wave, 12, unit=unit, segment=segment.code)
        ServiceFactory(unit=unit).segments.add(segment)
        NeedFactory(unit=unit, segment=segment)
    client.force_login(officer)
    client.get("/home/segments/")

    with django_assert_num_queries(8):
        client.get("/home/segments/")
    with django_assert_num_queries(12):
        client.get(f"/home/segments/{made[0].code}/")


def test_no_segment_says_what_to_do(client, officer):
    client.force_login(officer)

    assert "An administrator adds them" in client.get("/home/segments/").content.decode()


@pytest.mark.parametrize(("role", "status"), [("officer", 200), ("auditor", 200), ("admin", 403)])
def test_who_may_look(client, unit, firms, role, status):
    client.force_login(StaffFactory(unit=unit, roles=[role]))

    assert client.get("/home/segments/").status_code == status
    assert client.get("/home/segments/firms/").status_code == status


def test_what_is_not_in_use_is_not_there(client, officer):
    SegmentFactory(code="gone", is_active=False)
    client.force_login(officer)

    assert client.get("/home/segments/gone/").status_code == 404
    assert client.get("/home/segments/never/").status_code == 404


# The card


def test_card_joins_what_the_rooms_know(unit, officer, firms):
    office, line = (ChannelFactory(name_en=name) for name in ("Office", "Line"))
    queue, staff = (TopicFactory(name_en=name) for name in ("Queues", "Staff"))
    service = ServiceFactory(name_en="Permits", unit=unit)
    service.segments.add(firms)
    who = {"unit": unit, "segment": firms}
    heard = {"triaged_at": NOW, "status": "triaged", **who}
    speak(14, kind="complaint", topic=queue, channel=office, masked_body="โทร ***", **heard)
    speak(11, kind="compliment", topic=staff, channel=line, service=service, **heard)
    speak(3, kind="suggestion", topic=staff, channel=ChannelFactory(), **heard)
    wave = wave_of(unit)
    say(wave, 30, unit=unit, overall=5)
    say(wave, 10, unit=unit, age="old", overall=2)
    say(wave, 20, unit=unit, segment="clubs", overall=1)
    weak, strong = (NeedFactory(**who, strength=strength) for strength in (1, 5))
    NeedFactory(**who, state="met")
    NeedFactory(unit=UnitFactory(parent=None), segment=firms)

    with translation.override("en"):
        card = segments.card(officer, firms, span=SPAN)

    assert (card.voices, card.complaints, card.responses) == (28, 0, 40)
    assert (card.satisfaction, card.satisfied, card.scored) == (85.0, 75.0, 40)
    assert [(each.name, each.n, each.percent) for each in card.ages] == [
        ("YOUNG", 30, 75),
        ("OLD", 10, 25),
    ]
    assert [(each.name, each.n) for each in card.channels] == [
        ("Office", 14)
    ]  # Line would tell the 3
    assert [(each.name, each.n) for each in card.hurts] == [("Queues", 14)]
    assert [(each.name, each.n) for each in card.praised] == [("Staff", 11)]
    assert [(each.name, each.n) for each in card.services] == [("Permits", 11)]
    assert card.quotes["complaint"] == ["โทร ***"] * 3
    assert list(card.needs) == [strong, weak]
    assert list(card.catalogue) == [service]
    assert card.grid.ages == ["YOUNG", "OLD"]
    assert [(cell.n, cell.percent) for cell in card.grid.rows[0][1]] == [(30, 100.0), (10, 40.0)]


def test_small_cells_and_what_would_give_them_away_are_hidden(unit, officer, firms):
    speak(25, unit=unit, segment=firms, province="10")
    speak(4, unit=unit, segment=firms, province="50")
    speak(12, unit=unit, segment=firms, province="40")
    for _each in range(15):
        received(unit=unit, segment=firms, province="10")
    wave, branch = wave_of(unit), UnitFactory(parent=unit, name_en="Branch")
    say(wave, 30, unit=unit)
    say(wave, 20, unit=unit, age="old")
    say(wave, 30, unit=branch)
    say(wave, 3, unit=branch, age="old")

    with translation.override("en"):
        card = segments.card(officer, firms, span=SPAN)

    assert [(each.name, each.voices, each.complaints) for each in card.places] == [
        ("Bangkok", 25, 15),
        ("Khon Kaen", None, None),
        ("Chiang Mai", None, None),
    ]
    assert all(cell.is_hidden for _unit, cells in card.grid.rows for cell in cells) or (
        not card.grid.rows
    )


def test_few_people_are_told_of_in_no_way(client, unit, officer, firms):
    heard = {"triaged_at": NOW, "status": "triaged", "kind": "compliment"}
    speak(9, unit=unit, segment=firms, masked_body="only we know", **heard)
    client.force_login(officer)

    response = client.get("/home/segments/firms/")

    card = response.context["card"]
    assert (card.voices, card.is_known, card.quotes) == (None, False, {})
    assert "only we know" not in response.content.decode()


def test_restricted_cases_and_other_units_do_not_count(unit, officer, firms):
    for _each in range(12):
        received(unit=unit, segment=firms)
    assert received(unit=unit, segment=firms, kind="corruption").is_restricted
    received(unit=UnitFactory(parent=None), segment=firms)
    speak(12, unit=UnitFactory(parent=None), segment=firms)

    card = segments.card(officer, firms, span=SPAN)

    assert (card.complaints, card.voices) == (12, 0)

"""Analyses of voices: what is counted, for whom, and that every figure opens the voices it counts."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from agency.models import Role
from listening.models import Sentiment
from listening.selectors.moods import moods
from listening.selectors.over_time import Span, over_time, spans_of
from listening.selectors.slices import Slice, topics
from listening.text.context import contexts
from tests.factories.agency import ServiceFactory, StaffFactory, UnitFactory
from tests.factories.listening import TaxonomyFactory, TopicFactory, VoiceFactory

OCTOBER = Slice(first_on=date(2026, 10, 1), last_on=date(2026, 10, 31))
TODAY = timezone.now()
PAGES = ["analysis", "analysis_moods", "analysis_words", "analysis_voices"]


def on(month, day, hour=3):
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def reader():
    """An officer of a unit."""
    return StaffFactory(unit=UnitFactory(), language="en")


@pytest.fixture
def logged_in(reader, client):
    """The officer, logged in, in English."""
    client.force_login(reader)
    client.cookies["django_language"] = "en"
    return reader


def words(response):
    return unescape(response.content.decode())


# --- slices and topics over time


@pytest.mark.parametrize(
    ("first", "last", "step", "firsts"),
    [
        (date(2026, 10, 5), date(2026, 10, 7), "day", [5, 6, 7]),
        (date(2026, 10, 7), date(2026, 10, 20), "week", [7, 12, 19]),
        (date(2026, 10, 15), date(2026, 12, 2), "month", [15, 1, 1]),
    ],
)
def test_steps_are_cut_at_the_ends(first, last, step, firsts):
    spans = spans_of(Slice(first_on=first, last_on=last), step=step)

    assert [span.first_on.day for span in spans] == firsts
    assert (spans[0].first_on, spans[-1].last_on) == (first, last)


@pytest.mark.django_db
def test_topics_are_counted_by_the_bangkok_day(reader):
    topic = TopicFactory(code="roads")
    last_of_september = datetime(2026, 9, 30, 16, 59, tzinfo=UTC)
    first_of_october = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
    for at in (last_of_september, first_of_october, first_of_october):
        VoiceFactory(unit=reader.unit, topic=topic, received_at=at)

    found = over_time(reader, OCTOBER, topics=topics())

    assert found.counts == {("roads", date(2026, 10, 1)): 2}
    assert found.spans[0] == Span(first_on=date(2026, 10, 1), last_on=date(2026, 10, 1))


@pytest.mark.django_db
def test_a_topic_goes_on_through_versions_of_the_list(reader):
    old = TopicFactory(
        code="roads", name_th="ถนน", taxonomy=TaxonomyFactory(number=1, is_in_use=False)
    )
    new = TopicFactory(
        code="roads", name_th="ถนนและทางเท้า", taxonomy=TaxonomyFactory(number=2, is_in_use=True)
    )
    for topic in (old, new, None):
        VoiceFactory(unit=reader.unit, topic=topic, received_at=on(10, 6))

    found = over_time(reader, OCTOBER, topics=topics())

    assert found.by_topic == {"roads": 2, "-": 1}
    assert found.names == {"roads": "ถนนและทางเท้า"}


@pytest.mark.django_db
def test_only_what_may_be_seen_is_counted(reader):
    VoiceFactory(received_at=on(10, 6))
    below = UnitFactory(parent=reader.unit)
    VoiceFactory(unit=below, received_at=on(10, 6))
    VoiceFactory(unit=reader.unit, received_at=on(10, 6))

    whole = over_time(reader, OCTOBER, topics=topics())
    part = over_time(
        reader,
        Slice(first_on=OCTOBER.first_on, last_on=OCTOBER.last_on, unit=below.pk),
        topics=topics(),
    )

    assert (whole.total, part.total) == (2, 1)


@pytest.mark.django_db
def test_a_figure_opens_the_voices_it_counts(client, logged_in):
    topic = TopicFactory(code="roads")
    for _each in range(3):
        VoiceFactory(unit=logged_in.unit, topic=topic, received_at=TODAY, triaged=True)
    VoiceFactory(unit=logged_in.unit, topic=topic, received_at=TODAY - timedelta(days=60))
    VoiceFactory(unit=logged_in.unit, received_at=TODAY)

    page = client.get(reverse("listening:analysis"), {"period": "28"})
    (bar, rest) = page.context["bars"].bars
    behind = client.get(bar.url)
    behind_rest = client.get(rest.url)

    assert (bar.value, rest.value) == (3, 1)
    assert len(behind.context["page"].rows) == 3
    assert {row.topic for row in behind.context["page"].rows} == {topic}
    assert [row.topic for row in behind_rest.context["page"].rows] == [None]


@pytest.mark.django_db
def test_a_point_of_the_chart_opens_its_step(client, logged_in):
    topic = TopicFactory(code="roads")
    for days in (0, 0, 5):
        VoiceFactory(unit=logged_in.unit, topic=topic, received_at=TODAY - timedelta(days=days))

    page = client.get(reverse("listening:analysis"), {"period": "28"})
    point = page.context["chart"].lines[0].points[-1]

    assert point.value == 2
    assert len(client.get(point.url).context["page"].rows) == 2


# --- how voices sound


@pytest.mark.django_db
def test_small_cells_are_left_out_and_intervals_stand_beside(reader):
    large, small = ServiceFactory(), ServiceFactory()
    for place in range(10):
        sentiment = Sentiment.NEGATIVE if place < 4 else Sentiment.NEUTRAL
        VoiceFactory(unit=reader.unit, service=large, sentiment=sentiment, received_at=on(10, 6))
    for _each in range(9):
        VoiceFactory(
            unit=reader.unit,
            service=small,
            sentiment=Sentiment.NEGATIVE,
            received_at=on(10, 6),
        )
    VoiceFactory(unit=reader.unit, service=large, received_at=on(10, 6))

    found = moods(reader, OCTOBER, column="service", topics=topics())

    (cell,) = found.cells
    assert (cell.key, cell.n, found.hidden, found.unjudged) == (str(large.pk), 10, 1, 1)
    assert cell.share(Sentiment.NEGATIVE) == 0.4
    assert [round(end, 3) for end in cell.interval(Sentiment.NEGATIVE)] == [0.168, 0.687]
    assert found.whole.n == 19


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["topic", "service", "segment", "province", "channel", "unit"])
def test_the_sound_page_groups_by_each_column(client, logged_in, by):
    service, topic = ServiceFactory(), TopicFactory()
    for _each in range(10):
        VoiceFactory(
            unit=logged_in.unit,
            service=service,
            topic=topic,
            province="10",
            sentiment=Sentiment.NEGATIVE,
            received_at=TODAY,
        )

    page = client.get(reverse("listening:analysis_moods"), {"period": "28", "by": by})

    counted = sum(row["n"] for row in page.context["rows"])
    assert counted == (0 if by in {"segment", "channel"} else 10)


# --- words in context


def test_a_context_is_cut_at_letters_never_at_marks():
    text = "ที่ " * 20 + "น้ำท่วม" + " สูง" * 20

    (found,) = contexts(text, "น้ำท่วม", around=10)

    assert found.word == "น้ำท่วม"
    assert found.before == " ที่ ที่ "
    assert (found.is_cut_before, found.is_cut_after) == (True, True)


@pytest.mark.parametrize(
    ("text", "word", "count"),
    [("ABC abc Abc", "abc", 3), ("ถนน", "ไฟ", 0), ("ถนน", " ", 0), ("aaaa", "aa", 2)],
)
def test_contexts_find_each_place_once(text, word, count):
    assert len(list(contexts(text, word))) == count


@pytest.mark.django_db
def test_words_stand_in_masked_text_only(client, logged_in):
    VoiceFactory(
        unit=logged_in.unit,
        body="นายสมมติ ใจดี แจ้งน้ำท่วม",
        masked_body="นาย[ชื่อ] แจ้งน้ำท่วม",
        received_at=TODAY,
    )
    VoiceFactory(body="น้ำท่วมที่อื่น", received_at=TODAY)

    shown = client.get(reverse("listening:analysis_words"), {"q": "น้ำท่วม"})
    hidden = client.get(reverse("listening:analysis_words"), {"q": "สมมติ"})

    (line,) = shown.context["found"].lines
    assert (line.context.before, line.context.word) == ("นาย[ชื่อ] แจ้ง", "น้ำท่วม")
    assert hidden.context["found"].lines == []


# --- pages


@pytest.mark.django_db
@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize(
    "page",
    [
        ("analysis", {}, 10),
        ("analysis_moods", {"by": "service"}, 11),
        ("analysis_words", {"q": "รอคิว"}, 11),
        ("analysis_voices", {}, 11),
    ],
)
def test_pages_cost_the_same_for_any_number(
    client, logged_in, django_assert_num_queries, item_count, page
):
    name, query, count = page
    topic, service = TopicFactory(), ServiceFactory()
    for _each in range(item_count):
        VoiceFactory.create_batch(
            10,
            unit=logged_in.unit,
            topic=topic,
            service=service,
            sentiment=Sentiment.NEGATIVE,
            received_at=TODAY,
        )
    query = {**query, "topic": topic.code, "unit": logged_in.unit.pk}
    client.get(reverse(f"listening:{name}"), query)

    with django_assert_num_queries(count):
        client.get(reverse(f"listening:{name}"), query)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_administrators_may_not_read(client, name):
    client.force_login(StaffFactory(roles=[Role.ADMIN]))

    assert client.get(reverse(f"listening:{name}")).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_only_read(client, logged_in, name):
    assert client.post(reverse(f"listening:{name}")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES[:3])
def test_what_cannot_be_read_is_said_and_left_out(client, logged_in, name):
    VoiceFactory(unit=logged_in.unit, topic=TopicFactory(), received_at=TODAY)

    page = client.get(reverse(f"listening:{name}"), {"period": "never", "unit": "99999"})

    assert page.status_code == 200
    assert sorted(page.context["form"].errors) == ["period", "unit"]


@pytest.mark.django_db
def test_the_empty_pages_say_what_to_do(client, logged_in):
    page = client.get(reverse("listening:analysis"))

    assert "Choose a longer period or fewer filters" in words(page)

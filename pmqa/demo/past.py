"""Three fiscal years of closed cases: more in October than in April, and answered better each year."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from agency import calendars, codes
from agency.models import Channel, Person, Role, Segment, Service, Staff, Unit
from agency.persons import PersonData
from agency.thai import BANGKOK
from complaints.lifecycle.history import MoreTime, Past, Said
from complaints.lifecycle.intake import Filing
from complaints.selectors import choices
from complaints.sla import Pause
from pmqa.demo import words
from pmqa.demo.house import SERVICES
from pmqa.demo.people import person_data
from pmqa.demo.topics import TOPICS, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from agency.workdays import WorkingCalendar

CHANNELS = {
    "website": 24,
    "phone": 20,
    "line": 15,
    "walk_in": 12,
    "app": 9,
    "email": 6,
    "facebook": 5,
    "letter": 4,
    "referral": 3,
    "mobile_unit": 2,
    "box": 1,
    "fax": 1,
}
DIGITAL = {"website", "line", "app", "email", "facebook"}
IN_TIME = (0.72, 0.81, 0.89, 0.93)
SEASON = {
    1: 1.1,
    2: 1.0,
    3: 0.95,
    4: 0.7,
    5: 1.0,
    6: 1.05,
    7: 1.1,
    8: 1.1,
    9: 1.2,
    10: 1.3,
    11: 1.15,
    12: 0.8,
}
BUSY = {"SVC-LIC": 2.5, "SVC-REG": 1.5}
STARS = ((5, 48), (4, 21), (3, 11), (2, 5), (1, 15))
RATED = 0.38


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that a case of the demo can name."""

    chance: Random
    calendar: WorkingCalendar
    units: dict[str, Unit]
    officers: dict[str, list[Staff]]
    supervisors: dict[str, Staff]
    channels: dict[str, Channel]
    services: dict[str, Service]
    segments: list[Segment]
    categories: dict[str, Any]
    grades: dict[int | None, Any]
    people: Sequence[Person]


def cast_of(units: dict[str, Unit], people: Sequence[Person], *, chance: Random) -> Cast:
    """Gather the cast out of the database."""
    staff = list(Staff.objects.active().select_related("unit").order_by("pk"))
    officers = {
        code: [each for each in staff if each.unit_id == unit.pk and each.has_role(Role.OFFICER)]
        for code, unit in units.items()
    }
    return Cast(
        chance=chance,
        calendar=calendars.working_calendar(calendars.version_for(units["DPS"])),
        units=units,
        officers=officers,
        supervisors={code: head_of(unit, staff) for code, unit in units.items()},
        channels={channel.code: channel for channel in Channel.objects.all()},
        services={service.code: service for service in Service.objects.all()},
        segments=list(Segment.objects.order_by("pk")),
        categories={category.code: category for category in choices.categories()},
        grades={grade.pk: grade for grade in choices.grades()},
        people=people,
    )


def head_of(unit: Unit, staff: Sequence[Staff]) -> Staff:
    """Return the supervisor of the unit or of the nearest one above."""
    heads = [each for each in staff if each.has_role(Role.SUPERVISOR, Role.EXECUTIVE)]
    above = [each for each in heads if unit.path.startswith(each.unit.path)]
    return max(above, key=lambda each: (len(each.unit.path), each.has_role(Role.SUPERVISOR)))


# --- what comes in ---------------------------------------------------------------------------


def filings(cast: Cast, *, first: date, last: date, a_day: float) -> Iterator[tuple[Topic, Filing]]:
    """Yield what comes in from one day to another, in order."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        today = sorted(instant_on(day, cast) for _each in range(how_many(day, cast, a_day=a_day)))
        for at in today:
            topic = chosen(TOPICS, [topic.weight for topic in TOPICS], cast.chance)
            yield topic, filing_of(topic, cast, at=at)


def how_many(day: date, cast: Cast, *, a_day: float) -> int:
    """Return how many come on a day."""
    usual = a_day * SEASON[day.month] * (1.3 if cast.calendar.is_working_day(day) else 0.35)
    return int(usual) + (cast.chance.random() < usual % 1)


def instant_on(day: date, cast: Cast) -> datetime:
    """Return an instant of a day: mostly while people are awake."""
    hour = cast.chance.choices(
        range(24), weights=[1] * 7 + [4, 8, 10, 10, 8, 6, 9, 9, 8, 6, 4, 4, 5, 5, 3, 2, 1]
    )[0]
    moment = time(hour, cast.chance.randrange(60), cast.chance.randrange(60))
    return datetime.combine(day, moment, BANGKOK).astimezone(UTC)


def chosen(things: Sequence[Topic], weights: Sequence[float], chance: Random) -> Topic:
    """Choose one by weight."""
    return chance.choices(things, cum_weights=list(accumulate(weights)))[0]


def filing_of(topic: Topic, cast: Cast, *, at: datetime) -> Filing:
    """Return what a person brings forward on a topic."""
    chance = cast.chance
    unit = cast.units[
        chance.choices(topic.units, weights=[BUSY.get(code, 1) for code in topic.units])[0]
    ]
    code = channel_code(topic, cast, at=at)
    on = at.astimezone(BANGKOK).date()
    service = chance.choice(topic.services) if topic.services else ""
    spoken = next((row[1] for row in SERVICES if row[0] == service), "บริการ")
    theme = chance.randrange(len(topic.subjects))
    gaps: dict[str, Any] = {"chance": chance, "on": on, "office": unit.name_th, "service": spoken}
    return Filing(
        kind=topic.kind,
        subject=words.filled(topic.subjects[theme], **gaps),
        body=words.body_of(topic, theme=theme, **gaps),
        wish=words.filled(chance.choice(topic.wishes), **gaps) if chance.random() < 0.7 else "",
        channel=cast.channels[code],
        category=cast.categories.get(topic.category),
        grade=cast.grades.get(chance.choice(topic.grades)),
        service=cast.services.get(service),
        segment=chance.choice(cast.segments) if chance.random() < 0.5 else None,
        occurred_on=on - timedelta(days=chance.randint(0, 20)) if chance.random() < 0.6 else None,
        place=unit.name_th if chance.random() < 0.5 else "",
        province=unit.province,
        is_anonymous=is_anonymous(topic, cast),
        is_identity_masked=topic.kind == "service" and chance.random() < 0.05,
        unit=unit,
        received_at=at,
    )


def channel_code(topic: Topic, cast: Cast, *, at: datetime) -> str:
    """Return a channel; outside working time only the digital ones are open."""
    if cast.calendar.deemed_received(at) == at:
        return cast.chance.choices(list(CHANNELS), weights=list(CHANNELS.values()))[0]
    open_still = [code for code in CHANNELS if code in DIGITAL]
    return cast.chance.choices(open_still, weights=[CHANNELS[code] for code in open_still])[0]


def is_anonymous(topic: Topic, cast: Cast) -> bool:
    """Whether the person gives no name: often in matters of corruption, seldom in others."""
    return cast.chance.random() < (0.45 if topic.kind in {"corruption", "tip_off"} else 0.03)


# --- how it went -----------------------------------------------------------------------------


def past_cases(cast: Cast, *, first: date, last: date, a_day: float, at: datetime) -> list[Past]:
    """Return closed cases received from one day to another."""
    return [
        past_of(topic, whole_working_day(filing, cast), cast, first=first, at=at)
        for topic, filing in filings(cast, first=first, last=last, a_day=a_day)
    ]


def whole_working_day(filing: Filing, cast: Cast) -> Filing:
    """Of an anonymous filing keep no instant finer than the working day."""
    if not filing.is_anonymous or filing.received_at is None:
        return filing
    deemed = cast.calendar.deemed_received(filing.received_at)
    return replace(filing, received_at=cast.calendar.opening(deemed.astimezone(BANGKOK).date()))


@dataclass
class Story:
    """One case on its way through the working days."""

    topic: Topic
    filing: Filing
    cast: Cast
    officers: Sequence[Staff]
    supervisor: Staff
    quality: float
    day: date
    last: datetime
    latest: datetime
    said: list[Said] = field(default_factory=list)
    waits: tuple[Pause, ...] = ()
    more_time: MoreTime | None = None

    @property
    def officer(self) -> Staff:
        """Who answers in the end."""
        return self.officers[-1]

    @property
    def chance(self) -> Random:
        """The seeded chance of the demo."""
        return self.cast.chance

    def after(self, days: int) -> datetime:
        """Return an instant so many working days later, always after the one before."""
        self.day = self.cast.calendar.add_working_days(self.day, days)
        moment = time(self.chance.randint(9, 15), self.chance.randrange(60))
        found = datetime.combine(self.day, moment, BANGKOK).astimezone(UTC)
        self.last = min(max(found, self.last + timedelta(minutes=7)), self.latest)
        return self.last

    def say(self, kind: str, body: str, *, days: int, is_complainant: bool = False) -> datetime:
        """Add a line to the thread so many working days later."""
        at = self.after(days)
        by = None if is_complainant else self.officer
        self.said.append(Said(kind=kind, body=body, by=by, at=at))
        return at


def past_of(topic: Topic, filing: Filing, cast: Cast, *, first: date, at: datetime) -> Past:
    """Return how one case went, from receipt to closing."""
    story = story_of(topic, filing, cast, first=first, at=at)
    late_days = 0 if cast.chance.random() < story.quality else cast.chance.randint(2, 4)
    acknowledged = story.say("acknowledgement", words.OWN_ACKNOWLEDGEMENT, days=late_days)
    assigned = story.after(0)
    work(story)
    stage1 = answer_at_first(story) if cast.chance.random() < 0.05 else None
    answer = filled(cast.chance.choice(topic.answers), story)
    answered = story.say("answer", answer, days=0)
    return Past(
        filing=filing,
        tracking_hash=codes.keyed(f"demo {filing.received_at} {filing.subject}"),
        person=None if filing.is_anonymous else chosen_person(cast),
        recorded_by=None if filing.channel.is_digital else story.officer,
        supervisor=story.supervisor,
        officers=story.officers,
        assigned_at=assigned,
        acknowledged_at=acknowledged,
        said=story.said,
        waits=story.waits,
        more_time=story.more_time,
        stage1_answered_at=stage1,
        answered_at=answered,
        closed_at=story.after(cast.chance.randint(0, 3)),
        rating=stars(cast.chance),
        **ending_of(topic, cast.chance),
    )


def story_of(topic: Topic, filing: Filing, cast: Cast, *, first: date, at: datetime) -> Story:
    """Begin a story: who works on it, and how well that year."""
    received = filing.received_at or at
    deemed = cast.calendar.deemed_received(received)
    code = filing.unit.code if filing.unit else "RTP"
    several = len(cast.officers[code]) > 1 and cast.chance.random() < 0.15
    years = (deemed.date() - first).days // 365
    return Story(
        topic=topic,
        filing=filing,
        cast=cast,
        officers=cast.chance.sample(cast.officers[code], 2 if several else 1),
        supervisor=cast.supervisors[code],
        quality=IN_TIME[min(years, len(IN_TIME) - 1)],
        day=deemed.astimezone(BANGKOK).date(),
        last=deemed,
        latest=at - timedelta(hours=2),
    )


def work(story: Story) -> None:
    """Let the days of the work pass: waiting for the person, asking for time, writing on the way."""
    chance, limit = story.chance, limit_of(story.filing)
    days = chance.randint(1, max(limit - 2, 1))
    if chance.random() > story.quality:
        days = limit + chance.randint(1, 12)
    if chance.random() < 0.16:
        ask_and_wait(story)
    if limit > 5 and chance.random() < 0.08:
        ask_for_time(story, limit)
        days = 3
    while days > 9:
        days -= 9
        is_late = chance.random() > story.quality
        story.say(
            "progress", filled(chance.choice(words.PROGRESS), story), days=12 if is_late else 9
        )
    if chance.random() < 0.2:
        story.say("note", chance.choice(words.NOTES), days=0)
    story.after(days)


def ask_and_wait(story: Story) -> None:
    """Ask the complainant and wait for the reply."""
    asked = story.say("question", story.chance.choice(words.QUESTIONS), days=1)
    reply = filled(story.chance.choice(words.REPLIES), story)
    replied = story.say("reply", reply, days=story.chance.randint(1, 6), is_complainant=True)
    story.waits = (Pause(asked, replied),)


def ask_for_time(story: Story, limit: int) -> None:
    """Ask the supervisor for more time, who grants it a day later."""
    asked = story.after(limit - 5)
    reason = story.chance.choice(words.REASONS_FOR_TIME)
    story.more_time = MoreTime(days=5, reason=reason, asked_at=asked, decided_at=story.after(1))


def answer_at_first(story: Story) -> datetime:
    """Answer at stage 1; the complainant is not content, another person looks at it again."""
    answer = filled(story.chance.choice(story.topic.answers), story)
    answered = story.say("answer", answer, days=0)
    story.say("reply", story.chance.choice(words.REASONS_FOR_STAGE2), days=1, is_complainant=True)
    story.after(story.chance.randint(3, 14))
    return answered


def filled(template: str, story: Story) -> str:
    """Fill the gaps of a piece for a story."""
    return filled_for(story.filing, template, story.cast)


def filled_for(filing: Filing, template: str, cast: Cast) -> str:
    """Fill the gaps of a piece for a filing."""
    received = filing.received_at
    return words.filled(
        template,
        chance=cast.chance,
        on=received.astimezone(BANGKOK).date() if received else date(2026, 1, 5),
        office=filing.unit.name_th if filing.unit else "",
        service=filing.service.name_th if filing.service else "บริการ",
    )


def answer_words(topic: Topic, filing: Filing, cast: Cast) -> str:
    """Return an answer to a matter."""
    return filled_for(filing, cast.chance.choice(topic.answers), cast)


def limit_of(filing: Filing) -> int:
    """Return the working days for an answer at stage 1, as the seeded standards say."""
    if filing.kind == "corruption":
        return 8
    is_small = filing.grade is not None and filing.grade.pk <= 2
    return 4 if filing.kind == "service" and is_small else 15


def ending_of(topic: Topic, chance: Random) -> dict[str, Any]:
    """Return outcome, cause and learning."""
    outcomes, weights = ("upheld", "partly", "not_upheld", "resolved"), (34, 18, 22, 26)
    outcome = chance.choices(outcomes, weights=weights)[0]
    if topic.kind in {"suggestion", "enquiry", "compliment"}:
        outcome = "resolved"
    has_cause = bool(topic.causes) and chance.random() < 0.8
    return {
        "outcome": outcome,
        "cause": chance.choice(topic.causes) if has_cause else "",
        "learning": chance.choice(topic.learnings) if has_cause and topic.learnings else "",
    }


def stars(chance: Random) -> int | None:
    """Return the rating that some complainants give."""
    if chance.random() > RATED:
        return None
    return chance.choices(
        [star for star, _share in STARS], weights=[share for _star, share in STARS]
    )[0]


def chosen_person(cast: Cast) -> Person:
    """Return a person; a few come again and again."""
    people = cast.people
    if cast.chance.random() < 0.08:
        return people[cast.chance.randrange(max(len(people) // 50, 1))]
    return cast.chance.choice(people)


def chosen_person_data(cast: Cast) -> PersonData:
    """Return a person as the form would tell of her: known by her national ID, if she gives it."""
    return person_data(cast.chance, has_id=cast.chance.random() < 0.3)

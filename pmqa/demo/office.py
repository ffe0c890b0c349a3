"""The last weeks of the demo, lived through the portal's own verbs: hence notices, letters, the board.

Everything that happens is put on an agenda and done in the order of time, with the sweep and the
outbox running in between as they would have.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from agency import letters, notices
from agency.thai import BANGKOK
from complaints import lifecycle
from complaints.lifecycle import Refused
from complaints.selectors import choices, desk
from pmqa.demo import turns, words
from pmqa.demo.past import (
    answer_words,
    chosen_person_data,
    ending_of,
    filings,
    filled_for,
    stars,
)
from pmqa.demo.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agency.models import Staff
    from complaints.lifecycle import Filing
    from pmqa.demo.past import Cast
    from pmqa.demo.topics import Topic

SWEEPS_A_DAY = (time(9, 0), time(16, 45))
FATES = {
    "prompt": 50,
    "asks": 14,
    "waits": 6,
    "extends": 8,
    "late": 8,
    "idle": 7,
    "unassigned": 4,
    "stage2": 3,
    "rejected": 3,
    "referred": 3,
    "withdrawn": 3,
    "linked": 2,
    "split": 2,
    "fan_out": 6,
}


@dataclass
class Agenda:
    """What is still to happen, by time."""

    until: datetime
    items: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    latest: dict[str, Any] = field(default_factory=dict)  # of each unit and topic, the last case

    def add(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Put something on the agenda, unless it would happen after today."""
        if at < self.until:
            heapq.heappush(self.items, (at, next(self.numbers), act))

    def live(self, *, first: datetime, progress: Progress) -> None:
        """Do everything in order; what the portal refuses simply does not happen."""
        while self.items:
            at, _number, act = heapq.heappop(self.items)
            progress.reach((at - first).days)
            try:
                act(at)
            except Refused:
                continue


@dataclass
class Matter:
    """One living case: who works on it, and where it stands on the agenda."""

    agenda: Agenda
    cast: Cast
    topic: Topic
    filing: Filing
    fate: str
    case: Any = None

    @property
    def chance(self) -> Any:
        """The seeded chance of the demo."""
        return self.cast.chance

    @property
    def code(self) -> str:
        """The code of the unit."""
        return self.filing.unit.code if self.filing.unit else "RTP"

    @property
    def boss(self) -> Staff:
        """Who assigns."""
        return self.cast.supervisors[self.code]

    def then(self, at: datetime, days: int, act: Callable[[datetime], None]) -> None:
        """Put the next step on the agenda, so many working days later in working time."""
        calendar = self.cast.calendar
        ready = calendar.deemed_received(at)
        day = calendar.add_working_days(ready.astimezone(BANGKOK).date(), days)
        moment = time(self.chance.randint(8, 15), self.chance.randint(31, 59))
        when = datetime.combine(day, moment, BANGKOK).astimezone(UTC)
        self.agenda.add(max(when, ready + timedelta(minutes=self.chance.randint(5, 40))), act)

    # Steps

    def receive(self, at: datetime) -> None:
        """Take it in, by a person or by the officer at the counter."""
        officer = self.cast.officers[self.code][0]
        by = None if self.filing.channel.is_digital else officer
        person = None if self.filing.is_anonymous else chosen_person_data(self.cast)
        filing = replace(self.filing, received_at=None, person=person, files=files_for(self.chance))
        self.case = lifecycle.receive(filing, by=by, at=at).complaint
        self.then(at, 0 if self.chance.random() < 0.9 else 3, self.acknowledge)
        if self.fate in turns.EARLY:
            self.then(at, self.chance.randint(1, 4), partial(turns.EARLY[self.fate], self))
        elif self.fate != "unassigned":
            self.then(at, self.chance.randint(0, 1), self.assign)

    def acknowledge(self, at: datetime) -> None:
        """Tell the person that it is in hand."""
        self.case = lifecycle.acknowledge(self.case, by=self.boss, at=at)

    def assign(self, at: datetime) -> None:
        """Name an officer."""
        officers = self.cast.officers[self.code]
        officer = officers[0] if self.chance.random() < 0.5 else self.chance.choice(officers)
        self.case = lifecycle.assign(self.case, to=officer, by=self.boss, at=at)
        if self.fate != "idle":
            self.then(at, self.chance.randint(0, 1), self.accept)

    def accept(self, at: datetime) -> None:
        """Begin to work on it."""
        self.case = lifecycle.accept(self.case, by=self.case.officer, at=at)
        steps: dict[str, Callable[[datetime], None]] = {
            "asks": self.ask,
            "waits": self.ask,
            "extends": self.ask_for_time,
            "late": self.note,
            **{name: partial(turn, self) for name, turn in turns.WORKING.items()},
        }
        self.agenda.latest.setdefault(f"{self.code} {self.topic.category}", self.case)
        days = {"late": 6, "extends": 2}.get(self.fate, 1)
        self.then(at, days, steps.get(self.fate, self.answer_soon))

    def ask(self, at: datetime) -> None:
        """Ask the person; some never reply."""
        body = self.chance.choice(words.QUESTIONS)
        self.case = lifecycle.ask(self.case, body=body, by=self.case.officer, at=at)
        if self.fate == "asks":
            self.then(at, self.chance.randint(1, 4), self.reply)

    def reply(self, at: datetime) -> None:
        """The person replies, sometimes with a picture."""
        body = filled_for(self.filing, self.chance.choice(words.REPLIES), self.cast)
        files = files_for(self.chance, share=0.5)
        self.case = lifecycle.reply(self.case, body=body, files=files, at=at)
        self.then(at, 1, self.answer_soon)

    def note(self, at: datetime) -> None:
        """Write down what was found; nothing follows for long."""
        body = self.chance.choice(words.NOTES)
        self.case = lifecycle.note(self.case, body=body, by=self.case.officer, at=at)
        self.then(at, 12, self.answer)

    def ask_for_time(self, at: datetime) -> None:
        """Ask for more time; the supervisor decides in most cases."""
        reason = self.chance.choice(words.REASONS_FOR_TIME)
        lifecycle.ask_extension(self.case, days=5, reason=reason, by=self.case.officer, at=at)
        if self.chance.random() < 0.7:
            self.then(at, 1, self.decide)

    def decide(self, at: datetime) -> None:
        """Grant the time, seldom refuse it."""
        granted = self.chance.random() < 0.8
        extension = choices.asked_extension(self.case)
        if extension is None:
            return
        lifecycle.decide_extension(
            extension,
            granted=granted,
            remark="" if granted else "ให้ตอบเท่าที่ทราบก่อน",
            by=self.boss,
            at=at,
        )
        self.then(at, 4, self.report)

    def report(self, at: datetime) -> None:
        """Tell the person how it stands."""
        body = filled_for(self.filing, self.chance.choice(words.PROGRESS), self.cast)
        self.case = lifecycle.send_progress(self.case, body=body, by=self.case.officer, at=at)
        self.then(at, 3, self.answer)

    def answer_soon(self, at: datetime) -> None:
        """Answer after a few days."""
        self.then(at, self.chance.randint(0, 4), self.answer)

    def answer(self, at: datetime) -> None:
        """Give the full answer."""
        body = answer_words(self.topic, self.filing, self.cast)
        if self.case.policy.needs_review:
            turns.put_before_another(self, body, at)
            return
        self.case = lifecycle.answer(self.case, body=body, by=self.case.officer, at=at)
        if self.fate == "stage2":
            self.then(at, 3, self.go_to_stage2)
        else:
            self.then(at, self.chance.randint(1, 6), self.close)

    def go_to_stage2(self, at: datetime) -> None:
        """The person asks for somebody else to look at it."""
        reason = self.chance.choice(words.REASONS_FOR_STAGE2)
        self.case = lifecycle.escalate_to_stage2(self.case, reason=reason, by=None, at=at)

    def close(self, at: datetime) -> None:
        """Close it; some rate, a few come back."""
        self.case = lifecycle.close(
            self.case, by=self.case.officer, at=at, **ending_of(self.topic, self.chance)
        )
        rating = stars(self.chance)
        if rating:
            comment = words.COMMENTS[rating][len(self.case.number) % 2]
            lifecycle.rate(self.case, rating=rating, comment=comment, at=at + timedelta(hours=1))
        if self.chance.random() < 0.05:
            self.then(at, 2, self.reopen)

    def reopen(self, at: datetime) -> None:
        """Take it up again."""
        reason = self.chance.choice(words.REASONS_FOR_REOPENING)
        self.case = lifecycle.reopen(self.case, reason=reason, by=self.boss, at=at)


def live(
    cast: Cast, *, first: date, until: datetime, a_day: float, say: Callable[[str], object]
) -> int:
    """Live through the days from `first` to now; returns the cases that came in."""
    agenda = Agenda(until)
    last = until.astimezone(BANGKOK).date()
    matters = [
        Matter(agenda, cast, topic, filing, fate_of(cast))
        for topic, filing in filings(cast, first=first, last=last, a_day=a_day)
        if filing.received_at and filing.received_at < until
    ]
    for matter in matters:
        agenda.add(matter.filing.received_at or until, matter.receive)
    for number in range((last - first).days + 1):
        for moment in SWEEPS_A_DAY:
            day = first + timedelta(days=number)
            agenda.add(datetime.combine(day, moment, BANGKOK).astimezone(UTC), sweep_and_send)
        noon = datetime.combine(day, time(13, 0), BANGKOK).astimezone(UTC)
        agenda.add(noon, partial(review_board, cast))
    agenda.add(until - timedelta(minutes=1), sweep_and_send)
    begin = datetime.combine(first, time(0, 0), BANGKOK)
    agenda.live(first=begin, progress=Progress(total=(until - begin).days, say=say))
    return len(matters)


def fate_of(cast: Cast) -> str:
    """Return how a case will go."""
    return str(cast.chance.choices(list(FATES), weights=list(FATES.values()))[0])


def sweep_and_send(at: datetime) -> None:
    """Do what the scheduled tasks do; mail only goes to the demo's own mailbox."""
    while lifecycle.sweep_milestones(at=at) or lifecycle.sweep_subtasks(at=at):
        pass
    if not settings.EMAIL_HOST:
        while notices.send_pending(at=at) or letters.send_pending(at=at):
            pass


def review_board(cast: Cast, at: datetime) -> None:
    """Let the heads look at what escalated: most of it within a day or two."""
    if cast.calendar.deemed_received(at) != at:
        return
    boss = cast.supervisors["DPS"]
    for escalation in desk.escalation_board(boss).filter(
        decided_at=None, raised_at__lt=at - timedelta(days=1)
    ):
        if cast.chance.random() > 0.5 or escalation.why == "extension":
            continue
        by = (
            boss
            if escalation.level == "executive"
            else cast.supervisors[escalation.complaint.unit.code]
        )
        try:
            decide(escalation, by=by, at=at, chance=cast.chance)
        except Refused:
            continue


def decide(escalation: Any, *, by: Staff, at: datetime, chance: Any) -> None:
    """Note what is settled, instruct or send back what is not."""
    if lifecycle.is_settled(escalation):
        lifecycle.mark_reviewed(escalation, remark="ดำเนินการเรียบร้อยแล้ว", by=by, at=at)
    elif chance.random() < 0.6:
        lifecycle.instruct(escalation, body=chance.choice(words.INSTRUCTIONS), by=by, at=at)
    else:
        lifecycle.send_back(escalation, body="ให้ดำเนินการต่อและรายงานภายในสัปดาห์นี้", by=by, at=at)


# --- files -----------------------------------------------------------------------------------


def files_for(chance: Any, *, share: float = 0.18) -> tuple[SimpleUploadedFile, ...]:
    """Return a made picture or document for some filings."""
    if chance.random() > share:
        return ()
    if chance.random() < 0.6:
        return (drawn("ภาพถ่าย.png", "PNG", "image/png", chance),)
    return (drawn("สำเนาหนังสือ.pdf", "PDF", "application/pdf", chance),)


def drawn(name: str, kind: str, media_type: str, chance: Any) -> SimpleUploadedFile:
    """Draw a page with boxes and lines, in the place of a real document."""
    picture = Image.new("RGB", (420, 560), "#f5f7f8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, 396, 90), fill="#0b5d66")
    for line in range(120, 500, 28):
        pen.line((40, line, 40 + chance.randint(180, 330), line), fill="#5b6874", width=4)
    pen.rectangle((250, 440, 380, 520), outline="#b3261e", width=4)
    out = BytesIO()
    picture.save(out, format=kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type=media_type)

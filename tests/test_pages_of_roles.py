"""What each role meets from its home page on: pages that open, in Thai throughout, lists that ask little."""

from html.parser import HTMLParser

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency.models import Job, Mail, Role
from complaints.models import Escalation
from pmqa import translations
from tests.factories.agency import JobFactory, StaffFactory, UnitFactory
from tests.factories.complaints import NOW, answered, closed, in_progress, received
from tests.test_every_page import VOID, inside, name_of, page_in

pytestmark = pytest.mark.django_db

DEEP = 4
MOST_QUERIES = 12
LISTS = {
    *("home:home", "complaints:queue", "complaints:escalations", "complaints:imports"),
    *("agency:notices", "agency:mailbox", "agency:jobs", "agency:health", "reports:list"),
}
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}


class Words(HTMLParser):
    """The texts of a page that a person reads or hears, but for what names its own language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.open: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        is_foreign = tag in {"script", "style"} or (tag != "html" and "lang" in dict(attrs))
        if tag not in VOID:
            self.open.append((tag, is_foreign))
        self.texts |= {value for name, value in attrs if name in READ_ALOUD and value}

    def handle_endtag(self, tag):
        if tag in {name for name, _is_foreign in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if not any(is_foreign for _name, is_foreign in self.open):
            self.texts.add(" ".join(data.split()))


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def english():
    """The texts in English that have another Thai."""
    singular = [
        (message.id[0], message.string[0]) if message.pluralizable else (message.id, message.string)
        for message in translations.stored()
        if message.id
    ]
    return {" ".join(text.split()) for text, thai in singular if thai and thai != text}


@pytest.fixture
def unit():
    """A unit with a bit of everything."""
    unit = UnitFactory.create()
    case = in_progress(unit=unit, at=NOW)
    answered(unit=unit, at=NOW)
    closed(unit=unit, at=NOW)
    received(unit=unit, at=NOW)
    Escalation.objects.create(complaint=case, why=Escalation.Why.OVERDUE, raised_at=NOW)
    Mail.objects.create(
        message_id="<1@agency.example>", to="a@agency.example", subject="เรื่อง", body="ความ", at=NOW
    )
    return unit


def walk(client, *, start, english):
    """Follow the links from a page; returns the faults by address, and the kinds of pages seen."""
    faults, seen = {}, set()
    known, waiting = {start}, [(start, 0)]
    while waiting:
        address, depth = waiting.pop(0)
        name = name_of(address)
        if name in seen:
            continue
        seen.add(name)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
        if response.status_code not in {200, 302}:
            faults[address] = response.status_code
        page = page_in(response)
        if page is None:
            continue
        found = (Words(response.content.decode()).texts & english, page.faults())
        is_dear = name.split()[0] in LISTS and len(asked) > MOST_QUERIES
        if any(found) or is_dear:
            faults[address] = (*found, len(asked))
        onward = [inside(link, address=address) for link in page.links if depth < DEEP]
        fresh = [link for link in dict.fromkeys(onward) if link and link not in known]
        known.update(fresh)
        waiting += [(link, depth + 1) for link in fresh]
    return faults, {name.split()[0] for name in seen}


@pytest.mark.parametrize(
    ("role", "lists"),
    [
        (Role.OFFICER, {"complaints:queue"}),
        (
            Role.SUPERVISOR,
            {"complaints:queue", "complaints:escalations", "complaints:imports"},
        ),
        (Role.EXECUTIVE, {"complaints:queue", "complaints:escalations"}),
        (Role.AUDITOR, {"complaints:queue"}),
        (Role.ADMIN, {"agency:mailbox", "agency:health"}),
    ],
)
def test_every_page_a_role_comes_to_opens_in_thai(client, unit, english, role, lists):
    person = StaffFactory.create(unit=unit, roles=[role])
    for kind in ("import", "export"):
        JobFactory.create(by=person, kind=kind, state=Job.State.DONE, title="งาน")
    client.force_login(person)
    client.get("/home/")  # what is remembered from page to page

    faults, seen = walk(client, start="/home/", english=english)

    assert faults == {}
    assert seen & LISTS == lists | {
        "home:home",
        "agency:notices",
        "agency:jobs",
        "reports:list",
    }


def test_texts_left_in_english_are_seen(english):
    page = '<p>Notices</p><button lang="en">English</button><img alt="Saved views"><b>ก</b>'

    assert Words(page).texts & english == {"Notices", "Saved views"}

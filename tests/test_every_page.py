"""What must hold on every page that a link leads to: found by walking the site as everybody would."""

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from agency.models import Job, Mail, Role
from complaints.models import Escalation
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.complaints import answered, closed, in_progress, received

pytestmark = pytest.mark.django_db

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
NAMELESS = {"hidden", "submit", "button", "reset", "image"}
EACH = 2  # pages looked at of each kind: the first ones found
WORDS = ("verb",)  # parameters of an address that make another page of it
NOT_OURS = ("/admin/", "/static/")


class Page(HTMLParser):
    """What a page holds that a rule speaks of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings = 0
        self.language = ""
        self.title = ""
        self.links: list[str] = []
        self.ids: list[str] = []
        self.named: set[str] = set()  # ids that a label points to
        self.fields: list[dict[str, str]] = []
        self.inline: list[str] = []
        self.open: list[str] = []
        self.buttons = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if "id" in values and "svg" not in self.open:
            self.ids.append(values["id"])
        self.look_for_inline(tag, values)
        self.look_at(tag, values)

    def look_for_inline(self, tag, values):
        if tag == "style" or (tag == "script" and "src" not in values):
            self.inline.append(tag)
        self.inline += [
            f"{tag} {name}" for name in values if name == "style" or name.startswith("on")
        ]
        for name in ("src", "href", "action", "hx-get", "hx-post"):
            if values.get(name, "").lower().startswith("javascript:"):
                self.inline.append(f"{tag} {name}")
        is_loaded = tag in {"script", "link", "img", "iframe", "form"}
        for name in ("src", "href", "action"):
            if is_loaded and values.get(name, "").startswith(("http:", "https:", "//")):
                self.inline.append(f"{tag} from elsewhere")

    def look_at(self, tag, values):
        match tag:
            case "html":
                self.language = values.get("lang", "")
            case "h1":
                self.headings += 1
            case "label":
                self.named.add(values.get("for", ""))
            case "a":
                self.links.append(values.get("href", ""))
            case "button":
                self.buttons += "type" not in values
            case "input" | "select" | "textarea" if values.get("type") not in NAMELESS:
                is_inside = "label" in self.open
                self.fields.append(values | {"is_named": is_inside or "aria-label" in values})

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.title += data.strip()

    def faults(self) -> list[str]:
        """Return what is wrong, in words."""
        nameless = [
            field
            for field in self.fields
            if not field["is_named"] and field.get("id") not in self.named
        ]
        twice = [name for name, times in Counter(self.ids).items() if times > 1]
        found = [
            (self.headings != 1, f"{self.headings} h1"),
            (self.language not in {"th", "en"}, f"lang {self.language!r}"),
            (not self.title.partition("·")[0].strip(), "no title"),
            (self.buttons, "a button without type"),
            (self.inline, f"inline: {self.inline}"),
            (nameless, f"no label: {[field.get('name') for field in nameless]}"),
            (twice, f"ids twice: {twice}"),
        ]
        return [words for is_wrong, words in found if is_wrong]


def walk(client: Client, *, start: list[str]) -> dict[str, list[str]]:
    """Follow every link from `start`; returns the faults by address."""
    faults: dict[str, list[str]] = {}
    seen: Counter[str] = Counter()
    known, waiting = set(start), list(start)
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if seen[name] == EACH:
            continue
        seen[name] += 1
        response = client.get(address)
        page = page_in(response)
        if response.status_code != 200 and not 300 <= response.status_code < 400:
            faults[address] = [f"answered {response.status_code}"]
        elif page is not None:
            faults[address] = page.faults()
            onward = [inside(link, address=address) for link in page.links]
            fresh = [link for link in dict.fromkeys(onward) if link and link not in known]
            known.update(fresh)
            waiting += fresh
    return faults


def name_of(address: str) -> str:
    """Return what kind of page an address is: its view, the words in it, the names of its parameters."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return address
    words = [value for name, value in match.kwargs.items() if name in WORDS]
    roles = [value for name, value in parse_qsl(parts.query) if name == "as"]
    names = sorted({name for name, _value in parse_qsl(parts.query)} - {"sort"})
    return " ".join([match.view_name, *words, *roles, *names])


def page_in(response) -> Page | None:
    """Return the HTML of an answer, if it is some."""
    if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
        if response.streaming:
            b"".join(response)  # closing it unread would close the connection of the test
        return None
    return Page(response.content.decode())


def inside(link: str, *, address: str) -> str:
    """Return a link's address within the site, without its place on the page."""
    whole = urldefrag(urljoin(f"http://testserver{address}", link)).url
    parts = urlsplit(whole)
    if parts.netloc != "testserver" or parts.scheme != "http" or parts.path.startswith(NOT_OURS):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def person(unit):
    """Somebody with every role, in a unit with cases of every kind."""
    now = timezone.now()
    person = StaffFactory.create(unit=unit, roles=list(Role.values))
    case = in_progress(officer=person, at=now)
    for make in (answered, closed):
        make(officer=person, at=now)
    received(unit=unit, at=now, subject="<b>x</b> \U0001f600 \u202e{{ 7 }} ' or 1=1 --")
    Escalation.objects.create(complaint=case, why=Escalation.Why.OVERDUE, raised_at=now)
    for state in Job.State:
        Job.objects.create(kind="import", title="นำเข้า", by=person, state=state, created_at=now)
    Mail.objects.create(
        message_id="<1@agency.example>", to="a@agency.example", subject="s", body="b", at=now
    )
    return person


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_of_the_desk_keeps_the_rules(client, person, language):
    person.language = language
    person.save(update_fields=["language"])
    client.force_login(person)

    faults = walk(client, start=["/home/", "/agency/password/"])

    assert {address: words for address, words in faults.items() if words} == {}
    assert {"/home/", "/complaints/", "/agency/jobs/", "/agency/notices/"} <= set(faults)


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_of_the_counter_keeps_the_rules(client, unit, language):
    received(unit=unit, at=timezone.now())
    client.cookies["language"] = language

    faults = walk(client, start=["/", "/agency/logged-out/"])

    assert {address: words for address, words in faults.items() if words} == {}
    assert {"/", "/agency/login/"} <= set(faults)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<html lang=th><title>t</title><h1>a</h1>", []),
        ("<html lang=th><title>t</title><h1>a</h1><h1>b</h1>", ["2 h1"]),
        ("<html><title>t</title><h1>a</h1>", ["lang ''"]),
        ("<html lang=th><title> · x</title><h1>a</h1>", ["no title"]),
        ("<html lang=th><title>t</title><h1 style=x>a</h1>", ["inline: ['h1 style']"]),
        ("<html lang=th><title>t</title><h1>a</h1><script>x</script>", ["inline: ['script']"]),
        ("<html lang=th><title>t</title><h1>a</h1><input name=q>", ["no label: ['q']"]),
        ("<html lang=th><title>t</title><h1>a</h1><label for=q>Q</label><input id=q>", []),
        ("<html lang=th><title>t</title><h1 id=a>a</h1><p id=a>", ["ids twice: ['a']"]),
        ("<html lang=th><title>t</title><h1>a</h1><button>x</button>", ["a button without type"]),
    ],
)
def test_the_rules_are_seen_when_they_are_broken(text, fault):
    assert Page(text).faults() == fault

"""What the frame of a page shows, computed when the template asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from agency.backends import UNREAD_CAP
from agency.models import Role, Unit

NAME_SECONDS = 60

EVERYONE: tuple[str, ...] = ()
TAKERS = (Role.OFFICER, Role.SUPERVISOR)
LEADERS = (Role.SUPERVISOR, Role.EXECUTIVE)
WORKERS = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR)
ADMINS = (Role.ADMIN,)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the menu; it is shown when its page exists and the person has a role for it."""

    name: str  # the URL name
    icon: str
    label: Any
    roles: Sequence[str] = EVERYONE
    is_deputised: bool = False  # also for who deputises for somebody with such a role
    short: Any = ""  # for the bottom bar of a phone
    key: str = ""  # "g" and this letter lead there
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    """A group of the menu."""

    label: Any
    entries: Sequence[Entry]


MENU = [
    Group(
        _("My work"),
        [
            Entry(name="home:home", icon="home", label=_("My work"), short=_("My work"), key="h"),
            Entry(name="agency:notices", icon="bell", label=_("Notices"), short=_("Notices")),
            Entry(name="agency:jobs", icon="refresh", label=_("Background work")),
        ],
    ),
    Group(
        _("Complaints"),
        [
            Entry(
                name="complaints:queue",
                icon="inbox",
                label=_("Case queue"),
                short=_("The queue"),
                key="q",
                roles=WORKERS,
            ),
            Entry(
                name="complaints:new",
                icon="plus",
                label=_("Take in a case"),
                short=_("Take in"),
                roles=TAKERS,
            ),
            Entry(
                name="complaints:subtasks",
                icon="share",
                label=_("Sub-tasks"),
                roles=WORKERS,
            ),
            Entry(
                name="complaints:escalations",
                icon="escalate",
                label=_("Escalation review"),
                roles=LEADERS,
                is_deputised=True,
            ),
            Entry(
                name="complaints:figures",
                icon="report",
                label=_("Figures of complaints"),
                roles=WORKERS,
            ),
            Entry(
                name="complaints:prevention",
                icon="flag",
                label=_("Prevention board"),
                roles=WORKERS,
            ),
            Entry(
                name="complaints:actions",
                icon="tasks",
                label=_("Corrective actions"),
                roles=WORKERS,
            ),
            Entry(
                name="complaints:whatif",
                icon="clock",
                label=_("What-if"),
                roles=LEADERS,
            ),
            Entry(
                name="complaints:register",
                icon="print",
                label=_("Register of outgoing papers"),
                roles=WORKERS,
            ),
            Entry(name="complaints:canned", icon="note", label=_("Canned replies"), roles=TAKERS),
            Entry(
                name="complaints:rotas",
                icon="people",
                label=_("Who gets the next case"),
                roles=(Role.SUPERVISOR,),
            ),
            Entry(
                name="complaints:imports",
                icon="upload",
                label=_("Import cases"),
                roles=(Role.SUPERVISOR,),
            ),
        ],
    ),
    Group(
        _("Surveys"),
        [
            Entry(name="surveys:list", icon="survey", label=_("Surveys")),
            Entry(name="surveys:waves", icon="calendar", label=_("Survey waves"), roles=WORKERS),
            Entry(
                name="surveys:pulses",
                icon="clock",
                label=_("Questions after a service"),
                roles=WORKERS,
            ),
            Entry(
                name="surveys:unit_results",
                icon="flag",
                label=_("Results for units"),
                roles=WORKERS,
            ),
            Entry(name="surveys:followups", icon="people", label=_("Follow-ups"), roles=WORKERS),
        ],
    ),
    Group(
        _("Listening"),
        [
            Entry(name="listening:inbox", icon="voice", label=_("Voice inbox"), roles=WORKERS),
            Entry(
                name="listening:analysis",
                icon="report",
                label=_("Analysis of voices"),
                roles=WORKERS,
            ),
            Entry(name="listening:occasions", icon="calendar", label=_("Outings"), roles=WORKERS),
            Entry(
                name="listening:hearings",
                icon="people",
                label=_("Public hearings"),
                roles=WORKERS,
            ),
            Entry(
                name="home:forecast", icon="clock", label=_("Forecast of volumes"), roles=WORKERS
            ),
            Entry(name="home:segments", icon="people", label=_("Customer groups"), roles=WORKERS),
            Entry(
                name="listening:needs",
                icon="flag",
                label=_("Needs and expectations"),
                roles=WORKERS,
            ),
            Entry(
                name="listening:stakeholders", icon="people", label=_("Stakeholders"), roles=WORKERS
            ),
            Entry(name="listening:insights", icon="eye", label=_("Insights"), roles=WORKERS),
        ],
    ),
    Group(
        _("Service improvement"),
        [
            Entry(name="improvements:list", icon="improve", label=_("Improvements"), roles=WORKERS),
            Entry(
                name="improvements:guidelines",
                icon="file",
                label=_("Guidelines for units"),
                roles=WORKERS,
            ),
        ],
    ),
    Group(
        _("Reports"),
        [
            Entry(name="reports:list", icon="report", label=_("Monthly reports")),
            Entry(
                name="reports:summary",
                icon="calendar",
                label=_("Summaries of 6 and 12 months"),
                roles=WORKERS,
            ),
            Entry(
                name="alerts:list",
                icon="alert",
                label=_("Alerts on indicators"),
                roles=WORKERS,
            ),
            Entry(
                name="reports:results",
                icon="flag",
                label=_("Results 7.2"),
                roles=WORKERS,
            ),
            Entry(name="assessment:list", icon="tasks", label=_("Self-assessment"), roles=WORKERS),
            Entry(name="reports:indicators", icon="search", label=_("Indicators"), roles=WORKERS),
        ],
    ),
    Group(
        _("Settings"),
        [
            Entry(
                name="complaints:standards",
                icon="hourglass",
                label=_("Time standards"),
                roles=(*WORKERS, Role.ADMIN),
            ),
            Entry(
                name="complaints:causes",
                icon="flag",
                label=_("Causes of complaints"),
                roles=(*WORKERS, Role.ADMIN),
            ),
            Entry(
                name="complaints:retention",
                icon="trash",
                label=_("Retention"),
                roles=(*WORKERS, Role.ADMIN),
            ),
            Entry(
                name="listening:models",
                icon="report",
                label=_("Models of text"),
                roles=(*WORKERS, Role.ADMIN),
            ),
            Entry(
                name="admin:agency_calendar_changelist",
                icon="calendar",
                label=_("Working calendars"),
                roles=ADMINS,
            ),
            Entry(
                name="assessment:import_criteria",
                icon="upload",
                label=_("Import criteria of the self-assessment"),
                roles=ADMINS,
            ),
            Entry(name="agency:mailbox", icon="mail", label=_("Demo mailbox"), roles=ADMINS),
            Entry(name="agency:health", icon="check", label=_("Background health"), roles=ADMINS),
            Entry(name="admin:index", icon="settings", label=_("Reference data"), roles=ADMINS),
        ],
    ),
]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few values to switch between."""

    value: str
    label: Any
    is_current: bool
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """An address with its words."""

    url: str
    label: Any


def address(name: str) -> str:
    """Return a page's address, or nothing while the page does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def root_name(language: str) -> str:
    """Return the agency's name: its root unit's."""
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        return str(_("Service portal"))
    return (root.name_en if language == "en" else "") or root.name_th


def kept_name(language: str) -> str:
    """Return the agency's name in a language; asked once a minute, each time where the cache is dead."""
    try:
        name = cache.get_or_set(
            f"agency-name:{language}", lambda: root_name(language), NAME_SECONDS
        )
    except RedisError:
        name = root_name(language)
    return str(name)


class Frame:
    """The frame of one request."""

    def __init__(self, request: HttpRequest, *, at: datetime) -> None:
        self.request = request
        self.at = at

    @cached_property
    def agency_name(self) -> str:
        """The agency's name in the screen's language; asked once a minute."""
        return kept_name(get_language() or "th")

    @property
    def is_kiosk(self) -> bool:
        """Whether many people share this device: it keeps nothing then."""
        return self.request.COOKIES.get("kiosk") == "1"

    @cached_property
    def staff(self) -> Any:
        """The person, or None at the public counter."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def may_share(self) -> bool:
        """Whether the person shares views of lists with the unit."""
        return self.staff is not None and self.staff.has_role(Role.SUPERVISOR, Role.ADMIN)

    @property
    def may_offer(self) -> bool:
        """Whether the person offers views of lists to everybody."""
        return self.staff is not None and self.staff.has_role(Role.ADMIN)

    @cached_property
    def menu(self) -> list[Group]:
        """The groups that have a page for this person."""
        groups = [Group(group.label, self.entries(group)) for group in MENU]
        return [group for group in groups if group.entries]

    def entries(self, group: Group) -> list[Entry]:
        """The lines of a group that this person may open."""
        entries = []
        for entry in group.entries:
            url = address(entry.name) if self.may_open(entry) else ""
            if url:
                entries.append(replace(entry, url=url, is_current=self.is_current(url)))
        return entries

    def may_open(self, entry: Entry) -> bool:
        """Whether the person has a role for it."""
        if self.staff is None:
            return not entry.roles
        away = self.staff.stands_in_for if entry.is_deputised else ()
        desks = [self.staff, *(each for each in away if each.is_active)]
        return not entry.roles or any(each.has_role(*entry.roles) for each in desks)

    def is_current(self, url: str) -> bool:
        """Whether the page lies under this address; the longest such address wins."""
        return bool(url) and url == self.current_url

    @cached_property
    def new_url(self) -> str:
        """Where a case is taken in, for those who may."""
        entries = [entry for group in self.menu for entry in group.entries]
        return next((entry.url for entry in entries if entry.name == "complaints:new"), "")

    @cached_property
    def current_url(self) -> str:
        """The menu's address that fits the page best."""
        addresses = [address(entry.name) for group in MENU for entry in group.entries]
        fitting = [url for url in addresses if url and self.request.path.startswith(url)]
        return max(fitting, key=len, default="")

    @cached_property
    def bottom(self) -> list[Entry]:
        """Up to four lines for the bottom bar of a phone."""
        entries = [entry for group in self.menu for entry in group.entries if entry.short]
        return entries[:4]

    @cached_property
    def unread(self) -> str:
        """How many notices wait, as the log-in counted them; empty when none."""
        if self.staff is None:
            return ""
        number = getattr(self.staff, "unread_count", 0)
        if not number:
            return ""
        return f"{UNREAD_CAP}+" if number > UNREAD_CAP else str(number)

    @cached_property
    def demo_logins(self) -> Sequence[Any]:
        """The people of a demo with their passwords, for its login page; nowhere else."""
        if not settings.PORTAL_DEMO:
            return []
        from pmqa.demo.house import LOG_INS  # noqa: PLC0415  the demo is loaded where it is wanted

        return LOG_INS

    @property
    def languages(self) -> list[Choice]:
        """Thai and English, each in its own words."""
        current = get_language()
        return [
            Choice(value="th", label="ไทย", is_current=current == "th"),
            Choice(value="en", label="English", is_current=current == "en"),
        ]

    @property
    def theme(self) -> str:
        """Light or dark when chosen, empty to follow the system."""
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in ("light", "dark") else ""

    @property
    def themes(self) -> list[Choice]:
        """The three looks."""
        return [
            Choice(value="light", label=_("Light"), is_current=self.theme == "light", icon="sun"),
            Choice(value="dark", label=_("Dark"), is_current=self.theme == "dark", icon="moon"),
            Choice(value="", label=_("As the system"), is_current=not self.theme, icon="settings"),
        ]

    @property
    def counter_links(self) -> list[Link]:
        """The foot of the public pages."""
        links = [
            Link(url=address("complaints:privacy"), label=_("Personal data notice")),
            Link(url=address("complaints:track"), label=_("Follow a case")),
            Link(url=address("listening:public_hearings"), label=_("Public hearings")),
            Link(url=address("improvements:gallery"), label=_("Improved services")),
            Link(url=address("agency:login"), label=_("For officers")),
        ]
        return [link for link in links if link.url]

    def __getattr__(self, name: str) -> str:
        """Return `home_url` and the like: an address, or nothing while the page does not exist."""
        if name not in ADDRESSES:
            raise AttributeError(name)
        return address(ADDRESSES[name])


ADDRESSES = {
    "home_url": "home:home",
    "counter_url": "complaints:counter",
    "search_url": "complaints:queue",
    "bell_url": "agency:notices",
    "reports_url": "reports:list",
    "bell_poll_url": "home:bell",
    "help_url": "home:keys",
    "language_url": "agency:language",
    "theme_url": "agency:theme",
    "password_url": "agency:password",
    "leave_url": "agency:leave",
    "duty_url": "complaints:own_duty",
    "login_url": "agency:login",
    "logout_url": "agency:logout",
}

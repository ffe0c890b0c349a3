"""What drafts refer to by name: units, categories, channels, officers…, read once for a whole import."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from agency import calendars
from agency.models import Channel, Segment, Service, Staff, Unit
from agency.refusal import Refused
from agency.search import normalise
from complaints.lifecycle.importing.drafts import BadCell
from complaints.lifecycle.intake import restricted_readers_of
from complaints.lifecycle.policies import policy_for
from complaints.models import Category, Grade, Kind, Policy, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django.db.models import Model

    from complaints.lifecycle.importing.drafts import Draft
    from complaints.lifecycle.importing.mapping import MappingSpec

M = TypeVar("M", bound="Model")
IMPORTER = "import"
USUAL_CHANNEL = "referral"
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Case:
    """A draft with what it refers to found."""

    draft: Draft
    unit: Unit
    officer: Staff | None
    channel: Channel
    category: Category | None
    grade: Grade | None
    service: Service | None
    segment: Segment | None
    policy: Policy
    calendar_version_pk: int

    @property
    def is_restricted(self) -> bool:
        """Whether only named persons may read it."""
        return self.draft.is_confidential or self.draft.kind in Kind.restricted()

    @property
    def status(self) -> str:
        """Where the case stands here: with nobody named for it, it still has to be assigned."""
        if self.draft.status in Status.workable() and self.officer is None:
            return Status.SCREENED
        return self.draft.status


@dataclass
class Book:
    """The reference data of one import, and what was found for each combination so far."""

    source: str
    spec: MappingSpec
    header: list[str]
    by: Staff
    at: datetime
    is_dry: bool
    within: Unit | None
    default_unit: Unit
    usual_channel: Channel
    units: dict[str, Unit]
    channels: dict[str, Channel]
    categories: dict[str, Category]
    grades: dict[str, Grade]
    services: dict[str, Service]
    segments: dict[str, Segment]
    officers: dict[str, Staff]
    policies: dict[tuple[str, int | None, int | None], Policy] = field(default_factory=dict)
    calendar_versions: dict[int, int] = field(default_factory=dict)
    readers: dict[int, list[Staff]] = field(default_factory=dict)


def open_book(
    *,
    source: str,
    spec: MappingSpec,
    header: list[str],
    by: Staff | None,
    default_unit: Unit | None = None,
    within: Unit | None = None,
    at: datetime,
    is_dry: bool,
) -> Book:
    """Read the reference data; refuse to start where a case could not belong anywhere."""
    known = Unit.objects.active()
    units = by_names(
        known.below(within) if within else known,
        lambda unit: (unit.code, unit.name_th, unit.name_en),
    )
    channels = by_names(Channel.objects.filter(is_active=True), names_of)
    return Book(
        source=source,
        spec=spec,
        header=header,
        by=by or importer(),
        at=at,
        is_dry=is_dry,
        within=within,
        default_unit=default_unit or usual_unit(spec, units),
        usual_channel=usual_channel(channels),
        units=units,
        channels=channels,
        categories=by_names(Category.objects.select_related("default_unit"), names_of),
        grades=by_names(
            Grade.objects.all(), lambda grade: (str(grade.pk), grade.name_th, grade.name_en)
        ),
        services=by_names(Service.objects.filter(is_active=True), names_of),
        segments=by_names(Segment.objects.filter(is_active=True), names_of),
        officers=by_names(
            Staff.objects.active(), lambda staff: (staff.username, staff.get_full_name())
        ),
    )


def names_of(thing: Category | Channel | Service | Segment) -> tuple[str, str, str]:
    """Return code and names of what has them."""
    return thing.code, thing.name_th, thing.name_en


def by_names(things: Iterable[M], names: Callable[[M], tuple[str, ...]]) -> dict[str, M]:
    """Return things by each of their names; of two with one name, the code and the older row win."""
    listed = [(thing, names(thing)) for thing in things]
    width = max((len(each) for _thing, each in listed), default=0)
    found: dict[str, M] = {}
    for position in range(width):
        for thing, each in listed:
            if each[position]:
                found.setdefault(normalise(each[position]), thing)
    return found


def usual_unit(spec: MappingSpec, units: dict[str, Unit]) -> Unit:
    """Return the unit for cases whose owner the table does not tell: the mapping's, else the root."""
    if spec.default_unit:
        found = units.get(normalise(spec.default_unit))
        if found is None:
            raise Refused(
                _("The mapping's unit “%(unit)s” does not exist. Give the code of a unit.")
                % {"unit": spec.default_unit}
            )
        return found
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        raise Refused(_("There is no unit yet. Make the agency's own unit first."))
    return root


def usual_channel(channels: dict[str, Channel]) -> Channel:
    """Return the channel for cases whose table tells none: referred by another agency's system."""
    found = channels.get(USUAL_CHANNEL) or next(iter(channels.values()), None)
    if found is None:
        raise Refused(_("There is no channel yet. Make one first."))
    return found


def importer() -> Staff:
    """Return the account in whose name a command imports; nobody can log in with it."""
    found: Staff | None = Staff.objects.filter(username=IMPORTER).first()
    if found:
        return found
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        raise Refused(_("There is no unit yet. Make the agency's own unit first."))
    made = Staff(username=IMPORTER, first_name="นำเข้าข้อมูล", unit=root, is_active=False)
    made.set_unusable_password()
    made.save()
    return made


# --- finding ---------------------------------------------------------------------------------


def find(draft: Draft, book: Book) -> Case:
    """Find what a draft refers to; BadCell names what cannot be found and must not be guessed."""
    category = category_of(draft, book)
    grade = only(first_of(draft.grade, book.grades), draft.grade, "grade", book)
    unit = first_of(draft.unit, book.units) or usual_owner(category, book)
    return Case(
        draft=draft,
        unit=unit,
        officer=first_of(draft.officer, book.officers),
        channel=only(first_of(draft.channel, book.channels), draft.channel, "channel", book)
        or book.usual_channel,
        category=category,
        grade=grade,
        service=first_of(draft.service, book.services),
        segment=first_of(draft.segment, book.segments),
        policy=policy_of(draft.kind, grade, category, book),
        calendar_version_pk=calendar_version_of(unit, book),
    )


def first_of(names: Sequence[str], known: dict[str, M]) -> M | None:
    """Return the first of the names that is known."""
    return next((known[key] for key in map(normalise, names) if key in known), None)


def only(found: M | None, names: Sequence[str], name: str, book: Book) -> M | None:
    """Refuse a name that was given and is not known."""
    if names and found is None:
        raise BadCell(
            " + ".join(book.spec.fields[name].columns),
            _("“%(name)s” is not known here. Add it, or say in the mapping what it means.")
            % {"name": names[0][:60]},
        )
    return found


def usual_owner(category: Category | None, book: Book) -> Unit:
    """Return who usually owns a category, as far as the person who imports may give it there."""
    owner = category.default_unit if category else None
    return owner if owner and is_in_reach(owner, book) else book.default_unit


def is_in_reach(unit: Unit, book: Book) -> bool:
    """Whether the import may touch cases of a unit."""
    return book.within is None or unit.path.startswith(book.within.path)


def category_of(draft: Draft, book: Book) -> Category | None:
    """Return the category: the first that is named, so that the order of rows does not matter.

    An unknown one is made, refused or put under another, as the mapping says.
    """
    found = first_of(draft.category[:1], book.categories)
    if found or not draft.category:
        return found
    name, how = draft.category[0][:NAME_LENGTH], book.spec.unknown_category
    if how == "create":
        made = made_category(name, book)
        book.categories[normalise(name)] = made
        return made
    return only(book.categories.get(normalise(how)), draft.category, "category", book)


def made_category(name: str, book: Book) -> Category:
    """Make a category that the source has and we have not; citizens are not offered it."""
    code = f"x-{hashlib.sha256(normalise(name).encode()).hexdigest()[:12]}"
    if book.is_dry:
        return Category(code=code, name_th=name, is_public=False)
    return Category.objects.get_or_create(
        code=code, defaults={"name_th": name, "is_public": False}
    )[0]


def policy_of(kind: str, grade: Grade | None, category: Category | None, book: Book) -> Policy:
    """Return the standard a case is judged by."""
    key = (kind, grade.pk if grade else None, category.pk if category else None)
    if key not in book.policies:
        book.policies[key] = policy_for(kind=kind, grade=grade, category=category)
    return book.policies[key]


def calendar_version_of(unit: Unit, book: Book) -> int:
    """Return the calendar version a unit works by."""
    if unit.pk not in book.calendar_versions:
        book.calendar_versions[unit.pk] = calendars.version_for(unit).pk
    return book.calendar_versions[unit.pk]


def readers_of(unit: Unit, book: Book) -> list[Staff]:
    """Return who may read restricted cases of a unit; the person who imports is one of them."""
    if unit.pk not in book.readers:
        named = {*restricted_readers_of(unit), book.by}
        book.readers[unit.pk] = sorted(named, key=lambda staff: staff.pk)
    return book.readers[unit.pk]

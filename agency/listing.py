"""The list page every room uses: filters in words, saved views, sorting, columns, keyset paging.

A view makes one `ListPage` and hands it to a template that extends `pmqa/list.html`. A page costs
two queries (rows, capped count) plus one for the saved views; see templates/README.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import FileResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_filters import FilterSet

from agency import sheets
from agency.models import DefaultView, SavedFilter
from agency.paging import Order, Page, page_of
from agency.requests import StaffRequest
from agency.thai import format_date

Row = TypeVar("Row", bound=Model)

COUNT_CAP = 500  # a true count up to here, "500+" beyond: counting must not cost more than reading
SESSION_KEY = "list_columns"
EXPORT_BATCH = 2000


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: `sort` is the field that orders by it, `value` what an export writes."""

    name: str
    label: Any
    sort: str = ""
    is_numeric: bool = False
    is_fixed: bool = False  # cannot be hidden
    is_hidden: bool = False  # not shown until the person chooses it
    value: Callable[[Any], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Header:
    """A column's head with its sort link; `aria_sort` is empty, ascending or descending."""

    column: Column
    url: str
    aria_sort: str


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One filter in words, and the address without it."""

    label: str
    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A ready-made view of a list, as a tab: a name and the query that makes it."""

    label: Any
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A tab over the list; `saved` is set on views that a person saved."""

    label: str
    url: str
    is_current: bool
    saved: SavedFilter | None = None
    is_default: bool = False  # the list opens with it


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """Something done to every chosen row; `name` is posted as `action`."""

    name: str
    label: Any


@dataclass(frozen=True)
class Count:
    """How many rows there are, up to a cap."""

    number: int
    is_capped: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.is_capped else f"{self.number:,}"

    @property
    def words(self) -> str:
        """12 rows, in the screen's language."""
        text = ngettext("%(count)s item", "%(count)s items", self.number)
        return text % {"count": str(self)}


def filter_words(value: Any, *, form_field: Any) -> str:
    """Say a filter's cleaned value in words."""
    if isinstance(value, slice):
        return range_words(value)
    if isinstance(value, date | datetime):
        return format_date(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, QuerySet | list | tuple | set):
        return ", ".join(filter_words(one, form_field=form_field) for one in value)
    choices = getattr(form_field, "choices", None)
    if choices is None or isinstance(value, Model):
        return str(value)
    return flat_choices(choices).get(str(value), str(value))


def flat_choices(choices: Any) -> dict[str, str]:
    """Return value → label of choices with or without groups."""
    flat: dict[str, str] = {}
    for value, label in choices:
        if isinstance(label, list | tuple):
            flat.update({str(inner): str(text).strip() for inner, text in label})
        else:
            flat[str(value)] = str(label).strip()
    return flat


def range_words(value: Any) -> str:
    """Say a range of days or numbers in words."""
    first, last = (
        format_date(end) if isinstance(end, date) else end for end in (value.start, value.stop)
    )
    if first is not None and last is not None:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first is not None:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last}


def is_blank(value: Any) -> bool:
    """Whether a cleaned filter value filters nothing."""
    if isinstance(value, slice):
        return value.start is None and value.stop is None
    if isinstance(value, QuerySet):
        return not value
    return value is None or value in ("", [], ())


@dataclass(kw_only=True)
class ListPage(Generic[Row]):
    """A list as its template shows it. Rows come from `queryset` as it was given: start it from
    `visible_to(staff)` and give it the `select_related` that the row template needs."""

    request: StaffRequest
    page_name: str  # the list's URL name: the key of saved views and of the column choice
    queryset: QuerySet[Row]
    filterset: type[FilterSet]
    columns: Sequence[Column]
    order: str  # "-received_at"; the primary key is added as the tie-break
    views: Sequence[View] = ()
    bulk: Sequence[BulkAction] = ()
    bulk_url: str = ""
    is_bulk_for_all: bool = False  # the bulk action may be done to all that is found, too
    exports: Sequence[str] = ()  # "csv", "xlsx"
    filters_shown: int = 4  # how many filters stand open; those that filter stand open anyway
    per_page: int = 50
    is_narrow_first: bool = False  # where an index holds the columns of the filters
    empty_words: Any = ""

    # What was asked

    @cached_property
    def query(self) -> QueryDict:
        """The address's query without its place in the list: what a saved view keeps."""
        query = self.request.GET.copy()
        for name in ("cursor", "export", "columns", "view"):
            query.pop(name, None)
        for name in [name for name, values in query.lists() if not any(values)]:
            del query[name]
        return query

    def url(self, **changes: str | None) -> str:
        """Return this list's address with some parameters changed, None takes one away."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    @cached_property
    def filter(self) -> FilterSet:
        """The bound filter set; what it cannot read is ignored and said at the field."""
        return self.filterset(self.request.GET, queryset=self.queryset, request=self.request)

    @cached_property
    def form(self) -> Any:
        """The filter form, checked."""
        form = self.filter.form
        form.is_valid()  # fills `cleaned_data` with what could be read
        return form

    @cached_property
    def found(self) -> QuerySet[Row]:
        """The filtered rows, not ordered and not paged: also what an export writes."""
        queryset = self.filter.queryset.all()
        found: QuerySet[Row] = (
            self.filter.filter_queryset(queryset) if self.form.is_bound else queryset
        )
        return found

    @cached_property
    def open_fields(self) -> list[Any]:
        """The filters that stand open: the first ones and those that filter something."""
        return [field for place, field in enumerate(self.form) if self.is_open(field, place=place)]

    @cached_property
    def more_fields(self) -> list[Any]:
        """The filters behind "more filters"."""
        return [
            field for place, field in enumerate(self.form) if not self.is_open(field, place=place)
        ]

    def is_open(self, field: Any, *, place: int) -> bool:
        """Whether a filter is shown at once."""
        value = self.form.cleaned_data.get(field.name)
        return place < self.filters_shown or bool(field.errors) or not is_blank(value)

    # What is shown

    @cached_property
    def sort(self) -> Order:
        """The order asked for, if a column offers it, else the list's own."""
        asked = Order.parse(self.request.GET.get("sort", ""))
        offered = {column.sort for column in self.columns if column.sort}
        return asked if asked.field in offered else Order.parse(self.order)

    @cached_property
    def page(self) -> Page[Row]:
        """The rows with the cursors to both sides."""
        cursor = self.request.GET.get("cursor", "")
        return page_of(
            self.found,
            order=self.sort,
            cursor=cursor,
            per_page=self.per_page,
            is_narrow_first=self.is_narrow_first,
        )

    @property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        return self.page.rows

    @property
    def newer_url(self) -> str:
        """The page before, empty on the first."""
        return self.url(cursor=self.page.newer) if self.page.newer else ""

    @property
    def older_url(self) -> str:
        """The page after, empty on the last."""
        return self.url(cursor=self.page.older) if self.page.older else ""

    @cached_property
    def count(self) -> Count:
        """How many there are; free of charge when they all stand on this page."""
        if not (self.request.GET.get("cursor") or self.page.older):
            return Count(len(self.rows), is_capped=False)
        number = self.found.order_by().values("pk")[: COUNT_CAP + 1].count()
        return Count(min(number, COUNT_CAP), is_capped=number > COUNT_CAP)

    @cached_property
    def chips(self) -> list[Chip]:
        """What is filtered, in words."""
        chips = []
        for name, value in self.form.cleaned_data.items():
            if name in self.form.fields and not is_blank(value):
                form_field = self.form.fields[name]
                label = str(form_field.label or self.filter.filters[name].label or name)
                words = filter_words(value, form_field=form_field)
                chips.append(Chip(label=label, words=words, url=self.url_without(name)))
        return chips

    def url_without(self, name: str) -> str:
        """Return the address without a filter; a range has two parameters."""
        return self.url(**{part: None for part in self.query if is_part(part, of=name)})

    @property
    def is_filtered(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.chips)

    @property
    def clear_url(self) -> str:
        """This list with nothing filtered."""
        return self.request.path

    # Columns

    @cached_property
    def shown(self) -> list[Column]:
        """The columns this person chose, in the list's order."""
        chosen = self.request.session.get(SESSION_KEY, {}).get(self.page_name)
        if chosen is None:
            return [column for column in self.columns if not column.is_hidden]
        return [column for column in self.columns if column.is_fixed or column.name in chosen]

    @cached_property
    def shows(self) -> dict[str, bool]:
        """Column name → shown, for `{% if page.shows.due %}` in the row template."""
        shown = {column.name for column in self.shown}
        return {column.name: column.name in shown for column in self.columns}

    @property
    def choosable(self) -> list[Column]:
        """The columns that can be hidden."""
        return [column for column in self.columns if not column.is_fixed]

    @cached_property
    def headers(self) -> list[Header]:
        """The heads of the shown columns."""
        return [self.header(column) for column in self.shown]

    def header(self, column: Column) -> Header:
        """Make one head: a second click on it turns the order round."""
        if not column.sort:
            return Header(column=column, url="", aria_sort="")
        if column.sort != self.sort.field:
            return Header(column=column, url=self.url(sort=column.sort), aria_sort="")
        aria_sort = "descending" if self.sort.is_descending else "ascending"
        return Header(column=column, url=self.url(sort=str(self.sort.reverse)), aria_sort=aria_sort)

    # Saved views

    @cached_property
    def tabs(self) -> list[Tab]:
        """Ready-made and saved views; the current one is the one whose query stands in the address."""
        current = spelled(self.query)
        mine = DefaultView.objects.filter(staff=self.request.user, view=OuterRef("pk"))
        saved = list(
            SavedFilter.objects.visible_to(self.request.user)
            .filter(page=self.page_name)
            .annotate(is_default=Exists(mine))
        )
        whole = f"{self.request.path}?view=all"  # where the list itself opens with a saved view
        has_default = any(getattr(view, "is_default", False) for view in saved)
        ready = [
            Tab(
                label=str(view.label),
                url=whole if has_default and not view.query else self.tab_url(view.query),
                is_current=current == spelled(QueryDict(view.query)),
            )
            for view in self.views
        ]
        return ready + [
            Tab(
                label=view.name,
                url=self.tab_url(view.query),
                is_current=current == spelled(QueryDict(view.query)),
                saved=view,
                is_default=getattr(view, "is_default", False),
            )
            for view in saved
        ]

    def tab_url(self, query: str) -> str:
        """Return the address of a view."""
        return f"{self.request.path}?{query}" if query else self.request.path

    @property
    def opening_url(self) -> str:
        """The view with which the list opens when nothing was asked, if the person chose one."""
        if self.request.GET:
            return ""
        return next((tab.url for tab in self.tabs if tab.is_default), "")

    @property
    def current_tab(self) -> Tab | None:
        """The view that is open."""
        return next((tab for tab in self.tabs if tab.is_current), None)

    @property
    def export_links(self) -> list[tuple[str, str]]:
        """(CSV, address) and so on."""
        return [(kind.upper(), self.url(export=kind)) for kind in self.exports]

    @property
    def wants_export(self) -> bool:
        """Whether the address asks for a file instead of a page."""
        return self.request.GET.get("export") in self.exports

    def export(self) -> FileResponse:
        """Answer with all that was found as a file, in the list's order, whatever is shown."""
        kind = self.request.GET["export"]
        written = [column for column in self.columns if column.value]
        found = self.found.order_by(*self.sort.keys).iterator(chunk_size=EXPORT_BATCH)
        rows = ([column.value(row) for column in written if column.value] for row in found)
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"list.{kind}"
            sheets.WRITERS[kind](path, head=[str(column.label) for column in written], rows=rows)
            name = f"{self.page_name.replace(':', '-')}.{kind}"
            return FileResponse(path.open("rb"), as_attachment=True, filename=name)

    @property
    def sort_options(self) -> list[Header]:
        """All sortable columns, for the phone, where there are no heads."""
        return [self.header(column) for column in self.columns if column.sort]


def spelled(query: QueryDict) -> str:
    """Spell a query the same way whatever the order of its parameters."""
    return "&".join(sorted(query.urlencode().split("&")))


def is_part(parameter: str, *, of: str) -> bool:
    """Whether an address parameter belongs to a filter: `due`, or `due_after` of a range."""
    ends = ("", "_after", "_before", "_min", "_max", "_0", "_1")
    return parameter in {f"{of}{end}" for end in ends}

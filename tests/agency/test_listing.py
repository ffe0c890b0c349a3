"""The list page: filters, words, order, columns, saved views, export, and what it costs."""

import csv
import io
from datetime import UTC, datetime, timedelta

import django_filters
import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.db import models
from django.test import RequestFactory
from django.utils import translation
from openpyxl import load_workbook

from agency.filters import PeriodFilter
from agency.listing import COUNT_CAP, Column, ListPage, View
from agency.models import Mail, SavedFilter, Staff
from tests.factories.agency import StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 21, 3, 0, tzinfo=UTC)


class MailFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Search", field_name="subject", lookup_expr="contains")
    to = django_filters.ChoiceFilter(
        label="To", choices=[("Group", [("a", "Anna"), ("b", "Bert")])]
    )
    many = django_filters.MultipleChoiceFilter(
        label="Any", field_name="to", choices=[("a", "Anna"), ("b", "Bert")]
    )
    at = PeriodFilter(label="Received", field_name="at")
    pk = django_filters.NumberFilter(label="Number")

    class Meta:
        model = Mail
        fields: list[str] = []


COLUMNS = [
    Column(name="pk", label="Number", sort="pk", is_fixed=True, value=lambda mail: mail.pk),
    Column(name="subject", label="Subject", sort="subject", value=lambda mail: mail.subject),
    Column(name="to", label="To", value=lambda mail: mail.to),
    Column(name="body", label="Text", is_hidden=True),
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def staff():
    return StaffFactory.create()


@pytest.fixture
def mails():
    return Mail.objects.bulk_create(
        Mail(
            message_id=f"{n}",
            to="ab"[n % 2],
            subject=f"subject {n}",
            body="",
            at=NOW + timedelta(days=n),
        )
        for n in range(6)
    )


@pytest.fixture
def listed(staff):
    """Returns the list page of an address."""

    def look(query="", **options) -> ListPage[Mail]:
        request = RequestFactory().get(f"/mails/?{query}")
        request.user = staff
        request.session = options.pop("session", SessionStore())
        values = {
            "page_name": "tests:mails",
            "queryset": Mail.objects.all(),
            "filterset": MailFilter,
            "columns": COLUMNS,
            "order": "-at",
            "per_page": 4,
        }
        return ListPage(request=request, **(values | options))

    return look


def subjects(page):
    return [row.subject for row in page.rows]


def test_rows_come_in_the_lists_own_order_a_page_at_a_time(listed, mails):
    first = listed()
    second = listed(first.older_url.partition("?")[2])

    assert subjects(first) == ["subject 5", "subject 4", "subject 3", "subject 2"]
    assert subjects(second) == ["subject 1", "subject 0"]
    assert (first.newer_url, second.older_url) == ("", "")
    assert subjects(listed(second.newer_url.partition("?")[2])) == subjects(first)


@pytest.mark.parametrize(
    ("query", "numbers", "chips"),
    [
        ("q=subject+1", [1], [("Search", "subject 1", "/mails/")]),
        ("to=a", [4, 2, 0], [("To", "Anna", "/mails/")]),
        ("many=a&many=b&pk=", [5, 4, 3, 2], [("Any", "Anna, Bert", "/mails/")]),
        (
            "at_after=22/10/2569&at_before=23/10/2569",
            [2, 1],
            [("Received", "22 Oct 2026 to 23 Oct 2026", "/mails/")],
        ),
        ("at_after=25/10/2569", [5, 4], [("Received", "from 25 Oct 2026", "/mails/")]),
        (
            "at_before=21/10/2569&sort=pk",
            [0],
            [("Received", "until 21 Oct 2026", "/mails/?sort=pk")],
        ),
        ("to=b&q=3", [3], [("Search", "3", "/mails/?to=b"), ("To", "Bert", "/mails/?q=3")]),
    ],
)
def test_filters_are_said_in_words_with_the_way_back(listed, mails, query, numbers, chips):
    page = listed(query)

    assert subjects(page) == [f"subject {number}" for number in numbers]
    assert [(chip.label, chip.words, chip.url) for chip in page.chips] == chips


@pytest.mark.parametrize(
    "query", ["to=nobody", "pk=abc", "at_after=never", "q=%00", "sort=password", "cursor=rubbish"]
)
def test_what_cannot_be_read_filters_nothing(listed, mails, query):
    page = listed(query)

    assert subjects(page) == ["subject 5", "subject 4", "subject 3", "subject 2"]
    assert page.chips == []


def test_a_wrong_filter_is_said_at_its_field(listed):
    assert list(listed("at_after=never").form.errors) == ["at"]


def test_the_first_filters_stand_open_and_those_that_filter(listed):
    page = listed("pk=3", filters_shown=2)

    assert [field.name for field in page.open_fields] == ["q", "to", "pk"]
    assert [field.name for field in page.more_fields] == ["many", "at"]


def test_heads_sort_and_turn_round(listed, mails):
    heads = listed("sort=subject&to=a").headers

    assert [(head.column.name, head.url, head.aria_sort) for head in heads] == [
        ("pk", "/mails/?to=a&sort=pk", ""),
        ("subject", "/mails/?to=a&sort=-subject", "ascending"),
        ("to", "", ""),
    ]
    assert listed("sort=-subject").headers[1].aria_sort == "descending"


def test_chosen_columns_are_shown_and_fixed_ones_always(listed):
    session = SessionStore()
    session["list_columns"] = {"tests:mails": ["body"]}

    page = listed(session=session)

    assert page.shows == {"pk": True, "subject": False, "to": False, "body": True}
    assert [column.name for column in page.choosable] == ["subject", "to", "body"]
    assert listed().shows == {"pk": True, "subject": True, "to": True, "body": False}


def test_the_count_is_free_when_all_rows_are_there(listed, mails, django_assert_num_queries):
    page = listed(per_page=10)

    with django_assert_num_queries(1):
        assert (len(page.rows), str(page.count), page.count.words) == (6, "6", "6 items")


def test_the_count_is_true_up_to_the_cap(listed, mails, django_assert_num_queries):
    page = listed()

    with django_assert_num_queries(2):
        assert (len(page.rows), str(page.count)) == (4, "6")


def test_the_count_is_capped(listed):
    Mail.objects.bulk_create(
        Mail(message_id="", to="a", subject="s", body="", at=NOW) for _n in range(COUNT_CAP + 1)
    )

    assert str(listed().count) == "500+"


@pytest.mark.parametrize("item_count", [1, 3])
def test_a_page_costs_three_queries_with_its_saved_views(
    listed, mails, staff, item_count, django_assert_num_queries
):
    for number in range(item_count):
        SavedFilter.objects.create(owner=staff, page="tests:mails", name=f"{number}", query="to=a")
    page = listed()

    with django_assert_num_queries(3):
        assert (len(page.rows), str(page.count), len(page.tabs)) == (4, "6", item_count)


def test_tabs_are_ready_made_own_and_shared_views(listed, staff):
    colleague, stranger = StaffFactory.create(unit=staff.unit), StaffFactory.create()
    for owner, name, is_shared in [
        (staff, "mine", False),
        (colleague, "shared", True),
        (colleague, "private", False),
        (stranger, "foreign", True),
    ]:
        SavedFilter.objects.create(
            owner=owner, page="tests:mails", name=name, query="sort=pk&to=b", is_shared=is_shared
        )
    SavedFilter.objects.create(owner=staff, page="tests:other", name="elsewhere", query="")

    page = listed("to=b&sort=pk", views=[View(label="All"), View(label="Anna", query="to=a")])

    assert [(tab.label, tab.url, tab.is_current) for tab in page.tabs] == [
        ("All", "/mails/", False),
        ("Anna", "/mails/?to=a", False),
        ("mine", "/mails/?sort=pk&to=b", True),
        ("shared", "/mails/?sort=pk&to=b", True),
    ]
    assert page.current_tab == page.tabs[2]


def test_nothing_is_in_the_address_that_is_empty_or_a_place(listed, mails):
    cursor = listed().page.older

    assert listed(f"q=&to=a&cursor={cursor}&export=csv").query.urlencode() == "to=a"


def written(response):
    content = b"".join(response.streaming_content)
    response.close()
    return content


def test_csv_holds_all_that_was_found_in_order(listed, mails):
    page = listed("to=a&sort=pk&export=csv", exports=["csv"], per_page=1)

    lines = list(csv.reader(io.StringIO(written(page.export()).decode("utf-8-sig"))))

    assert page.wants_export
    assert lines == [
        ["Number", "Subject", "To"],
        *([str(m.pk), m.subject, "a"] for m in mails[::2]),
    ]


def test_xlsx_holds_the_same(listed, mails):
    page = listed("to=b&sort=-pk&export=xlsx", exports=["csv", "xlsx"])

    sheet = load_workbook(io.BytesIO(written(page.export()))).active

    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["Number", "Subject", "To"],
        *([m.pk, m.subject, "b"] for m in reversed(mails[1::2])),
    ]


def test_an_export_that_is_not_offered_is_not_made(listed):
    assert not listed("export=xlsx", exports=["csv"]).wants_export
    assert not listed(exports=["csv"]).wants_export


def test_rows_without_a_value_stay_in_the_list(staff, listed):
    class StaffFilter(django_filters.FilterSet):
        class Meta:
            model = Staff
            fields: list[str] = []

    StaffFactory.create_batch(3)
    Staff.objects.filter(pk=staff.pk).update(leave_from="2026-10-01", leave_until="2026-10-02")
    options = {
        "queryset": Staff.objects.all(),
        "filterset": StaffFilter,
        "order": "leave_from",
        "per_page": 1,
    }
    options["columns"] = [Column(name="leave", label="Leave", sort="leave_from")]

    seen, query = [], ""
    for _page in range(4):
        page = listed(query, **options)
        seen += [row.pk for row in page.rows]
        query = page.older_url.partition("?")[2]

    assert (sorted(seen), query) == (sorted(Staff.objects.values_list("pk", flat=True)), "")
    assert seen[0] == staff.pk


def test_a_model_in_a_filter_is_said_by_its_name(listed, staff):
    class OwnerFilter(django_filters.FilterSet):
        owner = django_filters.ModelChoiceFilter(label="Owner", queryset=Staff.objects.all())

        class Meta:
            model = SavedFilter
            fields: list[str] = []

    page = listed(
        f"owner={staff.pk}", queryset=SavedFilter.objects.all(), filterset=OwnerFilter, order="pk"
    )

    assert [(chip.label, chip.words) for chip in page.chips] == [("Owner", str(staff))]
    assert isinstance(page.found, models.QuerySet)

"""Keyset paging: no row twice, none left out, also where values are equal or missing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing

from agency.models import Job, Mail
from agency.paging import SALT, Order, page_of
from tests.factories.agency import StaffFactory

NOW = datetime(2026, 10, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def jobs(db):
    """Eleven jobs: pairs end at the same instant, the last three have not ended."""
    staff = StaffFactory()
    return Job.objects.bulk_create(
        Job(
            kind="t",
            title=f"{n}",
            by=staff,
            created_at=NOW,
            ended_at=NOW + timedelta(hours=n // 2) if n < 8 else None,
        )
        for n in range(11)
    )


def walk(queryset, *, order, per_page):
    """Return the pages from the first to the last, as lists of ids, and the last page."""
    page = page_of(queryset, order=order, per_page=per_page)
    pages = [[row.pk for row in page.rows]]
    while page.older:
        page = page_of(queryset, order=order, cursor=page.older, per_page=per_page)
        pages.append([row.pk for row in page.rows])
    return pages, page


def walk_back(queryset, page, *, order, per_page):
    """Return the pages from a page back to the first."""
    pages = []
    while page.newer:
        page = page_of(queryset, order=order, cursor=page.newer, per_page=per_page)
        pages.append([row.pk for row in page.rows])
    return pages


@pytest.mark.parametrize("text", ["ended_at", "-ended_at", "title", "-title", "pk", "-pk"])
@pytest.mark.parametrize("per_page", [1, 2, 3, 4, 11, 20])
def test_pages_hold_every_row_once_in_order_and_back(jobs, text, per_page):
    order = Order.parse(text)
    expected = list(Job.objects.order_by(*order.keys).values_list("pk", flat=True))

    pages, last = walk(Job.objects.all(), order=order, per_page=per_page)
    back = walk_back(Job.objects.all(), last, order=order, per_page=per_page)

    assert [pk for page in pages for pk in page] == expected
    assert back[::-1] == pages[:-1]


def test_a_page_costs_one_query_and_the_border_to_missing_values_two(
    jobs, django_assert_num_queries
):
    order = Order.parse("ended_at")
    first = page_of(Job.objects.all(), order=order, per_page=4)

    with django_assert_num_queries(1):
        second = page_of(Job.objects.all(), order=order, cursor=first.older, per_page=3)
    with django_assert_num_queries(2):
        page_of(Job.objects.all(), order=order, cursor=second.older, per_page=3)


def test_the_border_is_an_index_range_and_not_an_or(jobs, django_assert_num_queries):
    order = Order.parse("ended_at")
    first = page_of(Job.objects.all(), order=order, per_page=2)

    with django_assert_num_queries(1) as asked:
        page_of(Job.objects.all(), order=order, cursor=first.older, per_page=2)

    sql = asked.captured_queries[0]["sql"]
    assert '("agency_job"."ended_at", "agency_job"."id") > (' in sql
    assert " OR " not in sql


def test_related_fields_can_be_the_order(jobs):
    order = Order.parse("by__username")
    StaffFactory(username="aaa").jobs.create(kind="t", title="first", created_at=NOW)

    pages, _last = walk(Job.objects.select_related("by"), order=order, per_page=5)

    assert [pk for page in pages for pk in page] == list(
        Job.objects.order_by("by__username", "pk").values_list("pk", flat=True)
    )


@pytest.mark.parametrize("cursor", ["rubbish", "a:b:c", "\x00", "ก" * 300])
def test_a_tampered_cursor_means_the_first_page(jobs, cursor):
    order = Order.parse("pk")

    assert page_of(Job.objects.all(), order=order, cursor=cursor, per_page=3).rows == jobs[:3]


def test_a_cursor_of_another_order_means_the_first_page(jobs):
    other = page_of(Job.objects.all(), order=Order.parse("-title"), per_page=3).older

    assert (
        page_of(Job.objects.all(), order=Order.parse("pk"), cursor=other, per_page=3).rows
        == jobs[:3]
    )


def test_a_cursor_past_the_end_gives_an_empty_page(jobs):
    order = Order.parse("pk")
    cursor = signing.dumps(["pk", 0, jobs[-1].pk, "v", jobs[-1].pk], salt=SALT)

    page = page_of(Job.objects.all(), order=order, cursor=cursor)

    assert (page.rows, page.newer, page.older) == ([], "", "")


def test_no_rows_make_an_empty_page(db):
    page = page_of(Mail.objects.all(), order=Order.parse("-at"))

    assert (page.rows, page.newer, page.older) == ([], "", "")

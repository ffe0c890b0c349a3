"""The public page of the procedure: promised beside real times, never of a few cases."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from complaints import lifecycle
from complaints.models import Kind, PastTime
from complaints.selectors import procedure as selectors
from tests.factories.complaints import (
    NOW,
    GradeFactory,
    PolicyFactory,
    in_progress,
    ready,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def thai():
    """The screens speak Thai."""
    with translation.override("th"):
        yield


def took(**facts):
    """Return a row of times; `facts` change it."""
    return PastTime.objects.create(
        **{
            "kind": Kind.SERVICE,
            "policy_code": "P",
            "measure": "stage1",
            "unit": "working",
            "since_on": NOW.date(),
            "until_on": NOW.date(),
            "n": 10,
            "in_time": 9,
            "median": 6,
            "p90": 14.5,
            **facts,
        }
    )


def test_times_are_counted_from_the_clocks_that_stopped_in_the_year():
    case = in_progress()
    for day, body in ((3, "ตอบ"),):
        lifecycle.answer(case, body=body, by=case.officer, at=NOW + timedelta(days=day))

    lifecycle.refresh_past_times(at=NOW + timedelta(days=4))
    first = list(PastTime.objects.filter(measure="stage1").values_list("n", "in_time", "median"))
    lifecycle.refresh_past_times(at=NOW + timedelta(days=400))

    assert first == [(1, 1, 3.0)]
    assert PastTime.objects.count() == 0


def test_late_answers_count_as_late_even_when_extended():
    case = in_progress()
    lifecycle.answer(case, body="ตอบ", by=case.officer, at=NOW + timedelta(days=40))
    case.clocks.filter(measure="stage1").update(extended_days=60, result="met")

    lifecycle.refresh_past_times(at=NOW + timedelta(days=41))

    assert PastTime.objects.get(measure="stage1").in_time == 0


def test_fewer_than_ten_cases_are_not_told():
    PolicyFactory.create(code="P")
    took(n=9, in_time=9)
    took(measure="acknowledge", n=10)

    found = selectors.procedure("service")

    assert found.times["stage1"].took is None
    assert found.times["acknowledge"].percent_in_time == 90


def test_the_usual_standard_comes_first_and_the_narrow_ones_beside_it():
    usual = PolicyFactory.create(code="USUAL")
    strict = PolicyFactory.create(code="STRICT", kind=Kind.CORRUPTION, priority=10)
    minor = PolicyFactory.create(code="MINOR", kind=Kind.SERVICE, grade=GradeFactory.create())

    corruption, service = selectors.procedure("corruption"), selectors.procedure("service")
    asked = selectors.procedure("service", code="MINOR")

    assert (corruption.standard, list(corruption.others)) == (strict, [])
    assert (service.standard, list(service.others)) == (usual, [minor])
    assert asked.standard == minor


def test_page_shows_drawing_table_and_finding(client):
    PolicyFactory.create(code="P")
    took()

    page = client.get(reverse("complaints:procedure"), {"kind": "service"})

    assert [chart.title for chart in page.context["charts"]] == ["ตอบในขั้นที่ 1: ทันกำหนด 90%"]
    assert [box.limit for box in page.context["boxes"]][1] == "ภายใน 1 วันทำการ"
    assert page.context["last"] == "ภายใน 30 วันทำการ"


@pytest.mark.parametrize("query", [{}, {"kind": "x"}, {"kind": "enquiry", "standard": "';--"}])
def test_page_opens_whatever_is_asked_and_costs_few_queries(
    client, query, django_assert_num_queries
):
    ready()
    client.get(reverse("complaints:procedure"))  # the agency's name is kept from here on

    with django_assert_num_queries(3):
        assert client.get(reverse("complaints:procedure"), query).status_code == 200


def test_page_without_a_standard_says_so(client):
    page = client.get(reverse("complaints:procedure")).content.decode()

    assert "ยังไม่ได้กำหนดมาตรฐานระยะเวลา" in page

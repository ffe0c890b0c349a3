"""The pages of the reports: who sees what, signatures, the records behind a figure."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from agency.models import Job, Role
from complaints.models import Kind
from pmqa.reports.models import Report
from pmqa.reports.pdf import document_of
from tests.factories.agency import AuditorFactory, ExecutiveFactory, StaffFactory, SupervisorFactory
from tests.factories.complaints import ReaderFactory
from tests.indicators.story import at
from tests.reports.story import CUTOFF, busy_october, october_of

pytestmark = pytest.mark.django_db

LIST_QUERIES = 4  # session, person, rows, saved views


@pytest.fixture
def report(office):
    """October's report, full of cases."""
    busy_october(office)
    return october_of(office)


def page(client, staff, url, **query):
    """Open a page as somebody."""
    client.force_login(staff)
    return client.get(url, query)


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_for_every_length(
    client, office, item_count, django_assert_num_queries
):
    for number in range(item_count):
        october_of(office, cutoff=CUTOFF + timedelta(hours=number), at=at(20, month=12))
    client.force_login(AuditorFactory.create(unit=office.root))
    client.get(reverse("reports:list"))

    with django_assert_num_queries(LIST_QUERIES):
        answer = client.get(reverse("reports:list"))

    assert [row.version for row in answer.context["page"].rows] == list(range(item_count, 0, -1))


def test_the_report_shows_figures_chapters_and_versions(client, office, report):
    answer = page(client, AuditorFactory.create(unit=office.root), report.get_absolute_url())

    assert answer.status_code == 200
    assert [figure.words for figure, _url, _change in answer.context["headline"]] == [
        "11",
        "18.2%",
        "85.7%",
        "4.0",
        "1",
        "9.1%",
    ]
    assert [chapter.name for chapter in answer.context["chapters"]] == [
        "summary",
        "scope",
        "corrections",
        "voices",
        "opinion",
        "improved",
        "volumes",
        "timeliness",
        "duration",
        "results",
        "ageing",
        "rate",
        "results72",
        "self-assessment",
        "decisions",
        "dictionary",
        "holidays",
        "log",
    ]
    assert answer.content.decode().count("<h1") == 1


def test_another_branch_and_a_stranger_see_nothing(client, office, report):
    south = SupervisorFactory.create(unit=office.south)
    urls = [
        report.get_absolute_url(),
        figure_of(report),
        reverse("reports:file", args=[report.pk, "pdf"]),
        reverse("reports:act", args=[report.pk, "review"]),
    ]

    assert [page(client, south, url).status_code for url in urls] == [404, 404, 404, 404]
    client.logout()
    assert [client.get(url).status_code for url in urls] == [302, 302, 302, 302]
    assert list(page(client, south, reverse("reports:list")).context["page"].rows) == []


def figure_of(report, indicator="3.4-01", measure="received"):
    """Return the address of a figure's records."""
    return reverse("reports:figure", args=[report.pk, indicator, measure])


def test_a_figure_opens_exactly_its_records(client, office, report):
    auditor = AuditorFactory.create(unit=office.root)

    received = page(client, auditor, figure_of(report)).context
    south = page(client, auditor, figure_of(report), dimension="unit", key="SOUTH").context
    stage1 = page(client, auditor, figure_of(report, "3.4-03", "share")).context

    assert (received["count"], len(received["records"]), received["figure"].numerator) == (
        11,
        11,
        11,
    )
    assert (south["count"], south["figure"].numerator) == (2, 2)
    assert (stage1["count"], [record.is_counted for record in stage1["records"]].count(True)) == (
        7,
        6,
    )


@pytest.mark.parametrize(
    ("place", "dimension"),
    [
        (("3.4-99", "x"), ""),
        (("3.4-01", "x"), ""),
        (("3.4-01", "received"), "nothing"),
    ],
)
def test_a_figure_that_is_not_in_the_report_is_not_found(client, office, report, place, dimension):
    auditor = AuditorFactory.create(unit=office.root)

    answer = page(client, auditor, figure_of(report, *place), dimension=dimension)

    assert answer.status_code == 404


def test_a_restricted_case_counts_but_only_its_readers_see_the_line(client, office, report):
    auditor = AuditorFactory.create(unit=office.root)
    secret = report.facts.get(kind=Kind.CORRUPTION)

    shut = page(client, auditor, figure_of(report))
    ReaderFactory.create(complaint_id=secret.complaint_id, staff=auditor)
    opened = page(client, auditor, figure_of(report))

    assert shut.context["count"] == opened.context["count"] == 11
    assert secret.number not in shut.content.decode()
    assert secret.number in opened.content.decode()


def test_the_records_stay_as_they_were_when_the_case_is_gone(client, office, report):
    from complaints.models import Complaint

    erased = report.facts.filter(counted__contains=["open"]).exclude(kind=Kind.CORRUPTION).first()
    Complaint.objects.get(pk=erased.complaint_id).delete()

    answer = page(client, AuditorFactory.create(unit=office.root), figure_of(report))

    assert answer.context["count"] == 11
    assert erased.number in answer.content.decode()


def test_an_auditor_traces_every_figure_from_paper(client, office, report):
    auditor = AuditorFactory.create(unit=office.root)
    client.force_login(auditor)
    with override("th"):
        chapters = document_of(report)["chapters"]
    printed = {
        (row[0], words, code)
        for chapter in chapters
        for table in chapter["tables"]
        for row, codes in zip(table["rows"], table["codes"], strict=True)
        for words, code in zip(row, codes, strict=True)
        if code
    }
    stage1 = next(
        code for head, words, code in printed if head.startswith("3.4-03") and words == "85.7%"
    )
    page_of_figure = client.get(reverse("trace_code", args=[stage1]), follow=True)
    typed = client.get(reverse("trace"), {"code": stage1.lower().replace("-", " - ")}, follow=True)
    swapped = client.get(
        reverse("trace"), {"code": f"{stage1[:-1]}{'A' if stage1[-1] != 'A' else 'B'}"}
    )
    stranger = page(
        client, SupervisorFactory.create(unit=office.south), reverse("trace_code", args=[stage1])
    )

    assert len(printed) > 60
    assert page_of_figure.context["figure"].words == typed.context["figure"].words == "85.7%"
    assert page_of_figure.context["code"] == stage1
    assert len(page_of_figure.context["records"]) == 7
    assert (swapped.status_code, stranger.status_code) == (404, 404)
    assert f"{stage1[:-1]}" in swapped.content.decode()


def test_figures_of_surveys_and_rates_open_a_page_too(client, office, report):
    auditor = AuditorFactory.create(unit=office.root)

    rate = page(client, auditor, figure_of(report, "3.4-14", "change_count"))
    survey = page(client, auditor, figure_of(report, "3.2-06", "share"))

    assert len(rate.context["records"]) == 11
    assert (survey.status_code, list(survey.context["waves"].rows)) == (200, [])


def test_records_are_paged(client, office, report, monkeypatch):
    import functools

    from agency.paging import page_of
    from pmqa.reports.views import figures

    monkeypatch.setattr(figures, "page_of", functools.partial(page_of, per_page=4))
    auditor = AuditorFactory.create(unit=office.root)
    seen, cursor = [], ""
    while True:
        context = page(client, auditor, figure_of(report), cursor=cursor).context
        seen += [record.fact.number for record in context["records"]]
        cursor = context["page"].older
        if not cursor:
            break

    assert seen == sorted(
        report.facts.filter(counted__contains=["received"]).values_list("number", flat=True)
    )


# Signing


def test_supervisor_checks_and_executive_approves_and_publishes(client, office, report):
    supervisor, executive = (
        SupervisorFactory.create(unit=office.root),
        ExecutiveFactory.create(unit=office.root),
    )

    def press(staff, verb, **data):
        client.force_login(staff)
        return client.post(reverse("reports:act", args=[report.pk, verb]), data)

    assert press(supervisor, "review").url == report.get_absolute_url()
    assert press(executive, "approve").status_code == 302
    assert press(executive, "publish").status_code == 200  # asked first
    assert state(report) == "approved"
    assert press(executive, "publish", confirmed="1").status_code == 302
    assert state(report) == "published"


def state(report):
    """Return the state as it stands in the database."""
    return Report.objects.get(pk=report.pk).state


def test_what_is_not_ones_right_is_forbidden(client, office, report):
    people = {
        "officer": StaffFactory.create(unit=office.root),
        "auditor": AuditorFactory.create(unit=office.root),
        "executive": ExecutiveFactory.create(unit=office.root),
    }

    for staff in people.values():
        client.force_login(staff)
        assert client.post(reverse("reports:act", args=[report.pk, "review"])).status_code == 403
    assert client.post(reverse("reports:act", args=[report.pk, "burn"])).status_code == 404
    assert state(report) == "draft"


def test_sending_back_asks_for_the_reason(client, office, report):
    supervisor = SupervisorFactory.create(unit=office.root)
    client.force_login(supervisor)
    client.post(reverse("reports:act", args=[report.pk, "review"]))
    url = reverse("reports:act", args=[report.pk, "send_back"])

    empty = client.post(url, {"reason": ""})
    client.post(url, {"reason": "ตรวจยอดยกมา"})

    assert empty.context["form"].errors["reason"]
    assert (state(report), Report.objects.get().remark) == ("draft", "ตรวจยอดยกมา")


def test_the_button_starts_a_job(client, office, report, django_capture_on_commit_callbacks):
    supervisor = SupervisorFactory.create(unit=office.root)
    client.force_login(supervisor)

    answer = client.post(reverse("reports:build"), {"month": "2026-10-01", "unit": office.north.pk})

    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert (job.kind, job.task, job.arguments["unit"], job.arguments["month"]) == (
        "report",
        "pmqa.build_report",
        office.north.pk,
        "2026-10-01",
    )


def test_officers_get_no_button(client, office):
    officer = StaffFactory.create(unit=office.root, roles=[Role.OFFICER])

    assert page(client, officer, reverse("reports:build")).status_code == 403
    assert page(client, officer, reverse("reports:list")).context["may_build"] is False


# Files


@pytest.mark.parametrize(("kind", "head"), [("pdf", b"%PDF-"), ("xlsx", b"PK")])
def test_a_file_is_made_once_and_handed_out(client, office, report, kind, head):
    auditor = AuditorFactory.create(unit=office.root)
    url = reverse("reports:file", args=[report.pk, kind])

    first = page(client, auditor, url)
    content = first.getvalue()
    again = page(client, auditor, url).getvalue()

    assert content.startswith(head)
    assert content == again
    assert report.files.filter(format=kind).count() == 1
    assert first["Content-Disposition"] == f'attachment; filename="pmqa3-ROOT-2026-10-v1.{kind}"'

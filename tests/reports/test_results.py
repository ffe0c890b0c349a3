"""Results 7.2: the rule at its borders, three fiscal years as known, entries, page, chapter and files."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import openpyxl
import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from agency.audit import entries_of
from agency.refusal import Refused
from pmqa.indicators.registry import Better
from pmqa.reports.lifecycle import canonical
from pmqa.reports.models import IndicatorTarget, Report, ResultEntry, ScoreBand, ScoreRule
from pmqa.reports.results import lifecycle
from pmqa.reports.results.attainment import SHIPPED, Band, band_of, percent_of, score_of
from pmqa.reports.results.chapter import chapter_of
from pmqa.reports.results.telling import item72
from tests.factories.agency import (
    AdminFactory,
    AuditorFactory,
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.indicators.story import at, open_office
from tests.reports.story import CUTOFF, OCTOBER, busy_october, october_of

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("actual", "target", "better", "percent"),
    [
        (80, 80, Better.HIGHER, "100.00"),
        (79.99, 80, Better.HIGHER, "99.99"),
        (40, 80, Better.HIGHER, "50.00"),
        (5, 5, Better.LOWER, "100.00"),
        (4, 5, Better.LOWER, "120.00"),
        (10, 5, Better.LOWER, "0.00"),
        (15, 5, Better.LOWER, "-100.00"),
        (0, 5, Better.LOWER, "200.00"),
        (0, 5, Better.HIGHER, "0.00"),
        (5, 0, Better.HIGHER, None),
        (5, 0, Better.LOWER, None),
        (None, 5, Better.HIGHER, None),
        (5, None, Better.LOWER, None),
        (99.994, 100, Better.HIGHER, "99.99"),
        (99.995, 100, Better.HIGHER, "100.00"),
    ],
)
def test_success_is_counted_by_the_direction(actual, target, better, percent):
    found = percent_of(actual, target, better=better)

    assert (None if found is None else str(found)) == percent


@pytest.mark.parametrize(
    ("percent", "score"),
    [
        ("-50", "0.00"),
        ("0", "0.00"),
        ("99.99", "299.97"),
        ("100", "300.00"),
        ("100.01", "300.00"),
        ("101", "300.00"),
        ("101.01", "400.00"),
        ("105", "400.00"),
        ("105.01", "500.00"),
        ("1000", "500.00"),
        (None, None),
    ],
)
def test_the_shipped_rule_at_its_borders(percent, score):
    found = score_of(None if percent is None else Decimal(percent), SHIPPED)

    assert (None if found is None else str(found)) == score


def test_a_band_thaws_as_it_was_frozen():
    bands = [*SHIPPED, Band(upto=Decimal("99.5"), factor=Decimal("2.5"))]

    assert [band_of(band.as_data()) for band in bands] == bands


def rule(year, *bands, when):
    """Set a rule of the score."""
    made = ScoreRule.objects.create(fiscal_year=year, set_at=when)
    ScoreBand.objects.bulk_create(
        ScoreBand(rule=made, upto=upto, score=score, factor=factor) for upto, score, factor in bands
    )
    return made


def entry(office, *, year=2570, line="partnership", what="result", value="4", **facts):
    """Enter a result."""
    told = {
        "source": "ทะเบียนโครงการ",
        "by": SupervisorFactory.create(unit=office.root),
        "at": at(1, month=11),
    }
    return lifecycle.enter(
        unit=office.root,
        fiscal_year=year,
        line=line,
        what=what,
        value=None if value is None else Decimal(value),
        **{**told, **facts},
    )


def told_of(office, *, when=CUTOFF, month=OCTOBER, **facts):
    """Return the lines by code."""
    data = item72(office.root, month=month, at=when, **facts)
    return {line["code"]: line for line in data["lines"]}


@pytest.mark.django_db
def test_entries_count_from_their_instant_the_last_one_and_withdrawn_not(office):
    entry(office, year=2568, value="2", at=at(1, month=11))
    entry(office, year=2569, value="3", at=at(1, month=11))
    entry(office, value="5", at=at(1, month=11))
    entry(office, what="target", value="4", at=at(1, month=11))
    entry(office, value="6", source="ทะเบียนแก้ไข", at=at(3, month=11))
    entry(office, value=None, source="บันทึกผิดปี", at=at(4, month=11))

    before = told_of(office, when=at(2, month=11))["partnership"]
    corrected = told_of(office, when=at(3, month=11))["partnership"]
    withdrawn = told_of(office, when=at(5, month=11))["partnership"]

    assert [year["value"] for year in before["years"]] == [2.0, 3.0, 5.0]
    assert [year["origin"] for year in before["years"]] == ["entered"] * 3
    assert (before["target"]["value"], before["percent"], before["score"]) == (4.0, 125.0, 500.0)
    assert (corrected["years"][2]["value"], corrected["percent"]) == (6.0, 150.0)
    assert corrected["years"][2]["entry"]["source"] == "ทะเบียนแก้ไข"
    assert (withdrawn["years"][2]["value"], withdrawn["years"][2]["origin"]) == (None, "none")
    assert (withdrawn["percent"], withdrawn["score"]) == (None, None)


@pytest.mark.django_db
def test_the_report_tells_the_year_to_date_and_the_target_of_the_indicator(office):
    IndicatorTarget.objects.create(
        measure="3.2-01:percent", fiscal_year=2570, value=85, set_at=at(1)
    )
    entry(office, line="solved", what="target", value="50")
    busy_october(office)

    lines = {line["code"]: line for line in october_of(office).figures["item72"]["lines"]}

    solved = lines["solved"]
    # 7 closed in October and 4 open at its end: 7 of 11.
    assert solved["years"][2] == {
        "year": 2570,
        "value": 63.6364,
        "origin": "measured",
        "measured": 63.6364,
        "months": 1,
        "of": 1,
        "entry": None,
    }
    assert (solved["percent"], solved["score"]) == (127.27, 500.0)
    assert lines["satisfaction"]["target"] == {"value": 85.0, "entry": None}
    assert lines["satisfaction"]["score"] is None


@pytest.mark.django_db
def test_months_without_a_report_give_way_to_an_entry_and_whole_years_do_not(office):
    busy_october(office)
    october_of(office)
    later = at(5, month=12)
    entry(office, line="solved", value="90", at=at(1, month=12))

    lacking = told_of(office, when=later, month=NOVEMBER)["solved"]["years"][2]
    october_of(office, month=NOVEMBER, cutoff=at(2, month=12), at=at(2, month=12))
    whole = told_of(office, when=later, month=NOVEMBER)["solved"]["years"][2]

    assert (lacking["value"], lacking["origin"], lacking["measured"]) == (90.0, "entered", 63.6364)
    assert (lacking["months"], lacking["of"]) == (1, 2)
    assert (whole["value"], whole["origin"], whole["months"]) == (63.6364, "measured", 2)


@pytest.mark.django_db
def test_what_is_entered_or_published_after_the_cut_off_leaves_the_block_byte_for_byte(office):
    busy_october(office)
    entry(office)
    first = october_of(office)
    block, seal = canonical(first.figures), first.sha256
    Report.objects.filter(pk=first.pk).delete()

    entry(office, value="9", source="แก้ไข", at=at(10, month=11))
    rule(2570, (None, 100, None), when=at(10, month=11))
    october_of(office, month=date(2026, 9, 1), cutoff=at(9, month=11), at=at(9, month=11))
    again = october_of(office, at=at(20, month=12))

    assert (canonical(again.figures), again.sha256) == (block, seal)


@pytest.mark.django_db
def test_a_rule_counts_from_its_year_and_instant_on(office):
    entry(office, value="5")
    entry(office, what="target", value="5")
    rule(2569, (100, None, 2), (None, 999, None), when=at(3, month=11))
    rule(2571, (None, 1, None), when=at(3, month=11))

    before, since = (told_of(office, when=at(day, month=11)) for day in (2, 4))

    assert before["partnership"]["score"] == 300.0
    assert since["partnership"]["score"] == 200.0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"source": "  "}, "แหล่งที่มา"),
        ({"value": None}, "ไม่มีค่า"),
        ({"value": "4"}, "มีอยู่แล้ว"),
    ],
)
def test_what_says_nothing_is_refused(office, facts, sentence):
    if facts.get("value") == "4":
        entry(office)

    with pytest.raises(Refused, match=sentence):
        entry(office, **facts)


@pytest.mark.django_db
def test_only_supervisors_and_executives_of_the_unit_or_above_enter(office):
    for person in (
        StaffFactory.create(unit=office.root),
        AuditorFactory.create(unit=office.root),
        SupervisorFactory.create(unit=office.south),
    ):
        with pytest.raises(Refused):
            entry(office, by=person)
    made = entry(office, by=ExecutiveFactory.create(unit=office.root))

    assert [line.verb for line in entries_of(made)] == ["result_entered"]


@pytest.mark.django_db
def test_the_database_keeps_entries_and_rules_as_they_are(office):
    made = entry(office)
    scored = rule(2570, (None, 1, None), when=at(1))

    for row in (made, scored, scored.bands.get()):
        with pytest.raises(Error), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(Error), transaction.atomic():
        ResultEntry.objects.filter(pk=made.pk).update(value=1)


@pytest.mark.django_db(transaction=True)
def test_four_who_send_one_entry_at_once_make_one():
    office = open_office()
    person = SupervisorFactory.create(unit=office.root)
    start = Barrier(4)

    def send(_number):
        try:
            start.wait()
            entry(office, by=person)
        except Refused:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(send, range(4)))

    assert (made, ResultEntry.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_chapter_says_where_each_value_comes_from(office):
    person = SupervisorFactory.create(unit=office.root)
    entry(office, value="5", source="100% ของทะเบียน", by=person)
    entry(office, what="target", value="4", by=person)

    chapter = chapter_of(item72(office.root, month=OCTOBER, at=CUTOFF))

    results, origins, bands = chapter.tables
    row = next(row for row in results.rows if "ร่วมกับ" in row[0].text)
    assert [cell.text for cell in row[3:]] == ["–", "–", "5", "4", "125.00", "500.00"]
    assert [row[3].text for row in origins.rows] == [
        f"บันทึกเอง: 100% ของทะเบียน ({person}, 1 พ.ย. 2569)"
    ] * 1 + [f"บันทึกเอง: ทะเบียนโครงการ ({person}, 1 พ.ย. 2569)"]
    assert [[cell.text for cell in row] for row in bands.rows] == [
        ["ต่ำกว่า 100", "ร้อยละความสำเร็จ × 3"],
        ["ไม่เกิน 101", "300.00"],
        ["ไม่เกิน 105", "400.00"],
        ["สูงกว่านั้น", "500.00"],
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("item_count", [1, 3])
def test_the_page_costs_the_same_for_every_number_of_entries(
    client, office, item_count, time_machine, django_assert_num_queries
):
    time_machine.move_to(CUTOFF)
    for number in range(item_count):
        entry(office, value=str(number + 1))
    client.force_login(AuditorFactory.create(unit=office.root))
    client.get(reverse("reports:results"))

    with django_assert_num_queries(11):
        answer = client.get(reverse("reports:results"))

    assert len(answer.context["entries"]) == item_count
    assert answer.context["may_enter"] is False


@pytest.mark.django_db
def test_page_and_files_say_the_same(client, office, time_machine):
    time_machine.move_to(CUTOFF)
    entry(office)
    client.force_login(AuditorFactory.create(unit=office.root))
    url = reverse("reports:results")

    page = client.get(url, {"year": 2570})
    book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"file": "xlsx"}).content))
    starts = [client.get(url, {"file": kind}).content[:2] for kind in ("pdf", "docx")]

    row = page.context["chapter"].tables[0].rows[2]
    assert [cell.text for cell in row[3:6]] == ["–", "–", "4"]
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert next(line for line in lines if line[0] == row[0].text)[3:6] == (None, None, 4)
    assert starts == [b"%P", b"PK"]
    assert client.get(url, {"file": "exe"}).status_code == 404
    assert client.get(url, {"year": 1}).context["form"].errors.keys() == {"year"}


@pytest.mark.django_db
def test_an_entry_is_made_on_its_page(client, office, time_machine):
    time_machine.move_to(CUTOFF)
    client.force_login(SupervisorFactory.create(unit=office.root))
    url = reverse("reports:result_enter")
    data = {
        "unit": office.root.pk,
        "fiscal_year": 2569,
        "line": "gain",
        "what": "result",
        "value": "12.50",
        "source": "บันทึกเวลา",
    }

    wrong = client.post(url, {**data, "source": "", "value": "มาก"})
    done = client.post(url, data)
    twice = client.post(url, data)
    foreign = client.post(url, {**data, "unit": UnitFactory.create().pk})

    assert wrong.context["form"].errors.keys() == {"source", "value"}
    assert wrong.context["form"]["value"].value() == "มาก"
    assert (done.status_code, twice.status_code) == (302, 200)
    assert list(twice.context["form"].errors) == ["__all__"]
    assert list(foreign.context["form"].errors) == ["unit"]
    assert ResultEntry.objects.get().value == Decimal("12.50")
    client.force_login(AuditorFactory.create(unit=office.root))
    assert client.get(url).status_code == 403


@pytest.mark.django_db
def test_an_administrator_sets_a_rule_with_its_steps(client, office):
    client.force_login(AdminFactory.create(unit=office.root, is_superuser=True))
    url = reverse("admin:reports_scorerule_add")
    form = client.get(url).context["inline_admin_formsets"][0].formset
    shipped = {
        f"{each.prefix}-{name}": "on" if value is True else str(value)
        for each in form.forms
        for name, value in each.initial.items()
        if value not in (None, False)
    }
    management = {
        "bands-TOTAL_FORMS": "4",
        "bands-INITIAL_FORMS": "0",
        "fiscal_year": "2571",
    }
    endless = {name: value for name, value in shipped.items() if name != "bands-3-score"}

    refused = client.post(url, {**management, **endless})
    kept = client.post(url, {**management, **shipped})

    assert (refused.status_code, kept.status_code) == (200, 302)
    bands = [band.as_band() for band in ScoreRule.objects.get().bands.all()]
    assert bands == list(SHIPPED)
    assert ScoreRule.objects.get().set_by is not None
    pk = ScoreRule.objects.get().pk
    assert client.post(reverse("admin:reports_scorerule_delete", args=[pk])).status_code == 403

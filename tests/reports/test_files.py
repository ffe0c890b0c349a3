"""The files of a report, opened by other programs: a PDF reader, a workbook reader."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from xml.etree import ElementTree as ET

import openpyxl
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from fontTools.ttLib import TTFont

from agency import typesetting
from complaints.models import Kind
from pmqa.reports import files, lifecycle
from pmqa.reports.docx import docx_of
from pmqa.reports.lifecycle import canonical
from pmqa.reports.models import Report
from pmqa.reports.open_data import csv_of, json_of, suppressed
from pmqa.reports.pdf import document_of, pdf_of
from pmqa.reports.xlsx import xlsx_of
from tests.factories.agency import ExecutiveFactory, SupervisorFactory
from tests.indicators.story import at
from tests.reports.story import busy_october, october_of

pytestmark = pytest.mark.django_db

LATER = at(20, month=12)


@pytest.fixture
def report(office):
    """October's report, full of cases."""
    busy_october(office)
    return october_of(office)


def pages_of(content):
    """Open a PDF."""
    return list(pypdfium2.PdfDocument(content))


def darkness(page):
    """Return the share of dark dots of a page and whether any lies on its very edge."""
    picture = page.render(scale=0.6).to_pil().convert("L")
    dark = picture.point(lambda light: 255 if light < 160 else 0)
    box = dark.getbbox()
    edge = (
        box is None
        or box[0] < 10
        or box[1] < 10
        or box[2] > picture.width - 10
        or box[3] > picture.height - 10
    )
    return dark.histogram()[255] / (picture.width * picture.height), edge


@pytest.mark.parametrize("language", ["th", "en"])
def test_no_page_is_blank_or_runs_over_its_edge(report, language):
    with override(language):
        pages = pages_of(pdf_of(report))

    seen = [darkness(page) for page in pages]
    assert len(pages) > 5
    assert [number for number, (share, _edge) in enumerate(seen) if share < 0.002] == []
    assert [number for number, (_share, edge) in enumerate(seen) if edge] == []


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_font_has_a_glyph_for_everything_that_is_set(report, language):
    font = TTFont(f"{typesetting.fonts()}/Sarabun-Regular.ttf")
    known = set(font.getBestCmap())
    with override(language):
        text = json.dumps(document_of(report), ensure_ascii=False)

    assert {char for char in text if ord(char) not in known} == set()


def test_a_month_without_data_and_one_with_a_single_case_are_set_too(office):
    empty = pages_of(pdf_of(october_of(office)))
    Report.objects.all().delete()
    office.receive(at(5))
    single = pages_of(pdf_of(october_of(office)))

    assert len(empty) > 3
    assert len(single) >= len(empty)


def test_the_pdf_is_tagged_and_named(report):
    document = pypdfium2.PdfDocument(pdf_of(report))

    assert document.is_tagged()
    assert document.get_metadata_value("Title") == "รายงานผลการดำเนินงาน PMQA 4.0 หมวด 3"


def test_the_cover_carries_the_signatures(office, report):
    executive = ExecutiveFactory.create(
        unit=office.root, first_name="อรุณี", last_name="ลงนาม", position="อธิบดี"
    )
    lifecycle.review(report, by=SupervisorFactory.create(unit=office.root), at=LATER)
    signed = lifecycle.approve(report, by=executive, at=LATER)

    assert document_of(signed)["approval"]["rows"][2] == [
        "ผู้อนุมัติ",
        "อรุณี ลงนาม",
        "อธิบดี",
        "20 ธันวาคม 2569",
    ]


def book_of(report):
    """Read the workbook back."""
    return openpyxl.load_workbook(io.BytesIO(xlsx_of(report)))


def test_numbers_are_numbers_and_equal_the_figures(report):
    sheet = book_of(report).worksheets[0]
    rows = {
        row[0].value: [cell.value for cell in row[1:]]
        for row in sheet.iter_rows(min_row=2)
        if row[0].value
    }
    figures = {
        (row["id"], row["measure"]): row for row in report.figures["rows"] if not row["dimension"]
    }

    stage1 = figures["3.4-03", "share"]
    line = next(values for head, values in rows.items() if head.startswith("3.4-03"))
    assert line[:3] == [stage1["numerator"], stage1["denominator"], pytest.approx(stage1["value"])]


def test_there_is_a_sheet_for_each_chapter_and_the_cases(report):
    book = book_of(report)

    assert len(book.sheetnames) == 19
    assert all(sheet.freeze_panes == "B2" for sheet in book.worksheets)
    assert {sheet["A1"].font.name for sheet in book.worksheets} == {"Sarabun"}
    cases = book.worksheets[-1]
    assert cases.max_row - 1 == report.facts.count()


def test_the_workbook_hides_restricted_cases_and_runs_no_formula(report):
    secret = report.facts.get(kind=Kind.CORRUPTION)
    cells = [
        cell for sheet in book_of(report).worksheets for row in sheet.iter_rows() for cell in row
    ]

    assert secret.number not in {cell.value for cell in cells}
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


# DOCX


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_the_docx_holds_chapters_figures_pictures_and_thai_settings(report):
    document = document_of(report)
    with zipfile.ZipFile(io.BytesIO(docx_of(report))) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(parts.read(name))  # noqa: S314  our own file
        body = ET.fromstring(parts.read("word/document.xml"))  # noqa: S314
        styles = parts.read("word/styles.xml").decode()
        pictures = [parts.read(name)[:4] for name in parts.namelist() if name.endswith(".png")]

    by_style = {}
    for one in body.iter(f"{W}p"):
        style = one.find(f"{W}pPr/{W}pStyle")
        words = next(
            (text.text or "" for text in one.iter(f"{W}t")), ""
        )  # a reference stands below
        by_style.setdefault(style.get(f"{W}val") if style is not None else "", []).append(words)
    cells = set(by_style["TableText"])
    charts = [chart for chapter in document["chapters"] for chart in chapter["charts"]]
    assert by_style["Heading1"] == [chapter["title"] for chapter in document["chapters"]]
    assert set(report.words["th"]) <= set(by_style[""])
    assert {
        cell for one in document["chapters"][0]["tables"] for row in one["rows"] for cell in row
    } <= cells
    assert pictures == [b"\x89PNG"] * len(charts)
    assert all(
        mark in styles
        for mark in (
            'w:cs="TH Sarabun New"',
            "<w:szCs",
            "<w:bCs/>",
            'w:bidi="th-TH"',
            'w:val="heading 1"',
        )
    )


# Open data


def test_open_data_tells_figures_in_both_languages_and_no_case(report):
    told = json.loads(json_of(report))
    table = list(csv.DictReader(io.StringIO(csv_of(report).decode("utf-8-sig"))))

    received = next(
        row
        for row in told["figures"]
        if (row["indicator"], row["measure"], row["dimension"]) == ("3.4-01", "received", "")
    )
    assert (received["value"], received["name_th"], received["name_en"].split(":")[1]) == (
        11.0,
        "เรื่องร้องเรียนที่ได้รับ ปิด และคงค้าง: เรื่องที่ได้รับ",
        " Complaints received",
    )
    assert [(row["indicator"], row["key"], row["value"] or None) for row in table] == [
        (row["indicator"], row["key"], None if row["value"] is None else str(row["value"]))
        for row in told["figures"]
    ]
    content = json_of(report).decode()
    assert [
        number for number in report.facts.values_list("number", flat=True) if number in content
    ] == []


def counts(**by_key):
    """Return rows of 3.4-01 by unit, and of the share 3.4-03 in which 2 less were in time."""
    blank = {"low": None, "high": None, "target": None, "value": 1.0}
    for key, count in by_key.items():
        head = {
            "dimension": "unit" if key != "all" else "",
            "key": key if key != "all" else "",
            **blank,
        }
        yield {
            "id": "3.4-01",
            "measure": "received",
            "numerator": count,
            "denominator": None,
            "n": count,
            **head,
        }
        yield {
            "id": "3.4-03",
            "measure": "share",
            "numerator": count - 2,
            "denominator": count,
            "n": count,
            **head,
        }


BOTH = {("3.4-01", "all"), ("3.4-03", "all")}


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        ({"all": 90, "a": 4, "b": 30, "c": 56}, {*BOTH, ("3.4-01", "c")}),  # b: a could be worked out
        ({"all": 90, "a": 4, "b": 6, "c": 80}, {*BOTH, ("3.4-01", "c")}),
        ({"all": 9}, set()),
        # Two late of thirty are as small a cell as two received.
        ({"all": 70, "a": 30, "b": 40}, {*BOTH, ("3.4-01", "a"), ("3.4-01", "b")}),
    ],
)  # fmt: skip
def test_small_cells_and_what_would_tell_them_are_left_out(cells, left):
    rows = list(counts(**cells))

    hidden = suppressed(rows)

    assert left == {
        (row["id"], row["key"] or "all") for place, row in enumerate(rows) if place not in hidden
    }


def test_of_two_who_make_a_file_one_file_stays(report):
    first = files.stored(report, "pdf", b"one", language="th", at=LATER)
    second = files.stored(report, "pdf", b"two", language="th", at=LATER)

    assert (second.pk, second.sha256) == (first.pk, hashlib.sha256(b"one").hexdigest())


def test_files_of_a_state_that_is_left_are_cleared(office, report):
    draft = files.stored(report, "pdf", b"draft", language="th", at=LATER)
    later = LATER + timedelta(days=31)
    same_state = files.clear_outdated(at=later)
    lifecycle.review(report, by=SupervisorFactory.create(unit=office.root), at=LATER)

    assert (same_state, files.clear_outdated(at=later - timedelta(days=2))) == (0, 0)
    assert (files.clear_outdated(at=later), files.clear_outdated(at=later)) == (1, 0)
    assert not draft.file.storage.exists(draft.file.name)


def test_the_manifest_names_every_file_with_its_hash(report, tmp_path):
    manifest = files.write_all(report, folder=tmp_path / "new", at=LATER)

    on_disk = {
        kind: hashlib.sha256(
            (tmp_path / "new" / files.name_of(report, kind)).read_bytes()
        ).hexdigest()
        for kind in (*files.MAKERS, "json")
    }
    assert {kind: facts["sha256"] for kind, facts in manifest["files"].items()} == on_disk
    assert (
        on_disk["json"]
        == manifest["sha256"]
        == hashlib.sha256(canonical(report.figures)).hexdigest()
    )
    assert (
        json.loads((tmp_path / "new" / "pmqa3-ROOT-2026-10-v1-manifest.json").read_text())["sha256"]
        == manifest["sha256"]
    )


# Commands


def printed(*arguments):
    """Run a command and read what it prints."""
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_prints_the_indicators(office):
    busy_october(office)

    told = printed("indicators", "2026-10", "--cutoff", "2026-11-02T05:00")

    assert (told["month"], told["unit"], told["cutoff"]) == (
        "2026-10",
        "ROOT",
        "2026-11-01T22:00:00+00:00",
    )
    assert list(told["rows"][0]) == [
        "id",
        "measure",
        "dimension",
        "key",
        "numerator",
        "denominator",
        "value",
        "low",
        "high",
        "n",
        "unit",
        "target",
    ]
    assert {row["id"] for row in told["rows"]} == {
        *(f"3.1-{number:02}" for number in range(1, 10)),
        *(
            f"3.2-{number:02}" for number in range(1, 9) if number != 4
        ),  # no dimension without answers
        *(f"3.3-{number:02}" for number in range(1, 7)),
        *(f"3.4-{number:02}" for number in range(1, 16)),
    }


def test_the_command_builds_the_same_report_twice(office, tmp_path):
    busy_october(office)
    arguments = ("build_report", "2026-10", "--cutoff", "2026-11-02T05:00", "--out", str(tmp_path))

    first, second = printed(*arguments), printed(*arguments)

    assert first == second
    assert first["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2026-13"], "ไม่ใช่เดือน"),
        (["2026-10", "--unit", "NOWHERE"], "ไม่พบหน่วยงานรหัส"),
        (["2026-10", "--cutoff", "soon"], "ไม่ใช่วันเวลา"),
        (["2999-10"], "ยังไม่เริ่มต้น"),
    ],
)
@pytest.mark.parametrize("command", ["indicators", "build_report"])
def test_bad_arguments_get_a_sentence(office, command, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(command, *arguments)

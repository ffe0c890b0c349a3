"""The report on paper: what is taken out of the PDF is what was put in; charts do without colour."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from django.utils.translation import override
from PIL import Image

from agency import typesetting
from pmqa.reports import pdf
from pmqa.reports.docx import PICTURES
from pmqa.reports.pdf import document_of, pdf_of
from tests.reports.story import busy_october, october_of

CHARTS = Path(pdf.__file__).with_name("charts.typ")
SPACE = re.compile(r"[\s\u00ad\u200b\ufeff\x02\ufffe]+")
MONTHS = 13


def bare(text):
    """Return a text without what the setting of lines adds."""
    return SPACE.sub("", text)


def taken_out(content):
    """Return the text of every page after the cover, without its last line of page numbers."""
    pages = [
        page.get_textpage().get_text_range(errors="replace")
        for page in pypdfium2.PdfDocument(content)
    ]
    return bare("".join(pages))


def put_in(document):
    """Yield every text of the chapters."""
    for chapter in document["chapters"]:
        yield chapter["title"]
        yield from chapter["sentences"]
        yield from chapter["points"]
        for chart in chapter["charts"]:
            yield chart["title"]
        for table in chapter["tables"]:
            yield table["caption"]
            yield from table["head"]
            yield from (cell for row in table["rows"] for cell in row)
            yield from (code for row in table["codes"] for code in row)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_text_taken_out_of_the_whole_report_is_the_text_put_in(office, language):
    busy_october(office)
    report = october_of(office)
    with override(language):
        document = document_of(report)
        text = taken_out(pdf_of(report))

    wanted = {words: bare(words) for words in put_in(document) if bare(words)}

    assert len(wanted) > 300
    assert [words for words, found in wanted.items() if found not in text] == []


@pytest.mark.django_db
def test_no_character_is_told_twice(office):
    report = october_of(office)
    with override("th"):
        document, text = document_of(report), taken_out(pdf_of(report))
    known = "".join(bare(words) for words in put_in(document))

    # A tone mark stands once on its vowel: the pairs in the file are those of the texts.
    doubled = re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1")
    assert doubled.findall(text) == doubled.findall(known) == []


def luminance(code):
    """Return how light a colour is, by the formula of WCAG."""
    parts = [int(code[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_line_of_a_chart_is_dark_enough_without_its_colour():
    source = CHARTS.read_text(encoding="utf-8")
    named = dict(re.findall(r'#let (\w+) = rgb\("#(\w{6})"\)', source))
    inks = re.search(r"#let inks = \((.*)\)", source).group(1)
    codes = [
        literal or named[name] for literal, name in re.findall(r'rgb\("#(\w{6})"\)|(\w+)', inks)
    ]
    dashes = re.findall(r'"([a-z-]+)"', re.search(r"#let dashes = \((.*)\)", source).group(1))

    contrasts = [1.05 / (luminance(code) + 0.05) for code in codes]

    assert len(codes) == len(set(dashes)) == len(dashes) == 5
    assert [round(each, 1) for each in contrasts if each < 3] == []


def flat(number, of):
    """Return a chart in which one of several lines runs level and the others tell nothing."""
    lines = [
        {
            "label": "ก",
            "points": [
                {"label": "", "value": 5 if each == number else None, "words": "", "n": None}
                for _month in range(MONTHS)
            ],
        }
        for each in range(of)
    ]
    return {"kind": "lines", "lines": lines, "top": 10, "target": None, "unit": "", "note": ""}


def runs(picture):
    """Return how many dark stretches the line has between its marks, read in shades of grey."""
    grey = Image.open(io.BytesIO(picture)).convert("L").point(lambda light: 255 * (light < 140))
    rows = [grey.crop((0, y, grey.width, y + 1)).tobytes() for y in range(grey.height)]
    level = max(rows, key=lambda row: row.count(255))
    return len([stretch for stretch in level.split(b"\0") if stretch])


def test_lines_differ_in_their_strokes_when_printed_in_grey():
    document = {"lang": "th", "charts": [flat(number, 3) for number in range(3)]}

    pictures = typesetting.set_pictures(PICTURES, document)

    solid, dashed, dotted = (runs(picture) for picture in pictures)
    assert solid < dashed < dotted

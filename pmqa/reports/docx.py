"""The report as a DOCX to go on writing in: the same chapters, in styles that Word and LibreOffice know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agency.papers.booklet import Booklet
from agency.typesetting import set_pictures
from pmqa.reports.models import Report
from pmqa.reports.pdf import document_of

PICTURES = Path(__file__).with_name("pictures.typ")


def docx_of(report: Report) -> bytes:
    """Write a report in the active language."""
    return written(document_of(report))


def written(document: dict[str, Any]) -> bytes:
    """Write what the PDF sets as a document of Word."""
    book = Booklet(title=document["title"], head=f"{document['title']} {document['month']}")
    write_cover(book, document)
    drawn = iter(pictures_of(document))
    for place, chapter in enumerate(document["chapters"]):
        book.heading(chapter["title"])
        if not place:
            write_tables(book, chapter)
        for sentence in chapter["sentences"]:
            book.write(sentence)
        write_points(book, chapter, title=document["points"])
        for chart in chapter["charts"]:
            book.write(chart["title"], style="Caption")
            book.picture(next(drawn), told=chart["alt"])
        if place:
            write_tables(book, chapter)
    return book.content()


def write_cover(book: Booklet, document: dict[str, Any]) -> None:
    """Write title, approval block and contents."""
    book.write(document["title"], style="Title")
    for line in ("unit", "month", "edition", "warning"):
        if document[line]:
            book.write(document[line], style="Subtitle")
    approval = document["approval"]
    if approval["rows"]:
        book.table(approval["head"], approval["rows"], widths=(2, 3, 3, 3), numeric=[False] * 4)
    book.write(document["seal"], style="SmallText")
    book.contents(document["contents"], [chapter["title"] for chapter in document["chapters"]])


def write_points(book: Booklet, chapter: dict[str, Any], *, title: str) -> None:
    """Write the points to decide."""
    if chapter["points"]:
        book.heading(title, level=2)
    for point in chapter["points"]:
        book.write(point, style="ListBullet")


def write_tables(book: Booklet, chapter: dict[str, Any]) -> None:
    """Write the tables of a chapter under their captions."""
    for table in chapter["tables"]:
        book.write(table["caption"], style="Caption")
        rows = [
            ["\n".join(filter(None, cell)) for cell in zip(words, codes, strict=True)]
            for words, codes in zip(table["rows"], table["codes"], strict=True)
        ]
        book.table(table["head"], rows, widths=table["widths"], numeric=table["numeric"])


def pictures_of(document: dict[str, Any]) -> list[bytes]:
    """Draw every chart, in order."""
    charts = [chart for chapter in document["chapters"] for chart in chapter["charts"]]
    return set_pictures(PICTURES, {"lang": document["lang"], "charts": charts}) if charts else []

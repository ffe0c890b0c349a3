"""A published summary as page, PDF and DOCX: words and figures as they were frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from agency.papers.booklet import Booklet
from agency.thai import format_date, format_datetime, is_thai
from agency.typesetting import set_pages
from listening.models import Hearing, HearingSummary

TEMPLATE = Path(__file__).with_name("hearing_summary.typ")
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DAY_LENGTH = len("2026-11-02")


@dataclass(frozen=True)
class Shown:
    """A summary and whether a later number has taken its place."""

    row: HearingSummary
    newest: int

    @property
    def counts(self) -> dict[str, Any]:
        """The figures."""
        found: dict[str, Any] = self.row.facts["counts"]
        return found

    @property
    def is_replaced(self) -> bool:
        """Whether a corrected one is out."""
        return self.row.number < self.newest

    def told(self) -> dict[str, Any]:
        """Return the words in the reader's language, with days written out."""
        language = "th" if is_thai() else "en"
        found: dict[str, Any] = dict(self.row.facts[language])
        found["course"] = [(name, written(value)) for name, value in found["course"]]
        return found


def written(value: str) -> str:
    """Write a frozen day or instant for a reader."""
    if len(value) == DAY_LENGTH:
        return format_date(date.fromisoformat(value), long=True)
    return format_datetime(datetime.fromisoformat(value), long=True)


def shown(hearing: Hearing, *, number: str = "") -> Shown | None:
    """Return the newest summary, or the number that is asked for; None while none is out."""
    rows = list(hearing.summaries.all())
    if not rows:
        return None
    newest = rows[0]
    wanted = [row for row in rows if str(row.number) == number]
    return Shown(wanted[0] if wanted else newest, newest.number)


def words() -> dict[str, str]:
    """Return the headings of the document."""
    return {
        "kind": _("Summary of a public hearing"),
        "about": _("What it was about"),
        "affected": _("Who is affected"),
        "course": _("Course"),
        "figures": _("How many took part"),
        "issue": _("Issue"),
        "support": _("views in support"),
        "oppose": _("views against"),
        "other": _("other views"),
        "answer": _("what they changed"),
        "why": _("why"),
        "minutes": _("Minutes"),
        "agreements": _("what was agreed"),
        "remarks": _("What to know"),
        "responsible": _("Responsible"),
        "basis": _("legal basis"),
        "corrected": _("what was corrected"),
        "page": _("Page"),
    }


def figures(shown: Shown) -> list[tuple[str, str]]:
    """Return the lines of the figures, those not shown with their reasons."""
    counts, told = shown.counts, shown.told()
    spoke = counts["speakers"].get("spoke", 0)
    lines = [
        (_("Written views"), f"{counts['views']:,}"),
        *((f"– {name}", f"{count:,}") for name, count in told["ways"]),
        (_("Speakers"), f"{spoke:,}"),
        (_("Views not shown"), f"{counts['hidden']:,}"),
        *((f"– {name}", f"{count:,}") for name, count in told["hidden"]),
        (_("Views with covered passages"), f"{counts['redacted']:,}"),
    ]
    return [(name, value) for name, value in lines if value != "0" or not name.startswith("–")]


def pdf_of(shown: Shown) -> bytes:
    """Return the summary as PDF."""
    told = shown.told()
    return set_pages(
        TEMPLATE,
        {
            **told,
            "language": "th" if is_thai() else "en",
            "words": words(),
            "figures": figures(shown),
            "edition": edition(shown),
            "correction": shown.row.reason,
        },
    )


def edition(shown: Shown) -> str:
    """Return number and day of the publication."""
    facts = {"number": shown.row.number, "day": format_date(shown.row.published_at, long=True)}
    return _("No. %(number)s, %(day)s") % facts


def docx_of(shown: Shown) -> bytes:
    """Return the summary as DOCX, to be edited and passed on."""
    told, heads = shown.told(), words()
    book = Booklet(title=told["title"], head=f"{heads['kind']} · {told['unit']}")
    book.write(heads["kind"], style="Title")
    book.write(told["title"], style="Subtitle")
    book.write(edition(shown), style="SmallText")
    if shown.row.reason:
        book.write(f"{heads['corrected']}: {shown.row.reason}")
    sections = [(heads["about"], [told["summary"]]), (heads["affected"], told["affected"])]
    sections += [(title, [text]) for title, text in told["parts"] if text]
    for title, lines in sections:
        write_section(book, title, lines)
    book.heading(heads["course"])
    two_columns(book, told["course"])
    book.heading(heads["figures"])
    two_columns(book, figures(shown))
    for number, item in enumerate(told["items"], start=1):
        write_item(book, number, item, heads)
    if told["minutes"]:
        write_section(book, heads["minutes"], told["minutes"]["body"].splitlines())
        write_section(book, heads["agreements"], told["minutes"]["agreements"].splitlines())
    write_section(book, heads["remarks"], told["remarks"])
    write_section(book, heads["responsible"], [told["responsible"]])
    return book.content()


def write_section(book: Booklet, title: str, lines: list[str]) -> None:
    """Write a heading and its paragraphs; nothing where there is nothing to say."""
    filled = [line for line in lines if line.strip()]
    if filled:
        book.heading(title)
        for line in filled:
            book.write(line)


def two_columns(book: Booklet, rows: Any) -> None:
    """Write names and values as a table."""
    lines = [(name, str(value)) for name, value in rows]
    book.table(["", ""], lines, widths=[2, 1], numeric=[False, True])


def write_item(book: Booklet, number: int, item: dict[str, Any], heads: dict[str, str]) -> None:
    """Write one issue: the sides in numbers and words, and the official answer."""
    book.heading(f"{heads['issue']} {number}: {item['title']}")
    two_columns(book, item["sides"])
    for name in ("support", "oppose", "other"):
        if item[name]:
            book.heading(heads[name], level=2)
            book.write(item[name])
    book.heading(heads["answer"], level=2)
    book.write(f"{item['change']}. {item['why']}")


WRITERS: dict[str, Callable[[Shown], tuple[bytes, str]]] = {
    "pdf": lambda shown: (pdf_of(shown), PDF),
    "docx": lambda shown: (docx_of(shown), DOCX),
}

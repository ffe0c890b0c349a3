"""Criteria out of a table: each row a box; a fault is said with its row and column, and nothing is taken then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit, tabular
from agency.importing import by_column
from agency.models import Staff
from agency.refusal import Refused
from pmqa.assessment.models import Box, CriteriaSet, Item, Level
from pmqa.assessment.models.criteria import Source

COLUMNS = ("item", "title_th", "level", "box_th")
MORE_COLUMNS = ("title_en", "box_en", "sources")
LONGEST = {"item": 10, "title_th": 200, "title_en": 200, "box_th": 500, "box_en": 500}
MOST_ROWS, MOST_FAULTS = 500, 20
LEVELS = {
    **{str(level.value): level for level in Level},
    **{level.name.lower(): level for level in Level},
    **dict(zip(("พื้นฐาน", "ก้าวหน้า", "พัฒนาจนเกิดผล"), Level, strict=True)),
}


class Faulty(Refused):
    """The table has faults; each is a sentence."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row: a box of an item."""

    number: int
    item: str
    title_th: str
    title_en: str
    level: Level
    box_th: str
    box_en: str
    sources: tuple[str, ...]


@transaction.atomic
def import_criteria(
    file: IO[bytes], *, year: int, title: str, by: Staff, at: datetime
) -> CriteriaSet:
    """Take the criteria of a fiscal year out of a CSV or XLSX file (นำเข้าเกณฑ์); the whole file or nothing."""
    lines = read(file)
    criteria, _is_new = CriteriaSet.objects.get_or_create(
        fiscal_year=year, defaults={"title_th": title}
    )
    criteria = CriteriaSet.objects.select_for_update().get(pk=criteria.pk)
    if criteria.assessments.exists():
        raise Refused(
            _(
                "Fiscal year %(year)s is being assessed by its criteria already. Change their wording in the admin, or import another year’s."
            )
            % {"year": year}
        )
    Box.objects.filter(item__criteria=criteria).delete()
    criteria.items.all().delete()
    criteria.title_th = title
    criteria.save(update_fields=["title_th"])
    keep(criteria, lines)
    audit.record(criteria, "criteria_imported", by=by, at=at, year=year, boxes=len(lines))
    return criteria


def keep(criteria: CriteriaSet, lines: list[Line]) -> None:
    """Write items and boxes in the order of the rows."""
    items: dict[str, Item] = {}
    boxes = []
    for line in lines:
        if line.item not in items:
            items[line.item] = Item.objects.create(
                criteria=criteria,
                code=line.item,
                position=len(items) + 1,
                title_th=line.title_th,
                title_en=line.title_en,
                sources=list(line.sources),
            )
        boxes.append(
            Box(
                item=items[line.item],
                level=line.level,
                position=line.number,
                text_th=line.box_th,
                text_en=line.box_en,
            )
        )
    Box.objects.bulk_create(boxes)


def read(file: IO[bytes]) -> list[Line]:
    """Read the rows; all faults that are found are told at once."""
    faults: list[str] = []
    lines: list[Line] = []
    with tabular.open_table(file) as table:
        table.require(COLUMNS)
        for count, row in enumerate(table.rows, start=1):
            found = [row.problem] if row.problem else []
            values = dict.fromkeys(MORE_COLUMNS, "") | by_column(table.header, row.cells)
            found = found or list(faults_of(values))
            faults += [at_row(row.number, fault) for fault in found]
            if count > MOST_ROWS:
                faults.append(_("The file has more than %(rows)s rows.") % {"rows": MOST_ROWS})
            if len(faults) >= MOST_FAULTS or count > MOST_ROWS:
                break
            if not found:
                lines.append(line_of(row.number, values))
    faults += [] if faults else list(faults_between(lines))
    if faults:
        raise Faulty(faults[:MOST_FAULTS])
    return lines


def at_row(number: int, fault: str) -> str:
    """Say in which row a fault stands."""
    return _("Row %(row)s: %(fault)s") % {"row": number, "fault": fault}


def faults_of(values: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with a row, with the column."""
    for name in COLUMNS:
        if not values[name].strip():
            yield _("The column “%(column)s” is empty. Fill it in.") % {"column": name}
    for name, longest in LONGEST.items():
        if len(values[name].strip()) > longest:
            told = {"column": name, "limit": longest}
            yield (
                _("The column “%(column)s” has more than %(limit)s characters. Shorten it.") % told
            )
    if values["level"].strip() and values["level"].strip().lower() not in LEVELS:
        yield _("The column “level” says “%(value)s”. Write 1, 2 or 3.") % {
            "value": values["level"].strip()
        }
    for source in sources_of(values):
        if source not in Source.values:
            told = {"value": source, "known": ", ".join(Source.values)}
            yield _("The column “sources” names “%(value)s”. Known are: %(known)s.") % told


def sources_of(values: dict[str, str]) -> tuple[str, ...]:
    """Return the codes in the column of sources."""
    return tuple(code.strip() for code in values["sources"].split(",") if code.strip())


def line_of(number: int, values: dict[str, str]) -> Line:
    """Return a row without faults."""
    clean = {name: values[name].strip() for name in LONGEST}
    level = LEVELS[values["level"].strip().lower()]
    return Line(number=number, level=level, sources=sources_of(values), **clean)


def faults_between(lines: list[Line]) -> Iterator[str]:
    """Yield what is wrong with the table as a whole: nothing in it, levels that an item lacks."""
    if not lines:
        yield _("The file has no rows below the names of the columns.")
    levels: dict[str, set[Level]] = {}
    for line in lines:
        levels.setdefault(line.item, set()).add(line.level)
    for item, found in levels.items():
        for level in Level:
            if level not in found:
                told = {"item": item, "level": level.label}
                yield _("Item %(item)s has no row of the %(level)s. Add one.") % told

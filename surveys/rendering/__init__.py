"""A version and some answers, turned into pages, questions to show, and sentences: no database, no request.

A page of answering goes: `reading = read_page(document, page, request.POST, answers)`; store
`reading.answers`; where `reading.is_done`, go to `page_after(document, reading.answers, page.code)`,
else draw the page again with `fields_of(…, sent=request.POST, problems=reading.problems)` and
`mends_of(fields)` as the summary. Before a response is complete, `check(document, answers)` looks at
the whole. Templates: `surveys/answer/_questions.html` with `fields` and `mends`.
"""

from surveys.rendering.checking import (
    Problem,
    Reading,
    check,
    judge,
    read_item,
    read_page,
)
from surveys.rendering.document import (
    FORMAT,
    NOT_APPLICABLE,
    OTHER,
    Choice,
    Column,
    Document,
    Item,
    Page,
    Row,
    Show,
    Test,
    Text,
)
from surveys.rendering.drawing import Field, Mend, fields_of, in_words, mends_of, piped, pipes_in
from surveys.rendering.sheets import Block, Box, Part, parts_of, read_sheet, said, typed_of
from surveys.rendering.showing import (
    is_equal,
    is_shown,
    page_after,
    page_before,
    relevant,
    shown_items,
    shown_pages,
)

__all__ = [
    "FORMAT",
    "NOT_APPLICABLE",
    "OTHER",
    "Block",
    "Box",
    "Choice",
    "Column",
    "Document",
    "Field",
    "Item",
    "Mend",
    "Page",
    "Part",
    "Problem",
    "Reading",
    "Row",
    "Show",
    "Test",
    "Text",
    "check",
    "fields_of",
    "in_words",
    "is_equal",
    "is_shown",
    "judge",
    "mends_of",
    "page_after",
    "page_before",
    "parts_of",
    "piped",
    "pipes_in",
    "read_item",
    "read_page",
    "read_sheet",
    "relevant",
    "said",
    "shown_items",
    "shown_pages",
    "typed_of",
]

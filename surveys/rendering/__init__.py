"""A version and some answers, turned into pages, questions to show, and sentences: no database, no request."""

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

__all__ = [
    "FORMAT",
    "NOT_APPLICABLE",
    "OTHER",
    "Choice",
    "Column",
    "Document",
    "Item",
    "Page",
    "Row",
    "Show",
    "Test",
    "Text",
]

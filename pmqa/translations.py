"""Thai texts of the screens: taken out of code and templates, kept in one PO file, compiled; without the gettext tools."""

from __future__ import annotations

import fcntl
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ["agency", "complaints", "surveys", "listening", "pmqa"]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date: the file changes only when a text does
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def po_path() -> Path:
    """Where the Thai texts are."""
    return Path(settings.BASE_DIR) / "locale" / "th" / "LC_MESSAGES" / "django.po"


@contextmanager
def locked() -> Iterator[None]:
    """One at a time: two commands never write the file together."""
    folder = po_path().parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def extracted() -> Catalog:
    """Every text of the code and the templates."""
    base = Path(settings.BASE_DIR)
    catalog = _empty()
    for package in PACKAGES:
        for path in sorted((base / package).rglob("*.py")):
            if "migrations" not in path.parts:
                _add(catalog, path.read_bytes(), str(path.relative_to(base)))
    for path in sorted((base / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            name = str(path.relative_to(base))
            _add(catalog, _template_as_python(path.read_text(encoding="utf-8"), name), name)
    return catalog


def stored() -> Catalog:
    """The texts as they were last written."""
    if not po_path().exists():
        return _empty()
    with po_path().open("rb") as file:
        return read_po(file, locale="th")


def updated() -> Catalog:
    """The texts of today with the translations there are."""
    catalog = stored()
    catalog.revision_date = WRITTEN
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def merge(catalog: Catalog, translations: dict[str, str]) -> list[str]:
    """Put translations in; returns the texts that stand nowhere in the code.

    A text with a context is written as in MO files: the context, a character of code 4, the text.
    """
    unknown = []
    for text, translation in translations.items():
        context, _mark, words = text.rpartition("\x04")
        message = catalog.get(words, context or None)
        if message is None:
            unknown.append(text)
        else:
            message.string = (translation,) if message.pluralizable else translation
    return unknown


def write(catalog: Catalog) -> None:
    """Write the PO file, sorted, without line numbers, and compile it."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, sort_output=True, include_lineno=False, width=100)
    po_path().write_bytes(buffer.getvalue())
    compile_mo()


def compile_mo() -> None:
    """Write the file that Django reads."""
    target = po_path().with_suffix(".mo")
    draft = target.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, stored())
    draft.replace(target)


def faults(catalog: Catalog) -> list[str]:
    """What is wrong with the texts, a line each; empty when all is well."""
    lines = []
    for message in catalog:
        if not message.id:
            continue
        if not any(_strings(message)):
            lines.append(
                f"not translated: {message.id!r} ({', '.join(name for name, _ in message.locations)})"
            )
        elif not _same_placeholders(message):
            lines.append(f"placeholders differ: {message.id!r}")
    if {message.id for message in stored()} != {message.id for message in catalog}:
        lines.append("the PO file is not up to date: run `manage.py messages`")
    return lines


def load(path: Path) -> dict[str, str]:
    """Read a JSON object of texts and translations."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _empty() -> Catalog:
    return Catalog(
        locale="th",
        header_comment="# Thai texts of the portal.",
        project="PMQA portal",
        version="1",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        fuzzy=False,
    )


def _add(catalog: Catalog, source: bytes, name: str) -> None:
    for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        catalog.add(message, locations=[(name, 0)], context=context)


def _template_as_python(text: str, name: str) -> bytes:
    lines = templatize(text, origin=name).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string
    return (
        tuple(str(each) for each in string)
        if isinstance(string, (list, tuple))
        else (string or "",)
    )


def _same_placeholders(message: Message) -> bool:
    texts = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    wanted = set(PLACEHOLDER.findall(str(texts[-1])))
    return all(set(PLACEHOLDER.findall(string)) == wanted for string in _strings(message))

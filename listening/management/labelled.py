"""What the commands of text understanding read and say: columns of a file, sentences, the folder."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agency.refusal import Refused
from agency.tabular import open_table
from listening.text.model import NAME


def checked_name(name: str) -> str:
    """Return the name of a model; a wrong one is a sentence."""
    if not NAME.fullmatch(name):
        raise Refused(
            _("“%(name)s” is no name for a model: use small letters, digits, - and _, at most 40.")
            % {"name": name}
        )
    return name


def read_columns(path: str, names: list[str]) -> dict[str, list[str]]:
    """Return columns of a file; the first row that is broken is a sentence."""
    with open_table(path) as table:
        places = {name: table.position(name) for name in names}
        columns: dict[str, list[str]] = {name: [] for name in names}
        for row in table.rows:
            if row.problem:
                raise Refused(
                    _("Row %(number)s: %(problem)s")
                    % {"number": row.number, "problem": row.problem}
                )
            for name, at in places.items():
                columns[name].append(row.cells[at].strip())
    return columns

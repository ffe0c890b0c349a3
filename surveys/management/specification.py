"""What `manage.py estimate` is asked for, and the columns of the file that it needs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from agency.refusal import Refused
from agency.tabular import Table, Unreadable, open_table
from surveys import estimation
from surveys.estimation.codes import Bools, Coded, Floats
from surveys.estimation.errors import Unusable

MISSING = frozenset({"", "NA"})
JOINED = "+"  # margins of crossed columns: {"region+sex": {"C+F": 1200}}
PARTS = ("design", "where", "domain", "level", "estimates", "calibration")
OPERATIONS = ("mean", "total", "nps", "proportion", "ratio", "quantile", "difference", "chisq")

Spec = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """The columns that a request names, as text, and the row of the file of each answer."""

    columns: dict[str, list[str]]
    lines: list[int]

    @property
    def size(self) -> int:
        """Return the number of answers."""
        return len(self.lines)

    def numbers(self, name: str) -> Floats:
        """Return a column as numbers; empty cells and NA are missing."""
        found = np.empty(self.size)
        for place, cell in enumerate(self.columns[name]):
            try:
                found[place] = np.nan if cell in MISSING else float(cell)
            except ValueError:
                raise Refused(
                    _("Row %(row)s: “%(cell)s” in column %(column)s is not a number.")
                    % {"row": self.lines[place], "cell": cell, "column": name}
                ) from None
        if np.isinf(found).any():
            raise Refused(_("Column %(column)s holds an infinite number.") % {"column": name})
        return found

    def labels(self, names: Iterable[str]) -> Coded:
        """Return one column, or several crossed, as labels; each label is a tuple."""
        return estimation.crossed(*(estimation.coded(self.columns[name]) for name in names))

    def chosen(self, rows: Bools) -> Sheet:
        """Return the same columns with the chosen rows only."""
        places = np.flatnonzero(rows)
        kept = {name: [cells[at] for at in places] for name, cells in self.columns.items()}
        return Sheet(kept, [self.lines[at] for at in places])


def read_spec(path: Path) -> Spec:
    """Return the specification, checked for what every part must be."""
    try:
        spec = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(
            _("The file %(name)s cannot be opened: %(why)s.")
            % {"name": path, "why": error.strerror}
        ) from None
    except ValueError as error:
        raise Refused(_("The specification is not valid JSON: %(why)s.") % {"why": error}) from None
    if not isinstance(spec, dict):
        raise Refused(_("The specification must be a JSON object."))
    unknown = sorted(spec.keys() - set(PARTS))
    if unknown:
        raise Refused(
            _("The specification has an unknown part %(name)s. Known: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(PARTS)}
        )
    for name in ("design", "where", "domain", "calibration"):
        if not isinstance(spec.setdefault(name, {}), dict):
            raise Refused(_("“%(name)s” must be a JSON object.") % {"name": name})
    if not isinstance(spec["calibration"].get("margins", {}), dict):
        raise Refused(_("“%(name)s” must be a JSON object.") % {"name": "margins"})
    check_estimates(spec)
    return spec


def check_estimates(spec: Spec) -> None:
    """Refuse a list of estimates that names no known operation or no variable."""
    asked = spec.setdefault("estimates", [])
    if not isinstance(asked, list) or not all(isinstance(wish, dict) for wish in asked):
        raise Refused(_("“estimates” must be a list of JSON objects."))
    for wish in asked:
        if wish.get("op") not in OPERATIONS:
            raise Refused(
                _("Unknown operation “%(op)s”. Known: %(known)s.")
                % {"op": wish.get("op"), "known": ", ".join(OPERATIONS)}
            )
        names = [wish.get("variable"), *listed(wish.get("by")), *listed(wish.get("denominator"))]
        names += [wish["method"]] if wish.get("method") is not None else []
        if not all(isinstance(name, str) for name in names):
            raise Refused(_("Each estimate needs a “variable”, and names columns as text."))
    level = spec.setdefault("level", 0.95)
    if isinstance(level, bool) or not isinstance(level, (int, float)):
        raise Unusable("level")


def read_sheet(path: str, *, spec: Spec) -> Sheet:
    """Read the columns that the specification names."""
    with open_table(path) as table:
        names = columns_named(spec, header=table.header)
        table.require(names)
        return sheet_of(table, names=names)


def columns_named(spec: Spec, *, header: list[str]) -> list[str]:
    """Return every column that the specification names, once."""
    design = spec["design"]
    names = [
        name for part in ("weights", "strata", "psu", "fpc") for name in listed(design.get(part))
    ]
    names += [*spec["where"], *spec["domain"]]
    for margin in spec["calibration"].get("margins", {}):
        names += crossed_names(margin, header=header)
    for wish in spec["estimates"]:
        names += [wish["variable"], *listed(wish.get("by")), *listed(wish.get("denominator"))]
    if not all(isinstance(name, str) for name in names):
        raise Refused(_("Columns are named as text."))
    return list(dict.fromkeys(names))


def sheet_of(table: Table, *, names: list[str]) -> Sheet:
    """Return the cells of the named columns."""
    places = [table.position(name) for name in names]
    columns: list[list[str]] = [[] for _name in names]
    lines = []
    for row in table.rows:
        if row.problem:
            raise Unreadable(
                _("Row %(row)s: %(problem)s") % {"row": row.number, "problem": row.problem}
            )
        lines.append(row.number)
        for column, place in zip(columns, places, strict=True):
            column.append(row.cells[place].strip())
    return Sheet(dict(zip(names, columns, strict=True)), lines)


def listed(value: object) -> list[Any]:
    """Return a list as it is, nothing as an empty one, anything else as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def crossed_names(name: str, *, header: Iterable[str]) -> list[str]:
    """Return the columns that a margin crosses."""
    return [name] if name in header else name.split(JOINED)

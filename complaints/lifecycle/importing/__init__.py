"""Importing complaints from other people's tables (นำเข้าข้อมูล); docs/IMPORT.md."""

from agency.importing import Rejected
from complaints.lifecycle.importing.drafts import Draft
from complaints.lifecycle.importing.mapping import (
    FIELDS,
    REQUIRED,
    MappingSpec,
    chosen,
    guess,
    guess_by_names,
    load,
    parse,
    shipped,
    shipped_names,
)
from complaints.lifecycle.importing.running import (
    Result,
    forget_rejected,
    import_table,
    mapping_for,
)

__all__ = [
    "FIELDS",
    "REQUIRED",
    "Draft",
    "MappingSpec",
    "Rejected",
    "Result",
    "chosen",
    "forget_rejected",
    "guess",
    "guess_by_names",
    "import_table",
    "load",
    "mapping_for",
    "parse",
    "shipped",
    "shipped_names",
]

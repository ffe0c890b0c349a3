"""Mappings: which column of somebody else's table fills which field of a complaint, and how.

A mapping is a JSON file (docs/IMPORT.md). The ones in `complaints/mappings/` are shipped; a table
without one is mapped by guessing from the names of its columns.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.refusal import Refused
from agency.search import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHIPPED = Path(__file__).resolve().parents[2] / "mappings"
BANGKOK = ZoneInfo("Asia/Bangkok")

TEXT, LONG_TEXT, INSTANT, DAY, CHOICE, REFERENCE, NUMBER, DEGREES, PROVINCE, YES = (
    "text",
    "long_text",
    "instant",
    "day",
    "choice",
    "reference",
    "number",
    "degrees",
    "province",
    "yes",
)


@dataclass(frozen=True)
class Field:
    """A field that an import can fill: how it is read, what it is called, and how sources call it."""

    name: str
    kind: str
    label: Any
    aliases: tuple[str, ...] = ()
    longest: int = 0
    is_required: bool = False


FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field(
            "external_ref",
            TEXT,
            gettext_lazy("Reference in the source"),
            (
                "ticket_id",
                "id",
                "เลขที่เรื่อง",
                "เลขที่",
                "เลขที่รับ",
                "รหัสเรื่อง",
                "unique key",
                "reference",
                "case id",
            ),
            longest=100,
            is_required=True,
        ),
        Field(
            "received_at",
            INSTANT,
            gettext_lazy("Received"),
            (
                "timestamp",
                "วันที่รับเรื่อง",
                "วันที่รับ",
                "วันที่แจ้ง",
                "วันที่",
                "วันเวลาที่รับ",
                "created date",
                "received",
                "date",
            ),
            is_required=True,
        ),
        Field(
            "body",
            LONG_TEXT,
            gettext_lazy("Facts"),
            (
                "comment",
                "description",
                "รายละเอียด",
                "เนื้อหา",
                "ข้อความ",
                "ข้อเท็จจริง",
                "details",
                "text",
            ),
            is_required=True,
        ),
        Field(
            "subject",
            TEXT,
            gettext_lazy("Subject"),
            ("title", "เรื่อง", "หัวข้อ", "ชื่อเรื่อง", "subject"),
            longest=300,
        ),
        Field(
            "wish", LONG_TEXT, gettext_lazy("What is asked"), ("ความต้องการ", "ข้อเรียกร้อง", "wish")
        ),
        Field("kind", CHOICE, gettext_lazy("Kind"), ("ลักษณะเรื่อง", "ชนิดเรื่อง", "kind")),
        Field(
            "category",
            REFERENCE,
            gettext_lazy("Category"),
            ("type", "ประเภท", "ประเภทเรื่อง", "หมวดหมู่", "category", "complaint type"),
        ),
        Field("grade", REFERENCE, gettext_lazy("Grade"), ("ระดับ", "ความรุนแรง", "grade")),
        Field(
            "channel",
            REFERENCE,
            gettext_lazy("Channel"),
            ("ช่องทาง", "channel", "open data channel type"),
        ),
        Field("service", REFERENCE, gettext_lazy("Service"), ("บริการ", "service")),
        Field("segment", REFERENCE, gettext_lazy("Segment"), ("กลุ่มผู้รับบริการ", "segment")),
        Field(
            "unit",
            REFERENCE,
            gettext_lazy("Owner"),
            ("organization", "org", "agency", "หน่วยงาน", "หน่วยงานที่รับผิดชอบ", "unit"),
        ),
        Field("officer", REFERENCE, gettext_lazy("Officer"), ("เจ้าหน้าที่", "ผู้รับผิดชอบ", "officer")),
        Field("status", CHOICE, gettext_lazy("Status"), ("state", "สถานะ", "status")),
        Field("stage", NUMBER, gettext_lazy("Stage"), ("ขั้น", "stage")),
        Field(
            "acknowledged_at",
            INSTANT,
            gettext_lazy("Acknowledged"),
            ("timestamp_inprogress", "วันที่ตอบรับ", "วันที่แจ้งรับเรื่อง", "acknowledged"),
        ),
        Field(
            "answer",
            LONG_TEXT,
            gettext_lazy("Answer"),
            ("note", "คำตอบ", "ผลการดำเนินงาน", "resolution description"),
        ),
        Field("answered_at", INSTANT, gettext_lazy("Answered"), ("วันที่ตอบ", "answered")),
        Field(
            "closed_at",
            INSTANT,
            gettext_lazy("Closed"),
            ("timestamp_finished", "วันที่ปิดเรื่อง", "วันที่ยุติเรื่อง", "วันที่เสร็จสิ้น", "closed date", "closed"),
        ),
        Field("outcome", CHOICE, gettext_lazy("Outcome"), ("ผล", "ผลการพิจารณา", "outcome")),
        Field("cause", LONG_TEXT, gettext_lazy("Root cause"), ("สาเหตุ", "cause")),
        Field("learning", LONG_TEXT, gettext_lazy("Learning"), ("บทเรียน", "learning")),
        Field("rating", NUMBER, gettext_lazy("Rating"), ("star", "คะแนน", "ความพึงพอใจ", "rating")),
        Field(
            "reopened_count",
            NUMBER,
            gettext_lazy("Times reopened"),
            ("count_reopen", "จำนวนครั้งที่เปิดใหม่"),
        ),
        Field("occurred_on", DAY, gettext_lazy("When it happened"), ("วันที่เกิดเหตุ", "occurred")),
        Field(
            "place",
            TEXT,
            gettext_lazy("Place"),
            ("address", "สถานที่", "ที่อยู่เหตุ", "incident address"),
            longest=500,
        ),
        Field(
            "district",
            TEXT,
            gettext_lazy("District"),
            ("เขต", "อำเภอ", "district", "borough"),
            longest=100,
        ),
        Field("province", PROVINCE, gettext_lazy("Province"), ("จังหวัด", "province")),
        Field("latitude", DEGREES, gettext_lazy("Latitude"), ("lat", "ละติจูด", "latitude")),
        Field(
            "longitude", DEGREES, gettext_lazy("Longitude"), ("lon", "lng", "ลองจิจูด", "longitude")
        ),
        Field(
            "name",
            TEXT,
            gettext_lazy("Name"),
            ("ชื่อผู้ร้อง", "ชื่อ-สกุล", "ผู้ร้องเรียน", "complainant"),
            longest=200,
        ),
        Field("phone", TEXT, gettext_lazy("Phone"), ("โทรศัพท์", "เบอร์โทร", "phone"), longest=40),
        Field("email", TEXT, gettext_lazy("E-mail"), ("อีเมล", "email"), longest=254),
        Field("address", LONG_TEXT, gettext_lazy("Address"), ("ที่อยู่", "ที่อยู่ผู้ร้อง")),
        Field(
            "national_id",
            TEXT,
            gettext_lazy("National ID"),
            ("เลขประจำตัวประชาชน", "เลขบัตรประชาชน"),
            longest=20,
        ),
        Field("is_anonymous", YES, gettext_lazy("Anonymous"), ("ไม่ประสงค์ออกนาม", "anonymous")),
        Field("is_confidential", YES, gettext_lazy("Confidential"), ("ลับ", "confidential")),
    )
}
REQUIRED = [name for name, each in FIELDS.items() if each.is_required]


@dataclass(frozen=True)
class FieldSpec:
    """How one field is filled."""

    columns: tuple[str, ...] = ()
    value: str = ""
    default: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    by_prefix: bool = False
    split: str = ""
    skip: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    formats: tuple[str, ...] = ()
    zone: ZoneInfo = BANGKOK
    not_before: str = ""
    is_minutes_since_receipt: bool = False
    shorten: int = 0
    is_digest: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class MappingSpec:
    """A whole mapping."""

    name: str
    title: str
    fields: Mapping[str, FieldSpec]
    unknown_category: str = "create"
    default_unit: str = ""
    is_guessed: bool = False

    def columns(self) -> list[str]:
        """The columns that a table must have."""
        return [
            column
            for spec in self.fields.values()
            if not spec.is_optional
            for column in spec.columns
        ]

    def fits(self, header: Iterable[str]) -> bool:
        """Whether a table with this header has every column."""
        return set(self.columns()) <= set(header)

    def with_columns(self, chosen: Mapping[str, str]) -> MappingSpec:
        """Return the mapping with other columns chosen on the page; an empty choice drops the field."""
        fields = {name: spec for name, spec in self.fields.items() if name not in chosen}
        for name, column in chosen.items():
            spec = self.fields.get(name, FieldSpec())
            if column:
                same = column in spec.columns
                fields[name] = spec if same else replace(spec, columns=(column,), value="")
            elif spec.value:
                fields[name] = replace(spec, columns=())
        return replace(self, fields=fields)


def shipped_names() -> list[str]:
    """Return the names of the shipped mappings."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


def shipped(name: str) -> MappingSpec | None:
    """Return a shipped mapping by name, or None."""
    return load(SHIPPED / f"{name}.json") if name in shipped_names() else None


def load(path: Path) -> MappingSpec:
    """Read a mapping file; what is wrong in it is named."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(
            _("The mapping %(name)s cannot be opened: %(why)s.")
            % {"name": path, "why": error.strerror}
        ) from None
    except UnicodeDecodeError:
        raise Refused(_("The mapping is not UTF-8. Save it as UTF-8 and try again.")) from None
    except json.JSONDecodeError as error:
        raise Refused(
            _(
                "The mapping is not valid JSON: line %(line)s, column %(column)s. Mend that place and try again."
            )
            % {"line": error.lineno, "column": error.colno}
        ) from None
    return parse(data, name=path.stem)


def parse(data: object, *, name: str = "") -> MappingSpec:
    """Turn the JSON of a mapping into a mapping; refuses what it does not know."""
    if not isinstance(data, dict) or not isinstance(data.get("fields"), dict):
        raise Refused(_('A mapping is a JSON object with "fields". See docs/IMPORT.md.'))
    unknown = set(data) - {"title", "about", "fields", "unknown_category", "default_unit"}
    strange = unknown | (set(data["fields"]) - set(FIELDS))
    if strange:
        raise Refused(
            _("The mapping names what does not exist: %(names)s. Fields are: %(fields)s.")
            % {"names": ", ".join(sorted(strange)), "fields": ", ".join(FIELDS)}
        )
    spec = MappingSpec(
        name=name,
        title=str(data.get("title", name)),
        fields={key: parse_field(key, value) for key, value in data["fields"].items()},
        unknown_category=str(data.get("unknown_category", "create")),
        default_unit=str(data.get("default_unit", "")),
    )
    require_fields(spec)
    return spec


def require_fields(spec: MappingSpec) -> None:
    """Refuse a mapping that leaves out what every complaint needs."""
    missing = [str(FIELDS[name].label) for name in REQUIRED if name not in spec.fields]
    if missing:
        raise Refused(
            _("Choose the columns for: %(fields)s. Without them a row cannot become a case.")
            % {"fields": ", ".join(missing)}
        )


PLAIN_KEYS = {"value", "default", "otherwise", "split", "not_before"}
OTHER_KEYS = {
    "column",
    "values",
    "by_prefix",
    "skip",
    "pattern",
    "format",
    "zone",
    "minutes_since_receipt",
    "shorten",
    "digest",
    "optional",
}


def parse_field(name: str, data: object) -> FieldSpec:
    """Read how one field is filled; a mere name is a column."""
    if isinstance(data, str):
        return FieldSpec(columns=(data,))
    if not isinstance(data, dict):
        raise Refused(
            _("The mapping of “%(field)s” must be a column or an object.") % {"field": name}
        )
    strange = set(data) - PLAIN_KEYS - OTHER_KEYS
    if strange:
        raise Refused(
            _("The mapping of “%(field)s” has unknown words: %(words)s.")
            % {"field": name, "words": ", ".join(sorted(strange))}
        )
    try:
        return spec_of(data)
    except (re.error, ZoneInfoNotFoundError, TypeError, ValueError) as error:
        raise Refused(
            _("The mapping of “%(field)s” cannot be used: %(why)s.") % {"field": name, "why": error}
        ) from None


def spec_of(data: dict[str, Any]) -> FieldSpec:
    """Build the specification out of its JSON."""
    return FieldSpec(
        **{key: data[key] for key in PLAIN_KEYS & set(data)},
        columns=as_tuple(data.get("column")),
        values={normalise(str(key)): str(value) for key, value in data.get("values", {}).items()},
        by_prefix=bool(data.get("by_prefix")),
        skip=frozenset(data.get("skip", ())),
        pattern=re.compile(data["pattern"]) if "pattern" in data else None,
        formats=as_tuple(data.get("format")),
        zone=ZoneInfo(data.get("zone", "Asia/Bangkok")),
        is_minutes_since_receipt=bool(data.get("minutes_since_receipt")),
        shorten=int(data.get("shorten", 0)),
        is_digest=bool(data.get("digest")),
        is_optional=bool(data.get("optional")),
    )


def as_tuple(value: object) -> tuple[str, ...]:
    """Return one word or a list of words as a tuple."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    raise TypeError(f"{value!r}")


def guess(header: list[str]) -> MappingSpec:
    """Return the shipped mapping that fits a header best, or one made from the columns' names."""
    fitting = [spec for spec in map(shipped, shipped_names()) if spec and spec.fits(header)]
    if fitting:
        return max(fitting, key=lambda spec: len(set(spec.columns())))
    return guess_by_names(header)


def guess_by_names(header: list[str]) -> MappingSpec:
    """Make a mapping out of columns that are called as a field usually is; the earlier name wins."""
    known = {normalise(column): column for column in header}
    fields: dict[str, FieldSpec] = {}
    for each in FIELDS.values():
        names = (each.name, str(each.label), *each.aliases)
        found = next((known[normalise(name)] for name in names if normalise(name) in known), "")
        if found:
            fields[each.name] = FieldSpec(columns=(found,))
    return MappingSpec(name="", title="", fields=fields, is_guessed=True)


def chosen(base: str, columns: Mapping[str, str]) -> MappingSpec:
    """Return the mapping a person chose on the page: a shipped one or none, with other columns."""
    spec = shipped(base) or MappingSpec(name="", title="", fields={}, is_guessed=True)
    return spec.with_columns(columns)

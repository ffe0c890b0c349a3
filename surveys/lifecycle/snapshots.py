"""Snapshots: the complete responses of a wave as compressed columns, read by COPY in binary (PAINS 14)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from numpy.typing import NDArray
from psycopg import sql

from agency import locks
from surveys.models import Factsheet, Response, Snapshot, Version, Wave
from surveys.rendering import Document
from surveys.rendering.union import parts, union
from surveys.selectors.frame import MODES, Frame

FORMAT = 1  # a change of what lies in the file makes every snapshot new
HEAD = 19  # bytes before the first row of COPY in binary
ROWS_AT_ONCE = 20_000
ANEW = 0.5  # when more than this share has changed, everything is read again
LOCK_SPACE = "surveys.snapshot"
KEPT = 2  # snapshots of a wave that stay, besides those of factsheets

Array = NDArray[Any]
Arrays = dict[str, Array]
Wired = tuple[str, str, sql.Composable]  # name, type on the wire, expression

# type of PostgreSQL → how COPY writes it
WIRE = {"tiny": ">i2", "int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8"}
STORED = {"tiny": "i1"}  # flags, ranks and points need one byte
SENT = {"tiny": "int2"}


def build(wave: Wave, *, at: datetime) -> Snapshot | None:
    """Bring the snapshot of a wave up to its responses; the newest one, None while there is no answer.

    Only new and changed responses are read, unless the columns changed or most rows did. A
    second builder of the same wave waits its turn by finding nothing to do.
    """
    with locks.exclusive(LOCK_SPACE, wave.pk) as is_mine:
        last = wave.snapshots.order_by("-number").first()
        return built(wave, last, at=at) if is_mine else last


def built(wave: Wave, last: Snapshot | None, *, at: datetime) -> Snapshot | None:
    """Write the next snapshot if anything changed since the last."""
    mark = mark_now()
    columns = columns_of(wave)
    schema = digest(json.dumps([FORMAT, columns], ensure_ascii=False).encode())
    base = last if last and is_continued(last, schema=schema, mark=mark) else None
    ids, changed = responses_of(wave, since=base.mark["xid"] if base else None)
    if base is None:
        if not len(ids) and last is None:
            return None
        return write(wave, columns, read(wave, columns), schema=schema, mark=mark, at=at)
    old = Frame(base)
    fetched = ids[changed | ~np.isin(ids, old.ids)]
    kept = np.isin(old.ids, ids) & ~np.isin(old.ids, fetched)
    if not len(fetched) and kept.all():
        return base
    if len(fetched) > ANEW * len(ids):
        arrays = read(wave, columns)
    else:
        arrays = merged(old, read(wave, columns, only=fetched), columns, kept=kept)
    return write(wave, columns, arrays, schema=schema, mark=mark, at=at)


def is_continued(last: Snapshot, *, schema: str, mark: dict[str, int]) -> bool:
    """Whether a snapshot can be carried on: same columns, same database, transactions went on."""
    return (
        last.schema_hash == schema
        and last.mark.get("database") == mark["database"]
        and last.mark.get("xid", mark["xid"] + 1) <= mark["xid"]
    )


def mark_now() -> dict[str, int]:
    """Return up to which transaction everything is seen, and in which database.

    Rows keep their last writer's transaction (`xmin`), so that no instant and no order need be
    stored with the answers of an anonymous survey.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, oid FROM pg_database"
            " WHERE datname = current_database()"
        )
        xid, database = cursor.fetchone()
    return {"xid": xid, "database": database}


def columns_of(wave: Wave) -> list[dict[str, Any]]:
    """Return the columns of all versions that the wave's responses were given to, and of its own."""
    used = Response.objects.filter(wave=wave).values("version")
    versions = Version.objects.filter(Q(pk__in=used) | Q(pk=wave.version_id))
    return union({version.number: Document.read(version.document) for version in versions})


# Reading


def responses_of(wave: Wave, *, since: int | None) -> tuple[Array, Array]:
    """Return the ids of complete responses, rising, and which were written since a transaction."""
    fields: list[Wired] = [("id", "int8", sql.SQL("r.id"))]
    if since is not None:
        recent = sql.SQL("(((r.xmin::text::int8 - {since}) & 4294967295) < 2147483648)::int::int2")
        fields.append(("changed", "tiny", recent.format(since=since & 0xFFFFFFFF)))
    found = copied(wave, fields)
    return found["id"], found.get("changed", np.ones(len(found["id"]), np.int16)).astype(bool)


def read(wave: Wave, columns: list[dict[str, Any]], *, only: Array | None = None) -> Arrays:
    """Return the columns of all complete responses, or only of these."""
    versions = list(wave.survey.versions.order_by("number").values_list("pk", "number"))
    fields = [*own_fields(versions), *(one for column in columns for one in fields_of(column))]
    found = copied(wave, fields, only=only)
    numbers = np.array([0, *(number for _pk, number in versions)], np.int16)
    found["version"] = numbers[found["version"]]
    for column in columns:
        if column["kind"] == "text":
            found |= copied_texts(wave, column["code"], only=only)
    return found


def own_fields(versions: list[tuple[int, int]]) -> list[Wired]:
    """Return what a snapshot keeps of a response besides its answers."""
    pks, modes = sql.Literal([pk for pk, _number in versions]), sql.Literal(list(MODES))
    found = [
        ("id", "int8", sql.SQL("r.id")),
        ("version", "int2", sql.SQL("array_position({}::int8[], r.version_id)").format(pks)),
        ("mode", "tiny", sql.SQL("array_position({}::text[], r.mode::text) - 1").format(modes)),
        ("day", "int4", sql.SQL("r.submitted_on - DATE '1970-01-01'")),
        ("at", "float8", sql.SQL("coalesce(extract(epoch FROM r.submitted_at), 'NaN')")),
        ("weight", "float8", sql.SQL("coalesce(r.weight, 'NaN')")),
    ]
    for name in ("keyed_by", "stratum", "unit", "service"):
        source = sql.SQL("coalesce({}, -1)").format(sql.Identifier("r", f"{name}_id"))
        found.append((name.removesuffix("_by"), "int8", source))
    return found


def fields_of(column: dict[str, Any]) -> list[Wired]:
    """Return the fixed-width fields that hold a column; a text has none."""
    code, kind = column["code"], column["kind"]
    value = sql.SQL("(r.answers->{})").format(sql.Literal(code))
    text = sql.SQL("(r.answers->>{})").format(sql.Literal(code))
    values = [each["code"] for each in column["values"]]
    if kind in {"choices", "ranking"}:
        names = zip(parts(column), values, strict=True)
        return [(name, "tiny", within(value, each, kind=kind)) for name, each in names]
    if kind == "choice":
        place = sql.SQL("coalesce(array_position({}::text[], {}), 0) - 1")
        return [(code, "int2", place.format(sql.Literal(values), text))]
    if kind == "points":
        return [(code, "tiny", sql.SQL(POINTS).format(v=value))]
    if kind == "number":
        return [(code, "float8", sql.SQL(NUMBER).format(v=value))]
    if kind == "date":
        return [(code, "int4", sql.SQL(DAY).format(t=text))]
    return [(code, "int2", sql.SQL(FILES).format(v=value))] if kind == "files" else []


POINTS = (
    "CASE jsonb_typeof({v}) WHEN 'number' THEN least(greatest({v}::float8, -1), 100)"
    " WHEN 'string' THEN -2 ELSE -1 END"
)
NUMBER = "CASE jsonb_typeof({v}) WHEN 'number' THEN {v}::float8 ELSE 'NaN' END"
DAY = "CASE WHEN {t} ~ '^\\d{{4}}-\\d\\d-\\d\\d$' THEN replace({t}, '-', '')::int4 ELSE 0 END"
FILES = "CASE jsonb_typeof({v}) WHEN 'array' THEN jsonb_array_length({v}) ELSE 0 END"
CHOSEN = "CASE jsonb_typeof({v}) WHEN 'array' THEN ({v} ? {one})::int ELSE -1 END"
RANK = (
    "CASE jsonb_typeof({v}) WHEN 'array' THEN coalesce("
    "array_position(ARRAY(SELECT jsonb_array_elements_text({v})), {one}), 0) ELSE 0 END"
)


def within(value: sql.Composable, one: str, *, kind: str) -> sql.Composable:
    """Return whether an option is among those chosen, or which rank it has."""
    return sql.SQL(CHOSEN if kind == "choices" else RANK).format(v=value, one=sql.Literal(one))


def source(wave: Wave, only: Array | None) -> sql.Composable:
    """Return where the rows come from."""
    chosen: sql.Composable = sql.SQL("")
    if only is not None:
        chosen = sql.SQL(" AND r.id = ANY({}::int8[])").format(sql.Literal(only.tolist()))
    return sql.SQL(
        " FROM surveys_response r WHERE r.wave_id = {wave} AND r.state = 'complete'{chosen}"
    ).format(wave=wave.pk, chosen=chosen)


def copied(wave: Wave, fields: list[Wired], *, only: Array | None = None) -> Arrays:
    """Copy fixed-width fields; rows of one length are read as one array, without a loop over cells."""
    wire = [("count", ">i2")]
    for name, kind, _field in fields:
        wire += [(f"#{name}", ">i4"), (name, WIRE[kind])]
    selected = sql.SQL(", ").join(
        sql.SQL("({})::{}").format(field, sql.SQL(SENT.get(kind, kind)))
        for _name, kind, field in fields
    )
    query = sql.SQL("COPY (SELECT {fields}{source} ORDER BY r.id) TO STDOUT (FORMAT binary)")
    dtype = np.dtype(wire)
    found: dict[str, list[Array]] = {name: [] for name, _kind, _field in fields}
    for rows in blocks(query.format(fields=selected, source=source(wave, only)), dtype):
        for name, kind, _field in fields:
            found[name].append(rows[name].astype(stored_as(kind)))
    return {
        name: np.concatenate(found.pop(name)) if found[name] else np.empty(0, stored_as(kind))
        for name, kind, _field in fields
    }


def stored_as(kind: str) -> str:
    """Return the type in which a field is kept."""
    return STORED.get(kind, WIRE[kind][1:])


def blocks(query: sql.Composable, dtype: np.dtype[Any]) -> Iterator[Array]:
    """Yield what COPY in binary sends as arrays of rows."""
    waiting, skip = bytearray(), HEAD
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for piece in copy:
            waiting += piece
            if len(waiting) >= ROWS_AT_ONCE * dtype.itemsize:
                count = (len(waiting) - skip) // dtype.itemsize
                yield np.frombuffer(bytes(waiting), dtype, count, skip)
                del waiting[: skip + count * dtype.itemsize]
                skip = 0
    count = (len(waiting) - skip) // dtype.itemsize
    yield np.frombuffer(bytes(waiting), dtype, count, skip)


def copied_texts(wave: Wave, code: str, *, only: Array | None = None) -> Arrays:
    """Copy what was written into a text column: only the rows that hold something."""
    text = sql.SQL("(r.answers->>{})").format(sql.Literal(code))
    pattern = sql.SQL(
        "COPY (SELECT r.id, {text}{source} AND {text} <> '') TO STDOUT (FORMAT binary)"
    )
    query = pattern.format(text=text, source=source(wave, only))
    ids, sizes, blob = [], [], bytearray()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["int8", "text"])
        for pk, written in copy.rows():
            piece = written.encode()
            ids.append(pk)
            sizes.append(len(piece))
            blob += piece
    return {
        f"{code}#ids": np.array(ids, np.int64),
        f"{code}#ends": np.cumsum(np.array(sizes, np.int64)),
        f"{code}#blob": np.frombuffer(bytes(blob), np.uint8),
    }


def merged(old: Frame, new: Arrays, columns: list[dict[str, Any]], *, kept: Array) -> Arrays:
    """Return the rows of an older snapshot that stay, and the new ones, in order."""
    order = np.argsort(np.concatenate([old.ids[kept], new["id"]]), kind="stable")
    found: Arrays = {}
    for name, added in new.items():
        if "#" not in name:
            found[name] = np.concatenate([old.array(name)[kept], added])[order]
    staying = old.ids[kept]
    for column in columns:
        if column["kind"] == "text":
            found |= merged_texts(old, new, column["code"], staying=staying)
    return found


def merged_texts(old: Frame, new: Arrays, code: str, *, staying: Array) -> Arrays:
    """Return the texts of an older snapshot that stay, followed by the new ones."""
    ids, ends = old.array(f"{code}#ids"), old.array(f"{code}#ends")
    sizes = np.diff(ends, prepend=0)
    stays = np.isin(ids, staying)
    blob = old.array(f"{code}#blob")[np.repeat(stays, sizes)]
    all_sizes = np.concatenate([sizes[stays], np.diff(new[f"{code}#ends"], prepend=0)])
    return {
        f"{code}#ids": np.concatenate([ids[stays], new[f"{code}#ids"]]),
        f"{code}#ends": np.cumsum(all_sizes),
        f"{code}#blob": np.concatenate([blob, new[f"{code}#blob"]]),
    }


# Writing


def write(
    wave: Wave,
    columns: list[dict[str, Any]],
    arrays: Arrays,
    *,
    schema: str,
    mark: dict[str, int],
    at: datetime,
) -> Snapshot:
    """Write the file, then the row that names it; older snapshots that nothing rests on go."""
    number = (wave.snapshots.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    with tempfile.TemporaryFile() as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        name = default_storage.save(f"snapshots/{wave.pk}/{number}.npz", File(file))
    with transaction.atomic():
        made = Snapshot.objects.create(
            wave=wave,
            number=number,
            file=name,
            columns=columns,
            row_count=len(arrays["id"]),
            schema_hash=schema,
            sha256=sha256,
            mark=mark,
            built_at=at,
        )
        transaction.on_commit(lambda: prune(wave))
    return made


def prune(wave: Wave) -> None:
    """Remove the files and rows of snapshots that are neither recent nor behind a factsheet."""
    recent = wave.snapshots.order_by("-number").values_list("pk", flat=True)[:KEPT]
    resting = Factsheet.objects.filter(wave=wave).values("snapshot")
    for old in wave.snapshots.exclude(pk__in=list(recent)).exclude(pk__in=resting):
        old.delete()
        default_storage.delete(old.file)


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def refresh(*, at: datetime, limit: int = 50) -> int:
    """Build the snapshots of waves that are open or were closed of late; returns how many are looked at.

    Waves whose answers did not change cost one look at who wrote their rows.
    """
    waves = Wave.objects.exclude(state=Wave.State.DRAFT).order_by("-opens_at", "-pk")
    found = list(waves.select_related("survey")[:limit])
    for wave in found:
        build(wave, at=at)
    return len(found)

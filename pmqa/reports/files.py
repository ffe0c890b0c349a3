"""The files of a report: made once per state and language, kept with their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agency.refusal import Refused
from pmqa.reports.docx import docx_of
from pmqa.reports.lifecycle import canonical
from pmqa.reports.models import Report, ReportFile, State
from pmqa.reports.open_data import csv_of, json_of
from pmqa.reports.pdf import pdf_of
from pmqa.reports.xlsx import xlsx_of

Maker = Callable[[Report], bytes]

PASSING = (State.DRAFT, State.REVIEWED, State.APPROVED)
SCRATCH_KEPT = timedelta(days=30)
MAKERS: dict[str, Maker] = {
    "pdf": pdf_of,
    "docx": docx_of,
    "xlsx": xlsx_of,
    "open-json": json_of,
    "open-csv": csv_of,
}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "open-json": "application/json",
    "open-csv": "text/csv; charset=utf-8",
}


def name_of(report: Report, kind: str) -> str:
    """Return the name under which a file is handed out."""
    unit = report.figures["unit"]
    return f"pmqa3-{unit}-{report.month_on:%Y-%m}-v{report.version}{suffix(kind)}"


def suffix(kind: str) -> str:
    """Return how a file's name ends: open data must not be taken for the sealed figures."""
    return f"-open.{kind.removeprefix('open-')}" if kind.startswith("open-") else f".{kind}"


def file_of(report: Report, kind: str, *, at: datetime) -> ReportFile:
    """Return a report's file as it stands in its state, in the active language; made if it is not there yet."""
    language = "en" if get_language() == "en" else "th"
    mine = ReportFile.objects.filter(
        report=report, format=kind, state=report.state, language=language
    )
    standing = mine.first()
    if standing and is_outdated(standing, report):
        standing.file.delete(save=False)
        standing.delete()
        standing = None
    return standing or stored(report, kind, MAKERS[kind](report), language=language, at=at)


def is_outdated(kept: ReportFile, report: Report) -> bool:
    """Whether the points of an unpublished report changed since its file was begun."""
    changed_at = report.points_changed_at
    return report.state in PASSING and changed_at is not None and kept.made_at <= changed_at


def stored(report: Report, kind: str, content: bytes, *, language: str, at: datetime) -> ReportFile:
    """Keep a file; of two who made it at once, the first one's stays."""
    made = ReportFile(
        report=report,
        format=kind,
        state=report.state,
        language=language,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
    )
    made.file.save(name_of(report, kind), ContentFile(content), save=False)
    with transaction.atomic():
        ReportFile.objects.bulk_create([made], ignore_conflicts=True)
    kept = ReportFile.objects.get(report=report, format=kind, state=report.state, language=language)
    if kept.file.name != made.file.name:
        made.file.storage.delete(made.file.name)
    return kept


def clear_outdated(*, at: datetime, limit: int = 500) -> int:
    """Delete files of states that their reports have left; returns how many, 0 when none is left.

    What was published stays; a file that is asked for again is made anew.
    """
    before = ReportFile.objects.filter(state__in=PASSING, made_at__lt=at - SCRATCH_KEPT)
    found = list(before.exclude(state=F("report__state")).order_by("pk")[:limit])
    for kept in found:
        kept.file.delete(save=False)
        kept.delete()
    return len(found)


def write_all(report: Report, *, folder: Path, at: datetime) -> dict[str, Any]:
    """Write every file of a report into a folder, and a manifest beside them; returns the manifest."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = {kind: written(report, kind, folder=folder, at=at) for kind in MAKERS}
        files["json"] = figures_file(report, folder=folder)
        manifest = manifest_of(report, files)
        path = folder / f"{Path(name_of(report, 'pdf')).stem}-manifest.json"
        path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        sentence = _("The folder “%(folder)s” cannot be written: %(reason)s.")
        raise Refused(sentence % {"folder": folder, "reason": error.strerror}) from error
    return {**manifest, "manifest": str(path)}


def written(report: Report, kind: str, *, folder: Path, at: datetime) -> dict[str, Any]:
    """Write one file and describe it."""
    kept = file_of(report, kind, at=at)
    path = folder / name_of(report, kind)
    with kept.file.open("rb") as source:
        path.write_bytes(source.read())
    return {"path": str(path), "bytes": kept.size, "sha256": kept.sha256}


def figures_file(report: Report, *, folder: Path) -> dict[str, Any]:
    """Write the figures block in the form that its hash seals."""
    content = canonical(report.figures)
    path = folder / name_of(report, "json")
    path.write_bytes(content)
    return {
        "path": str(path),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def manifest_of(report: Report, files: dict[str, Any]) -> dict[str, Any]:
    """Say what was built, as known when, with the hash of figures and files."""
    return {
        "month": f"{report.month_on:%Y-%m}",
        "unit": report.figures["unit"],
        "version": report.version,
        "state": report.state,
        "cutoff": report.cutoff_at.isoformat(),
        "built_at": report.built_at.isoformat(),
        "sha256": report.sha256,
        "files": files,
    }

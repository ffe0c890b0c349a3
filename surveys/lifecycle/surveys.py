"""A survey as a whole: begin, describe, copy, publish, archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff, Unit
from agency.refusal import Refused
from surveys.lifecycle.drafting import hold, note
from surveys.lifecycle.filling import fill
from surveys.models import Response, Section, Survey, Version
from surveys.selectors import drafts

DESCRIBED = [
    *("title_th", "title_en", "kind", "purpose", "intro_th", "intro_en"),
    *("thanks_th", "thanks_en", "is_anonymous", "follows_up"),
]


@transaction.atomic
def begin(
    *,
    code: str,
    unit: Unit,
    by: Staff,
    at: datetime,
    document: dict[str, Any] | None = None,
    **facts: Any,
) -> Survey:
    """Begin a survey (สร้างแบบสำรวจ), with the content of a document where one is given."""
    if Survey.objects.filter(code=code).exists():
        raise Refused(
            _("There is a survey with the code %(code)s already. Choose another code.")
            % {"code": code}
        )
    survey = Survey.objects.create(
        code=code, unit=unit, owner=by, created_at=at, changed_at=at, **facts
    )
    if document:
        fill(survey, document["sections"])
    else:
        Section.objects.create(survey=survey, code="s1", text_th="ตอนที่ 1", text_en="Part 1")
    audit.record(survey, "begun", by=by, at=at)
    return survey


@transaction.atomic
def describe(survey: Survey, *, by: Staff, at: datetime, **facts: Any) -> Survey:
    """Change titles, texts and whether it is anonymous (แก้ไขข้อมูลแบบสำรวจ)."""
    survey = hold(survey)
    wanted = facts.get("is_anonymous", survey.is_anonymous)
    if wanted != survey.is_anonymous and Response.objects.filter(wave__survey=survey).exists():
        raise Refused(
            _(
                "Somebody has answered already, so anonymity stays as it is. Copy the survey instead."
            )
        )
    for name, value in facts.items():
        setattr(survey, name, value)
    survey.save(update_fields=list(facts))
    note(survey, "described", by=by, at=at)
    survey.refresh_from_db()
    return survey


@transaction.atomic
def share(survey: Survey, *, units: Iterable[Unit], by: Staff, at: datetime) -> Survey:
    """Let other units read the survey and its results, these and no others (แบ่งปันผลให้หน่วยงานอื่น)."""
    survey = hold(survey)
    if survey.is_bank:
        raise Refused(_("Everybody reads the question bank already."))
    wanted = [unit for unit in units if not unit.path.startswith(survey.unit.path)]
    before = set(survey.shared_with.values_list("pk", flat=True))
    after = {unit.pk for unit in wanted}
    if after != before:
        survey.shared_with.set(wanted)
        gone, come = sorted(before - after), sorted(after - before)
        audit.record(survey, "survey_shared", by=by, at=at, added=come, taken_away=gone)
    return survey


@transaction.atomic
def copy(survey: Survey, *, code: str, by: Staff, at: datetime) -> Survey:
    """Copy the draft of a survey into a new one of the person's unit (คัดลอกแบบสำรวจ)."""
    facts = {name: getattr(survey, name) for name in [*DESCRIBED, "bands"]}
    document = drafts.document_of(survey)
    made = begin(code=code, unit=by.unit, by=by, at=at, document=document, **facts)
    audit.record(made, "copied", by=by, at=at, source=survey.pk)
    return made


@transaction.atomic
def publish(survey: Survey, *, note: str = "", by: Staff, at: datetime) -> Version:
    """Freeze the draft as the next version (เผยแพร่รุ่น); waves and answers read that, never the draft."""
    survey = hold(survey)
    if survey.is_bank:
        raise Refused(_("The question bank is not published. Copy from it."))
    sections = drafts.outline(survey)
    grave = [found for found in drafts.findings(survey, sections) if found.is_grave]
    if grave:
        raise Refused("; ".join(f"{found.code} {found.sentence}".strip() for found in grave))
    document = drafts.document_of(survey, sections)
    sha256 = seal(document)
    last = survey.versions.order_by("-number").first()
    if last and last.sha256 == sha256:
        raise Refused(_("Nothing has changed since version %(number)s.") % {"number": last.number})
    version = Version.objects.create(
        survey=survey,
        number=last.number + 1 if last else 1,
        document=document,
        sha256=sha256,
        note=note,
        published_at=at,
        published_by=by,
    )
    audit.record(survey, "published", by=by, at=at, version=version.number)
    return version


def seal(document: dict[str, Any]) -> str:
    """Return the hash of a document, whatever the order of its keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def archive(survey: Survey, *, by: Staff, at: datetime) -> Survey:
    """Put a survey away (เก็บเข้าคลัง); what was answered stays."""
    survey = hold(survey)
    if survey.waves.open().exists():
        raise Refused(_("A wave is open. Close it first."))
    survey.archived_at = at
    survey.save(update_fields=["archived_at"])
    audit.record(survey, "archived", by=by, at=at)
    return survey


@transaction.atomic
def restore(survey: Survey, *, by: Staff, at: datetime) -> Survey:
    """Take a survey out of the archive (นำกลับมาใช้)."""
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.archived_at is None:
        raise Refused(_("The survey is not archived."))
    survey.archived_at = None
    survey.save(update_fields=["archived_at"])
    audit.record(survey, "restored", by=by, at=at)
    return survey

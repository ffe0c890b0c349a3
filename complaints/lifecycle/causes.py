"""The list of causes (รหัสสาเหตุ): what is added, renamed, put in order, and no longer offered.

A cause is never deleted: closings and actions keep theirs, so that the counts of past years stay.
All changes of the list come one after the other; each is in the audit trail of its cause.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.hold import outdated, written
from complaints.models import Cause

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME_LENGTH, CODE_LENGTH = 200, 40


@transaction.atomic
def add_cause(
    *,
    name_th: str,
    name_en: str = "",
    code: str = "",
    parent: Cause | None = None,
    by: Staff,
    at: datetime,
) -> Cause:
    """Add a cause, or a part of one (เพิ่มสาเหตุ), at the end of its level; without a code it gets one."""
    known = hold_causes()
    above = known[parent.pk] if parent else None
    refuse_third_level(above)
    cause = Cause(parent=above, name_th=named(name_th), name_en=name_en.strip())
    siblings = of_level(known, above)
    refuse_twin(cause, siblings)
    cause.code = checked_code(code, known) if code else free_code(known, above)
    cause.position = max((each.position for each in siblings), default=0) + 1
    cause.save(force_insert=True)
    audit.record(cause, "added", by=by, at=at, version=cause.version)
    return cause


@transaction.atomic
def rename_cause(
    cause: Cause,
    *,
    name_th: str,
    name_en: str = "",
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Cause:
    """Write the names of a cause anew (แก้ไขชื่อสาเหตุ); past cases show the new name too."""
    known = hold_causes()
    cause = as_seen(known[cause.pk], expected_version=expected_version)
    before = [cause.name_th, cause.name_en]
    cause.name_th, cause.name_en = named(name_th), name_en.strip()
    if before == [cause.name_th, cause.name_en]:
        raise Refused(_("Both names are as before. Change one, or go back."))
    refuse_twin(cause, of_level(known, cause.parent))
    told = {"old": before, "new": [cause.name_th, cause.name_en]}
    return kept(cause, "cause_renamed", "name_th", "name_en", by=by, at=at, **told)


@transaction.atomic
def retire_cause(
    cause: Cause, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Cause:
    """Offer a cause no longer, nor its parts (เลิกใช้สาเหตุ); what was counted under it stays."""
    known = hold_causes()
    cause = as_seen(known[cause.pk], expected_version=expected_version)
    if not cause.is_active:
        raise Refused(_("This cause is retired already."))
    for each in [cause, *(part for part in known.values() if part.parent_id == cause.pk)]:
        if each.is_active:
            each.is_active = False
            kept(each, "cause_retired", "is_active", by=by, at=at)
    return cause


@transaction.atomic
def restore_cause(
    cause: Cause, *, by: Staff, at: datetime, expected_version: int | None = None
) -> Cause:
    """Offer a retired cause again (นำสาเหตุกลับมาใช้); its parts are restored one by one."""
    known = hold_causes()
    cause = as_seen(known[cause.pk], expected_version=expected_version)
    if cause.is_active:
        raise Refused(_("This cause is in use already."))
    above = known.get(cause.parent_id or 0)
    if above and not above.is_active:
        raise Refused(_("Take “%(cause)s” back into use first.") % {"cause": above})
    refuse_twin(cause, of_level(known, above))
    cause.is_active = True
    return kept(cause, "cause_restored", "is_active", by=by, at=at)


@transaction.atomic
def move_cause(
    cause: Cause, *, is_up: bool, by: Staff, at: datetime, expected_version: int | None = None
) -> Cause:
    """Put a cause one place up or down among those of its level (เลื่อนลำดับสาเหตุ)."""
    known = hold_causes()
    cause = as_seen(known[cause.pk], expected_version=expected_version)
    line = [each for each in of_level(known, cause.parent) if each.is_active]
    place = next((place for place, each in enumerate(line) if each.pk == cause.pk), None)
    if place is None:
        raise Refused(_("Only a cause in use has a place in the list."))
    target = place - 1 if is_up else place + 1
    if not 0 <= target < len(line):
        raise Refused(_("It stands at the end of its list already."))
    line[place], line[target] = line[target], line[place]
    for position, each in enumerate(line, start=1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    return kept(line[target], "cause_moved", by=by, at=at, position=line[target].position)


def hold_causes() -> dict[int, Cause]:
    """Lock the list, so that two changes of it never cross, and read it as it stands then."""
    list(Cause.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return Cause.objects.select_related("parent").in_bulk()


def as_seen(cause: Cause, *, expected_version: int | None) -> Cause:
    """Refuse a cause that somebody changed since the person read it."""
    if expected_version not in {None, cause.version}:
        raise outdated(cause, expected_version=expected_version or 0)
    return cause


def of_level(known: dict[int, Cause], above: Cause | None) -> list[Cause]:
    """Return the causes under another one, or of the upper level, in their order."""
    level = [each for each in known.values() if each.parent_id == (above.pk if above else None)]
    return sorted(level, key=lambda each: (each.position, each.code))


def named(name: str) -> str:
    """Return the Thai name; refuse none."""
    return written(name, sentence=_("Please write the Thai name."))[:NAME_LENGTH]


def refuse_third_level(above: Cause | None) -> None:
    """Refuse a part of a part, and a part of what is retired."""
    if above and above.parent_id:
        raise Refused(_("There are two levels only. Choose a cause of the upper level."))
    if above and not above.is_active:
        raise Refused(_("“%(cause)s” is retired. Take it back into use first.") % {"cause": above})


def refuse_twin(cause: Cause, siblings: list[Cause]) -> None:
    """Refuse a second cause of the same name beside one in use: nobody could tell them apart."""
    for each in siblings:
        if each.pk != cause.pk and each.is_active and each.name_th == cause.name_th:
            raise Refused(_("There is a cause of this name already. Choose another name."))


def checked_code(code: str, known: dict[int, Cause]) -> str:
    """Return a code that somebody chose; refuse one that is taken or cannot stand in a file."""
    code = code.strip().lower()
    if not CODE.fullmatch(code) or len(code) > CODE_LENGTH:
        raise Refused(
            _("A code has small letters, digits and hyphens only, for example “process-slow”.")
        )
    if any(each.code == code for each in known.values()):
        raise Refused(_("The code “%(code)s” is taken. Choose another one.") % {"code": code})
    return code


def free_code(known: dict[int, Cause], above: Cause | None) -> str:
    """Return the next free code: that of the cause above with a number, or `cause` with one."""
    taken = {each.code for each in known.values()}
    stem = (above.code if above else "cause")[: CODE_LENGTH - 4]
    return next(code for n in range(1, 1000) if (code := f"{stem}-{n}") not in taken)


def kept(cause: Cause, verb: str, *fields: str, by: Staff, at: datetime, **facts: Any) -> Cause:
    """Write the named fields, count the change and record who did it."""
    cause.version += 1
    cause.save(update_fields=[*fields, "version"])
    audit.record(cause, verb, by=by, at=at, version=cause.version, **facts)
    return cause

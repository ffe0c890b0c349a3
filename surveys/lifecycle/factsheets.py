"""Factsheets: drawn up from a snapshot, published once, replaced by a corrected version."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agency import audit
from agency.models import Staff
from agency.refusal import Refused
from surveys.models import Factsheet, Wave
from surveys.selectors.factsheets import document_of
from surveys.selectors.results import results_of


@transaction.atomic
def draw_up(wave: Wave, *, by: Staff, at: datetime) -> Factsheet:
    """Draw the factsheet up from the newest snapshot; a draft is drawn up anew, a published one stays."""
    wave = Wave.objects.select_for_update(of=("self",)).select_related("survey").get(pk=wave.pk)
    results = results_of(wave)
    if results is None or not results.headline or results.headline["satisfied"]["state"] != "ok":
        raise Refused(
            _("There are not enough answers for a factsheet. Wait for more, or read the results.")
        )
    document = document_of(results)
    facts: dict[str, Any] = {
        "document": document,
        "sha256": digest(document),
        "snapshot": results.snapshot,
        "made_at": at,
        "made_by": by,
    }
    newest = wave.factsheets.select_for_update().order_by("-version").first()
    if newest and newest.state == Factsheet.State.DRAFT:
        for name, value in facts.items():
            setattr(newest, name, value)
        newest.save(update_fields=list(facts))
        made = newest
    else:
        version = newest.version + 1 if newest else 1
        made = Factsheet.objects.create(wave=wave, version=version, **facts)
    audit.record(made, "drawn_up", by=by, at=at)
    return made


@transaction.atomic
def publish_factsheet(
    factsheet: Factsheet, *, correction_th: str, correction_en: str, by: Staff, at: datetime
) -> Factsheet:
    """Publish a draft: from then on nobody changes it. A later version says what it corrects."""
    Wave.objects.select_for_update(of=("self",)).get(pk=factsheet.wave_id)
    factsheet = Factsheet.objects.select_for_update().get(pk=factsheet.pk)
    if factsheet.state != Factsheet.State.DRAFT:
        raise Refused(_("This version is published already. Draw up a new one to correct it."))
    earlier = Factsheet.objects.filter(
        wave=factsheet.wave_id, state=Factsheet.State.PUBLISHED
    ).first()
    if earlier and not correction_th.strip():
        raise Refused(
            _("Say in Thai what is corrected: readers of the earlier version must see it.")
        )
    if earlier:
        earlier.state = Factsheet.State.REPLACED
        earlier.save(update_fields=["state"])
    factsheet.state = Factsheet.State.PUBLISHED
    factsheet.published_at, factsheet.published_by = at, by
    factsheet.correction_th, factsheet.correction_en = correction_th, correction_en
    factsheet.save(
        update_fields=["state", "published_at", "published_by", "correction_th", "correction_en"]
    )
    audit.record(factsheet, "published", by=by, at=at)
    return factsheet


def digest(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

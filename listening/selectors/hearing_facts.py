"""What a summary of a hearing says, as plain data in both languages: counted once, frozen with the publication."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from agency.thai import local_day
from listening.models import Hearing, OfficialAnswer, SignUp, Stance, Testimony, Way
from listening.selectors.hearings import hidden_counts, stances

FORMAT = 1
LANGUAGES = ("th", "en")


def facts_of(hearing: Hearing) -> dict[str, Any]:
    """Return all that the summary says."""
    found: dict[str, Any] = {"format": FORMAT, "code": hearing.code, "counts": counts_of(hearing)}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = told(hearing)
    return found


def counts_of(hearing: Hearing) -> dict[str, Any]:
    """Return the figures, which are the same in every language."""
    views = hearing.testimonies
    speakers = hearing.signups.values("state").annotate(count=Count("pk")).order_by("state")
    ways = views.values("way").annotate(count=Count("pk")).order_by("way")
    return {
        "views": views.count(),
        "shown": views.filter(state=Testimony.State.SHOWN).count(),
        "hidden": views.filter(state=Testimony.State.HIDDEN).count(),
        "late": views.filter(is_late=True).count(),
        "redacted": views.filter(is_redacted=True, state=Testimony.State.SHOWN).count(),
        "ways": {row["way"]: row["count"] for row in ways},
        "speakers": {row["state"]: row["count"] for row in speakers},
        "campaigns": campaigns(hearing),
        "answered": OfficialAnswer.objects.filter(item__hearing=hearing).count(),
    }


def campaigns(hearing: Hearing) -> list[int]:
    """Return the sizes of groups of alike views, the largest first."""
    firsts = hearing.testimonies.annotate(size=Count("alike")).filter(size__gt=0)
    return sorted((size + 1 for size in firsts.values_list("size", flat=True)), reverse=True)


def told(hearing: Hearing) -> dict[str, Any]:
    """Return the words in the language that is on."""
    return {
        "unit": hearing.unit.name,
        "title": hearing.title,
        "summary": hearing.summary,
        "rules": str(hearing.rules),
        "basis": hearing.rules.source_th,
        "affected": hearing.affected_groups(),
        "parts": [(part["title"], part["text"]) for part in hearing.notice_parts()],
        "course": course(hearing),
        "ways": ways(hearing),
        "hidden": hidden_counts(hearing),
        "items": [item_told(hearing, item) for item in items(hearing)],
        "general": sides(stances(hearing).get(None, {})),
        "minutes": minutes_told(hearing),
        "remarks": remarks(hearing),
        "responsible": f"{hearing.owner}, {hearing.owner.unit.name}",
    }


def items(hearing: Hearing) -> list[Any]:
    """Return the issues with their answers."""
    return list(hearing.items.select_related("answer").order_by("position"))


def course(hearing: Hearing) -> list[tuple[str, str]]:
    """Return the days of the hearing, as ISO dates and instants."""
    found = [
        (_("Announced"), iso(hearing.announced_at)),
        (_("Session"), iso(hearing.starts_at)),
        (_("Written views until"), iso(hearing.closes_at)),
        (_("Summary due"), hearing.summary_due_on.isoformat() if hearing.summary_due_on else ""),
        (_("Summary published"), iso(hearing.published_at)),
    ]
    return [(name, value) for name, value in found if value]


def iso(at: Any) -> str:
    """Return an instant as text, or nothing."""
    return at.isoformat() if at else ""


def ways(hearing: Hearing) -> list[tuple[str, int]]:
    """Return by which ways the views came."""
    counted = counts_of(hearing)["ways"]
    return [(str(Way(way).label), count) for way, count in counted.items()]


def sides(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Return how many stood on each side."""
    return [(str(stance.label), counts.get(stance, 0)) for stance in Stance]


def item_told(hearing: Hearing, item: Any) -> dict[str, Any]:
    """Return one issue: the sides, the official answer, whether it changed anything and why."""
    answer = getattr(item, "answer", None)
    return {
        "title": item.title,
        "body": item.body,
        "sides": sides(stances(hearing).get(item.pk, {})),
        "support": answer.support if answer else "",
        "oppose": answer.oppose if answer else "",
        "other": answer.other if answer else "",
        "change": str(OfficialAnswer.Change(answer.change).label) if answer else "",
        "why": answer.why if answer else "",
    }


def minutes_told(hearing: Hearing) -> dict[str, Any] | None:
    """Return the minutes, if people met."""
    minutes = getattr(hearing, "minutes", None)
    if minutes is None:
        return None
    spoke = hearing.signups.filter(state=SignUp.State.SPOKE)
    return {
        "on_site": minutes.on_site_count,
        "online": minutes.online_count,
        "organisations": [line for line in minutes.organisations.splitlines() if line.strip()],
        "speakers": [
            ", ".join(part for part in (row.shown_name, row.organisation) if part) for row in spoke
        ],
        "body": minutes.body,
        "agreements": minutes.agreements,
    }


def remarks(hearing: Hearing) -> list[str]:
    """Return what a reader must know: a short notice, late documents, late views, campaigns, silence."""
    counts, found = counts_of(hearing), []
    first = hearing.starts_at or hearing.closes_at
    if hearing.announced_at:
        days = (local_day(first) - local_day(hearing.announced_at)).days
        words = _("Notice was given %(days)s days before; %(wanted)s are advised.")
        if days < hearing.rules.notice_days:
            found.append(words % {"days": days, "wanted": hearing.rules.notice_days})
            found.append(
                _("Why it was announced late: %(reason)s") % {"reason": hearing.late_reason}
            )
    late = hearing.documents.filter(is_late=True).count()
    if late:
        found.append(
            _("%(count)s documents were published too late to be read before.") % {"count": late}
        )
    if counts["late"]:
        found.append(
            _("%(count)s views came after the time announced and were taken with a reason.")
            % {"count": counts["late"]}
        )
    if counts["campaigns"]:
        found.append(
            _(
                "%(groups)s texts were sent by several people, up to %(most)s times; every one is counted."
            )
            % {"groups": len(counts["campaigns"]), "most": counts["campaigns"][0]}
        )
    if not counts["views"] and not counts["speakers"]:
        found.append(_("Nobody sent a view or spoke."))
    return found

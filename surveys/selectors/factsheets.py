"""A factsheet (สรุปผลหนึ่งหน้า) as plain data in both languages, and what its pages ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from agency.thai import format_date, local_day
from surveys.models import Factsheet, Wave
from surveys.selectors import pictures
from surveys.selectors.results import Results, invited

FORMAT = 1
TEMPLATE = Path(__file__).with_name("factsheet.typ")
LANGUAGES = ("th", "en")


def document_of(results: Results) -> dict[str, Any]:
    """Return the whole sheet, sentences and figures, so that later answers and words do not reach it."""
    found: dict[str, Any] = {"format": FORMAT, "headline": results.headline}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = sheet(results)
    return found


def sheet(results: Results) -> dict[str, Any]:
    """Return the sheet in the language that is on."""
    wave, headline = results.wave, results.headline
    figures = pictures.figures_of(headline) if headline else []
    return {
        "unit": wave.survey.unit.name,
        "title": wave.survey.title,
        "wave": wave.name,
        "headline": sentence(results),
        "figures": figures,
        "band": band(headline),
        "trend_title": pictures.trend_title(results.trend) if len(results.trend) > 1 else "",
        "trend": [trend_row(point) for point in results.trend] if len(results.trend) > 1 else [],
        "likely": pictures.likely(results)[:5],
        "no_likely": no_likely(results),
        "method": method(results),
        "responsible": f"{wave.responsible}, {wave.responsible.unit.name}",
    }


def sentence(results: Results) -> str:
    """Return the headline: the share of the satisfied, of whom, with its interval where there is one."""
    cell = results.headline["satisfied"] if results.headline else {"state": "few"}
    if cell["state"] != "ok":
        return _("There are not enough answers for a headline.")
    facts = {"share": pictures.told(cell), "between": pictures.between(cell)}
    if results.whole["is_probability"]:
        words = _("%(share)s percent of service users are satisfied (interval %(between)s)")
        return words % facts
    return _("%(share)s percent of those who answered are satisfied") % facts


def band(headline: dict[str, Any] | None) -> str:
    """Return the band of the mean in words."""
    if not headline or not headline["band"]:
        return ""
    found = _("The mean lies in the band “%(band)s”.") % {"band": pictures.words(headline["band"])}
    if headline["band"]["crosses"]:
        found += " " + _("Its interval crosses a border, so the band is not certain.")
    return found


def trend_row(point: dict[str, Any]) -> dict[str, str]:
    """Return a wave of the trend; only a tested, significant change is marked."""
    return {
        "wave": pictures.words(point),
        "percent": pictures.told(point["percent"]),
        "satisfied": pictures.told(point["satisfied"])
        + (" *" if pictures.is_significant(point) else ""),
        "n": str(point["satisfied"]["n"] or "–"),
    }


def no_likely(results: Results) -> str:
    """Return what stands where no group differs."""
    if not results.whole["is_probability"]:
        return _("Differences between groups were not tested: the answers are no sample.")
    return _("No difference between groups can be shown.")


def method(results: Results) -> list[list[str]]:
    """Return the method note as pairs of name and words."""
    wave, asked = results.wave, invited(results.wave)
    first, last = (format_date(local_day(at)) for at in (wave.opens_at, wave.closes_at))
    is_sample = results.whole["is_probability"]
    drawn = _("Drawn from a frame") if is_sample else _("Whoever answered; not drawn from a frame")
    frame = pictures.words({"th": wave.frame_th, "en": wave.frame_en})
    rate = f" ({asked['answered']} / {asked['invited']})" if asked["invited"] else ""
    intervals = (
        _("95 percent, design-based; several comparisons adjusted by Holm")
        if is_sample
        else _("none: the answers are not a sample of a population")
    )
    return [
        [_("Fieldwork"), f"{first} – {last}"],
        [_("Sample"), f"{drawn}: {frame}" if frame else drawn],
        [_("Answers"), f"n = {results.snapshot.row_count}{rate}"],
        [_("Weighting"), str(wave.get_weighting_display())],
        [_("Intervals and tests"), intervals],
    ]


def shown(factsheet: Factsheet, language: str) -> dict[str, Any]:
    """Return a factsheet's sheet in one language with its state and its notice of correction."""
    notice = {"th": factsheet.correction_th, "en": factsheet.correction_en}
    frozen: dict[str, Any] = factsheet.document[language]
    return frozen | {
        "language": language,
        "version": factsheet.version,
        "state": factsheet.get_state_display(),
        "is_draft": factsheet.state == Factsheet.State.DRAFT,
        "published": format_date(local_day(factsheet.published_at))
        if factsheet.published_at
        else "",
        "correction": pictures.worded(notice, language),
    }


def newest(wave: Wave) -> Factsheet | None:
    """Return the newest version, published or not."""
    return wave.factsheets.order_by("-version").first()


def published(code: str) -> Factsheet | None:
    """Return the factsheet of a wave that the public may read."""
    sheets = Factsheet.objects.filter(wave__code=code, state=Factsheet.State.PUBLISHED)
    return sheets.select_related("wave").first()

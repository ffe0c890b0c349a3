"""What staff pass on by hand: the words of a post with its link, and where it was posted before."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from agency import audit
from agency.models import AuditEntry
from agency.thai import format_datetime
from surveys.models import Wave
from surveys.selectors.links import wave_url

POSTED = "posted_in_line"
POSTS_SHOWN = 50


@dataclass(frozen=True)
class Post:
    """The words of a post in one language."""

    language: str
    text: str


def posts_to_write(wave: Wave) -> list[Post]:
    """Return the post in Thai, and in English where the survey has an English title."""
    languages = ["th", "en"] if wave.survey.title_en else ["th"]
    return [Post(language, words(wave, language)) for language in languages]


def words(wave: Wave, language: str) -> str:
    """Return invitation, link, end and what becomes of the answers."""
    with translation.override(language):
        lines = [
            _("%(unit)s asks for your opinion: %(title)s")
            % {"unit": wave.survey.unit.name, "title": wave.survey.title},
            wave_url(wave),
            _("Open until %(at)s, Bangkok time.") % {"at": format_datetime(wave.closes_at)},
        ]
        if wave.survey.is_anonymous:
            lines.append(_("This survey is anonymous."))
        lines.append(_("Answering is voluntary. We never ask for passwords or money."))
    return "\n".join(lines)


def posted(wave: Wave) -> list[AuditEntry]:
    """Return where it was posted, by whom and when, the newest first."""
    return list(audit.entries_of(wave).filter(verb=POSTED).order_by("-pk")[:POSTS_SHOWN])

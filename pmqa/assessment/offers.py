"""Evidence that the portal offers of its own work: counted in the fiscal year up to an instant, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from agency.models import Unit
from agency.thai import fiscal_year_span
from complaints.selectors import achievements as complaints
from listening.selectors import achievements as listening
from pmqa.assessment.models.criteria import Source
from pmqa.reports.models import Report
from surveys.selectors import achievements as surveys

BANGKOK = ZoneInfo("Asia/Bangkok")
CHANNELS_NAMED = 6

Words = Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose work, in which time."""

    unit: Unit
    since: datetime
    until: datetime

    @property
    def span(self) -> dict[str, datetime]:
        """The time as arguments."""
        return {"since": self.since, "until": self.until}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What could be attached as it stands now."""

    source: str
    label: str
    count: int
    words_th: str
    words_en: str
    url: str

    @property
    def words(self) -> str:
        """The sentence in the language of the reader."""
        return self.words_en if get_language() == "en" else self.words_th


Found = tuple[int, Words, str]  # how many, in which words, where to look


def offers(sources: Iterable[str], *, unit: Unit, year: int, at: datetime) -> list[Offer]:
    """Return what the sources have to show for a unit in a fiscal year up to an instant, also where it is nothing."""
    asked = asked_of(unit, year=year, at=at)
    return [offer(source, asked) for source in sources if source in GATHERERS]


def asked_of(unit: Unit, *, year: int, at: datetime) -> Asked:
    """Return the span of a fiscal year, cut off at an instant."""
    first, last = fiscal_year_span(year)
    since = datetime.combine(first, time(), tzinfo=BANGKOK).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=BANGKOK).astimezone(UTC)
    return Asked(unit=unit, since=since, until=max(since, min(end, at)))


def offer(source: str, asked: Asked) -> Offer:
    """Count a source, and say it in both languages."""
    count, words, url = GATHERERS[source](asked)
    said = {}
    for language in ("th", "en"):
        with override(language):
            said[language] = words()
    return Offer(
        source=source,
        label=str(Source(source).label),
        count=count,
        words_th=said["th"],
        words_en=said["en"],
        url=url,
    )


def voices(asked: Asked) -> Found:
    """Voices by channel."""
    rows = listening.voices_by_channel(asked.unit, **asked.span)
    count = sum(number for _thai, _english, number in rows)

    def words() -> str:
        names = [
            f"{english if get_language() == 'en' and english else thai} {number:,}"
            for thai, english, number in rows[:CHANNELS_NAMED]
        ]
        told = {"count": f"{count:,}", "channels": len(rows), "names": ", ".join(names)}
        return _("%(count)s voices heard by %(channels)s channels: %(names)s.") % told

    return count, words, reverse("listening:inbox")


def needs(asked: Asked) -> Found:
    """The register of needs."""
    count = listening.need_count(asked.unit, until=asked.until)

    def words() -> str:
        return _("%(count)s needs and expectations are in the register.") % {"count": f"{count:,}"}

    return count, words, reverse("listening:needs")


def insights(asked: Asked) -> Found:
    """Approved insights."""
    count = listening.insight_count(asked.unit, **asked.span)

    def words() -> str:
        return _("%(count)s insights were approved.") % {"count": f"{count:,}"}

    return count, words, reverse("listening:insights")


def hearings(asked: Asked) -> Found:
    """Hearings with a published summary."""
    count = listening.hearing_count(asked.unit, **asked.span)

    def words() -> str:
        return _("%(count)s hearings published their summary.") % {"count": f"{count:,}"}

    return count, words, reverse("listening:public_hearings")


def waves(asked: Asked) -> Found:
    """Closed waves and their answers."""
    count, answers = surveys.closed_waves(asked.unit, **asked.span)

    def words() -> str:
        told = {"count": f"{count:,}", "answers": f"{answers:,}"}
        return _("%(count)s survey waves were closed, with %(answers)s answers.") % told

    return count, words, reverse("surveys:waves")


def factsheets(asked: Asked) -> Found:
    """Published factsheets."""
    count = surveys.factsheet_count(asked.unit, **asked.span)

    def words() -> str:
        return _("%(count)s factsheets were published.") % {"count": f"{count:,}"}

    return count, words, reverse("surveys:waves")


def cascades(asked: Asked) -> Found:
    """Results that units acknowledged."""
    sent, count = surveys.acknowledged_count(asked.unit, **asked.span)

    def words() -> str:
        told = {"count": f"{count:,}", "sent": f"{sent:,}"}
        return _("%(count)s of %(sent)s survey results sent to units are acknowledged.") % told

    return count, words, reverse("surveys:unit_results")


def followups(asked: Asked) -> Found:
    """Closed follow-ups."""
    count = surveys.followup_count(asked.unit, **asked.span)

    def words() -> str:
        sentence = _("%(count)s follow-ups of dissatisfied respondents were closed.")
        return sentence % {"count": f"{count:,}"}

    return count, words, reverse("surveys:followups")


def standard(asked: Asked) -> Found:
    """The standard and its public flow chart."""
    count = complaints.standard_count()

    def words() -> str:
        sentence = _("%(count)s time standards are in force; the flow chart is public.")
        return sentence % {"count": f"{count:,}"}

    return count, words, reverse("complaints:procedure")


def cases(asked: Asked) -> Found:
    """Complaints that came in and were closed."""
    came, closed = complaints.handled_count(asked.unit, **asked.span)

    def words() -> str:
        told = {"came": f"{came:,}", "closed": f"{closed:,}"}
        return _("%(came)s complaints came in, of which %(closed)s are closed.") % told

    return came, words, reverse("complaints:figures")


def actions(asked: Asked) -> Found:
    """Verified corrective actions."""
    count = complaints.verified_count(asked.unit, **asked.span)

    def words() -> str:
        return _("%(count)s corrective actions were done and verified.") % {"count": f"{count:,}"}

    return count, words, reverse("complaints:actions")


def reports(asked: Asked) -> Found:
    """Published monthly reports."""
    rows = Report.objects.filter(
        unit=asked.unit, published_at__gte=asked.since, published_at__lt=asked.until
    )
    count = rows.order_by().values("month_on").distinct().count()

    def words() -> str:
        return _("%(count)s monthly reports were published.") % {"count": f"{count:,}"}

    return count, words, reverse("reports:list")


GATHERERS: dict[str, Callable[[Asked], Found]] = {
    Source.VOICES: voices,
    Source.NEEDS: needs,
    Source.INSIGHTS: insights,
    Source.HEARINGS: hearings,
    Source.SURVEYS: waves,
    Source.FACTSHEETS: factsheets,
    Source.CASCADES: cascades,
    Source.FOLLOWUPS: followups,
    Source.STANDARD: standard,
    Source.CASES: cases,
    Source.ACTIONS: actions,
    Source.REPORTS: reports,
}

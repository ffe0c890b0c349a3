"""The public flow chart: what happens with a matter, promised and real times side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from agency.charts import Bar, BarChart, write_number
from complaints.models import DayUnit, Kind, Measure, Target
from complaints.selectors import procedure as selectors
from complaints.selectors.procedure import Procedure, StepTime


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box of the drawing: where it stands, what it says, and the limit under it."""

    y: int
    title: str
    limit: str = ""

    @property
    def title_y(self) -> int:
        """Where the first line stands."""
        return self.y + (26 if self.limit else 38)

    @property
    def limit_y(self) -> int:
        """Where the second line stands."""
        return self.y + 49


@login_not_required
@require_GET
def procedure(request: HttpRequest) -> HttpResponse:
    """Show the way of a kind of matter, and how long its steps took in the last year."""
    asked = request.GET.get("kind", "")
    kind = asked if asked in Kind.values else Kind.SERVICE.value
    found = selectors.procedure(kind, code=request.GET.get("standard", "")[:30])
    context = {
        "found": found,
        "kind": kind,
        "kind_name": Kind(kind).label,
        "kinds": selectors.kinds_told(),
        "boxes": boxes(found),
        "last": closing_limit(found),
        "charts": [chart_of(row) for row in found.rows if row.took],
        "fewest": selectors.FEWEST,
    }
    return render(request, "complaints/counter_procedure.html", context)


def boxes(found: Procedure) -> list[Box]:
    """Return the boxes of the way down to the answer."""
    limits = {measure: limit_words(row.target) for measure, row in found.times.items()}
    progress = found.times.get(Measure.PROGRESS)
    news = (
        _("We write to you at least every %(time)s") % {"time": length(progress.target)}
        if progress
        else ""
    )
    told = [
        (_("You file the matter"), _("Counting starts on the next working day")),
        (_("We acknowledge it"), limits.get(Measure.ACKNOWLEDGE, "")),
        (_("An officer looks into it"), news),
        (_("You get the answer (stage 1)"), limits.get(Measure.STAGE1, "")),
    ]
    return [
        Box(y=place * 96 + 4, title=title, limit=limit) for place, (title, limit) in enumerate(told)
    ]


def closing_limit(found: Procedure) -> str:
    """Return the limit of stage 2 in words."""
    stage2 = found.times.get(Measure.STAGE2)
    return limit_words(stage2.target) if stage2 else ""


def limit_words(target: Target) -> str:
    """Write a limit."""
    return _("within %(time)s") % {"time": length(target)}


def length(target: Target) -> str:
    """Write a number of days in the unit in which they are counted."""
    if target.unit == DayUnit.WORKING:
        words = ngettext("%(days)s working day", "%(days)s working days", target.days)
    else:
        words = ngettext("%(days)s day", "%(days)s days", target.days)
    return words % {"days": target.days}


def chart_of(row: StepTime) -> BarChart:
    """Draw what a step took against what is promised."""
    took = row.took
    if took is None:
        raise ValueError("A step without enough cases is not drawn.")
    return BarChart(
        title=_("%(step)s: %(percent)s%% in time")
        % {
            "step": row.target.get_measure_display(),
            "percent": write_number(round(row.percent_in_time or 0, 1)),
        },
        bars=[
            Bar(label=_("Half of them took at most"), value=took.median),
            Bar(label=_("Nine of ten took at most"), value=took.p90, tone="muted"),
        ],
        unit=str(row.target.get_unit_display()),
        target=row.target.days,
        target_words=_("Promised: %(time)s") % {"time": length(row.target)},
        source=_("The last twelve months"),
        n=took.n,
    )

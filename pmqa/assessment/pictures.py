"""The radar of an assessment: how far each item has come, by the unit and by the committee."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from agency.radar import LEAST, MOST, Axis, RadarChart, Shape
from pmqa.assessment.scoring import FULL
from pmqa.assessment.selectors import Sheet


def radar_of(sheet: Sheet, *, has_committee: bool) -> RadarChart | None:
    """Return the radar; nothing where there are too few items for one, or too many."""
    if not LEAST <= len(sheet.items) <= MOST:
        return None
    shapes = [Shape(label=_("Self score"), values=[part.unit.points for part in sheet.items])]
    if has_committee:
        values = [part.committee.points for part in sheet.items]
        shapes.append(Shape(label=_("Committee score"), values=values))
    return RadarChart(
        title=finding(sheet, has_committee=has_committee),
        axes=[
            Axis(
                short=part.item.code,
                label=str(part.item),
                url=reverse("assessment:item", args=[sheet.assessment.pk, part.item.pk]),
            )
            for part in sheet.items
        ],
        shapes=shapes,
        top=FULL,
        source=_("Points of 500 by the criteria of fiscal year %(year)s")
        % {"year": sheet.assessment.fiscal_year},
    )


def finding(sheet: Sheet, *, has_committee: bool) -> str:
    """Say in a sentence what the picture shows: where the most is missing."""
    side = "committee" if has_committee else "unit"
    lowest = min(getattr(part, side).points for part in sheet.items)
    highest = max(getattr(part, side).points for part in sheet.items)
    if lowest == highest:
        return _("All items have %(points)s points") % {"points": f"{lowest:g}"}
    codes = [part.item.code for part in sheet.items if getattr(part, side).points == lowest]
    told = {"items": ", ".join(codes), "points": f"{lowest:g}"}
    return _("The most is missing in %(items)s: %(points)s points") % told

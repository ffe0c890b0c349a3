"""The lines of results 7.2: what each is, its unit and direction, and where the portal measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from pmqa.indicators.registry import Better


@dataclass(frozen=True, kw_only=True)
class Line:
    """A result (ตัวชี้วัดผลลัพธ์ 7.2); without a measure it is entered by hand."""

    code: str
    name: Any
    formula: Any
    unit: str  # % or count
    better: Better = Better.HIGHER
    is_mandatory: bool = False
    measure: tuple[str, str] | None = None  # the figure of which the fiscal year is told
    among: tuple[str, str] | None = None  # added to the measure, the whole of which it is a share

    @property
    def target_measure(self) -> tuple[str, str] | None:
        """The figure whose target counts where none is entered for the line."""
        return self.measure if self.among is None else None


LINES = (
    Line(
        code="satisfaction",
        name=_("Satisfaction of service recipients"),
        formula=_("3.2-01: mean of the overall answer ÷ 5 × 100, last survey of the fiscal year"),
        unit="%",
        is_mandatory=True,
        measure=("3.2-01", "percent"),
    ),
    Line(
        code="engagement",
        name=_("Engagement of service recipients and stakeholders"),
        formula=_("3.2-05: mean of the items on engagement ÷ 5 × 100, last survey of the year"),
        unit="%",
        is_mandatory=True,
        measure=("3.2-05", "index"),
    ),
    Line(
        code="partnership",
        name=_("Projects carried out together with the private sector or the people"),
        formula=_("Projects of the fiscal year, entered with their source"),
        unit="count",
    ),
    Line(
        code="gain",
        name=_("Measurable gain from changed services"),
        formula=_("(Before − after) ÷ before × 100 of time or cost, entered with its source"),
        unit="%",
    ),
    Line(
        code="solved",
        name=_("Complaints solved"),
        formula=_(
            "3.4-01: closed in the fiscal year ÷ (closed + still open at its end, or at the end of its last month told) × 100"
        ),
        unit="%",
        measure=("3.4-01", "closed"),
        among=("3.4-01", "open"),
    ),
)
BY_CODE = {line.code: line for line in LINES}

"""What units got and acknowledged: the list of a unit, and how far a roll-out has come."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agency.models import Staff
from agency.tile_map import TileMap, tile_map
from pmqa.improvements.models import GuidelineVersion, Improvement, Receipt
from pmqa.improvements.models.rollout import ReceiptQuerySet


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A unit of the tree with what it has acknowledged."""

    receipt: Receipt
    depth: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How far a guideline has come: its newest version, unit by unit."""

    version: GuidelineVersion
    branches: list[Branch]

    @property
    def sent(self) -> int:
        """How many units have got it."""
        return len(self.branches)

    @property
    def acknowledged(self) -> int:
        """How many have acknowledged it."""
        return sum(each.receipt.acknowledged_at is not None for each in self.branches)

    @property
    def percent(self) -> int:
        """Their share, rounded down: 100 only when none is missing."""
        return 100 * self.acknowledged // self.sent if self.sent else 0


def receipts(staff: Staff) -> ReceiptQuerySet:
    """Return the guidelines in force that units of the person got."""
    rows: ReceiptQuerySet = Receipt.objects.visible_to(staff).in_force()
    return rows.select_related("unit", "version__improvement", "acknowledged_by")


def receipts_ever(staff: Staff) -> ReceiptQuerySet:
    """Return them with those that were replaced."""
    rows: ReceiptQuerySet = Receipt.objects.visible_to(staff)
    return rows.select_related("unit", "version__improvement__unit", "acknowledged_by")


def coverage_of(improvement: Improvement) -> Coverage | None:
    """Return how far the newest version has come; None while no guideline was sent."""
    version = improvement.guidelines.select_related("sent_by").order_by("-number").first()
    if version is None:
        return None
    rows = version.receipts.select_related("unit", "acknowledged_by").order_by("unit__path")
    first = improvement.unit.path.count("/")
    branches = [
        Branch(receipt=row, depth=min(max(row.unit.path.count("/") - first, 0), 4)) for row in rows
    ]
    return Coverage(version=version, branches=branches)


def map_of(improvement: Improvement, coverage: Coverage) -> TileMap | None:
    """Draw by province how many units have not acknowledged yet; None where no unit has a province."""
    placed = [each.receipt for each in coverage.branches if each.receipt.unit.province]
    if not placed:
        return None
    waiting: dict[str, int] = {}
    for receipt in placed:
        if receipt.acknowledged_at is None:
            code = receipt.unit.province
            waiting[code] = waiting.get(code, 0) + 1
    url = reverse("improvements:coverage", args=[improvement.pk])
    return tile_map(
        waiting,
        title=_("Units that have not acknowledged yet, by province"),
        url=lambda code: f"{url}#p{code}",
        source=_("Acknowledgements of version %(number)s") % {"number": coverage.version.number},
        n=len(placed),
    )

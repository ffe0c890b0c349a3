"""How far a long step of the demo is: a bar with counts, said every fifth of the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

STEPS = 5


@dataclass
class Progress:
    """Says a line whenever another fifth is done, whatever takes the words."""

    total: int
    say: Callable[[str], object]
    told: int = 0

    def reach(self, done: int) -> None:
        """Note that so many are done."""
        steps = STEPS * done // max(self.total, 1)
        if steps > self.told:
            self.told = steps
            self.say(f"    {'█' * steps}{'░' * (STEPS - steps)} {done:,} / {self.total:,}")

"""What can be done with the thing on a detail page: one solid button, two plain ones, a menu."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Action:
    """A verb with the address of its form; the form opens in place, or as a page without script."""

    label: Any
    url: str
    icon: str = "edit"
    is_grave: bool = False  # cannot be undone
    button: Any = ""  # what the form's button says, the label itself when empty
    words: Any = ""  # a sentence above the form
    above: str = ""  # a template shown above the fields, inside the form
    back_url: str = ""
    draft: str = ""  # a name under which the device keeps what is typed; empty: nothing is kept


@dataclass(frozen=True)
class Actions:
    """The actions a person may take now, the likeliest first."""

    all: Sequence[Action]
    plain: int = 2  # how many buttons stand beside the solid one

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def primary(self) -> Action | None:
        """The likeliest next one."""
        return self.all[0] if self.all else None

    @property
    def secondary(self) -> Sequence[Action]:
        """The ones beside it."""
        return [action for action in self.all[1:] if not action.is_grave][: self.plain]

    @property
    def menu(self) -> list[Action]:
        """The others."""
        return [action for action in self.all[1:] if action not in self.secondary]

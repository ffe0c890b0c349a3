"""What an officer is asked first, by the way a matter came: each channel has its own order of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The part that stands right below the channel, and what it is called."""

    title: str | Promise
    fields: tuple[str, ...]


PAPER = Layout(
    title=_("The letter"),
    fields=("letter_number", "letter_on", "from_agency", "received_on", "files", "letter_text"),
)
LAYOUTS: Mapping[str, Layout] = {
    "walk_in": Layout(title=_("The visitor"), fields=("name", "phone", "national_id")),
    "phone": Layout(title=_("The caller"), fields=("name", "phone", "best_time")),
    "letter": PAPER,
    "fax": PAPER,
    "po_box": PAPER,
    "box": Layout(title=_("What lay in the box"), fields=("received_on", "files", "letter_text")),
    "mobile_unit": Layout(
        title=_("Where it was told"),
        fields=("place", "district", "province", "received_on", "received_time", "name", "phone"),
    ),
    "referral": Layout(
        title=_("The agency that sent it"),
        fields=(
            *("from_agency", "external_ref", "reply_by_on", "letter_number", "letter_on"),
            *("received_on", "files", "letter_text"),
        ),
    ),
}

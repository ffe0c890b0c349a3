"""How well the matter was handled, as the complainant says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from complaints.models import Rating

SCORES = [
    (5, _("5 – very well")),
    (4, _("4 – well")),
    (3, _("3 – so-so")),
    (2, _("2 – badly")),
    (1, _("1 – very badly")),
]


class RatingForm(forms.Form):
    """One question, and room for a comment."""

    prefix = "rating"

    score = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose from 1 to 5.")},
    )
    comment = forms.CharField(
        label=_("What should we do better?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def rating_form(given: Rating | None) -> RatingForm:
    """Return the form, filled with what was said before."""
    said = {"score": given.score, "comment": given.comment} if given else {}
    return RatingForm(initial=said)

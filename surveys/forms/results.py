"""Forms about results."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectionForm(forms.Form):
    """What a later version of a factsheet corrects; the first version corrects nothing."""

    correction_th = forms.CharField(
        label=_("What is corrected, in Thai"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    correction_en = forms.CharField(
        label=_("What is corrected, in English"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["correction_th"].required = is_correction

"""A retention rule as it is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import long_text
from complaints.models import RetentionRule


class RuleForm(forms.ModelForm):
    """Which cases, how long, what happens then; with the reason for the history."""

    reason = long_text(
        label=_("Reason"), rows=2, help_text=_("Who decided it and when; it stands in the history.")
    )

    class Meta:
        model = RetentionRule
        fields = (
            "name_th",
            "name_en",
            "source",
            "kind",
            "grade",
            "archive_after_months",
            "erase_after_years",
            "content",
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Return the columns as they were written; of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}

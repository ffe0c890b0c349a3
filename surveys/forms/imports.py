"""Importing answers: the file first, then which column is which question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.lifecycle.importing import Chosen, fields_of, guess
from surveys.lifecycle.importing.columns import OWN
from surveys.rendering import Document


class TableForm(forms.Form):
    """A table of answers."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV (UTF-8 or TIS-620, also .gz) or Excel (.xlsx); the first row names the columns."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,.xlsx"}),
        error_messages={
            "empty": gettext_lazy("The file is empty. Save the table again and send that file."),
            "required": gettext_lazy("Choose the file with the table."),
        },
    )


class ColumnsForm(forms.Form):
    """One choice of a column for each question, and for what else a row may tell."""

    def __init__(
        self, *args: Any, document: Document, header: Sequence[str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.found = guess(document, header)
        columns = [("", _("– not in the file –")), *((name, name) for name in header if name)]
        self.named = fields_of(document, get_language() or "th")
        for name, label in self.named.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=columns, required=False, initial=self.found.get(name, "")
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the choices in groups that belong together."""
        return [
            (_("Questions"), [self[name] for name in self.named if name not in OWN]),
            (_("About the row"), [self[name] for name in OWN]),
        ]

    def chosen(self) -> Chosen:
        """Return the chosen column of each field; columns of single options as they were found."""
        told = self.cleaned_data if self.is_bound else self.found
        parts = {name: column for name, column in self.found.items() if "/" in name}
        return parts | {name: told.get(name) or "" for name in self.named}

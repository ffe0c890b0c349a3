"""Forms around results: totals of the population by trait, notes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.models import Wave
from surveys.rendering import Document, Item
from surveys.selectors.notes import HEADLINE

MOST_CHOICES = 40


def traits_of(document: Document) -> list[Item]:
    """Return the questions that weights can be raked to: one choice of some."""
    return [
        item
        for item in document.items
        if item.type == "single" and 2 <= len(item.options) <= MOST_CHOICES
    ]


class MarginsForm(forms.Form):
    """How many people the population has by each choice of some questions."""

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.traits = traits_of(Document.read(wave.version.document))
        known = {(row.column, row.value): row.population for row in wave.margins.all()}
        used = {column for column, _value in known}
        language = get_language() or "th"
        for item in self.traits:
            for option in item.options:
                self.fields[f"{item.code}.{option.code}"] = forms.IntegerField(
                    label=option.text.in_(language),
                    min_value=0,
                    max_value=2_000_000_000,
                    required=False,
                    initial=known.get((item.code, option.code), 0 if item.code in used else None),
                )

    def groups(self) -> list[tuple[str, Iterable[forms.BoundField]]]:
        """Return the boxes of each trait."""
        language = get_language() or "th"
        return [
            (
                item.text.in_(language),
                [self[f"{item.code}.{option.code}"] for option in item.options],
            )
            for item in self.traits
        ]

    def clean(self) -> dict[str, Any]:
        """Take a trait whole or not at all."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self.traits:
            names = [f"{item.code}.{option.code}" for option in item.options]
            empty = [name for name in names if cleaned.get(name) is None]
            if empty and len(empty) < len(names):
                for name in empty:
                    if name not in self.errors:
                        self.add_error(
                            name, _("Fill in all choices of this question, or none; 0 for nobody.")
                        )
        return cleaned

    def margins(self) -> dict[str, dict[str, int]]:
        """Return what the lifecycle verb takes."""
        return {
            item.code: {
                option.code: self.cleaned_data[f"{item.code}.{option.code}"]
                for option in item.options
            }
            for item in self.traits
            if self.cleaned_data.get(f"{item.code}.{item.options[0].code}") is not None
        }


class NoteForm(forms.Form):
    """A note under a result."""

    about = forms.ChoiceField(label=gettext_lazy("Under which result"))
    text_th = forms.CharField(
        label=gettext_lazy("Thai text"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text_en = forms.CharField(
        label=gettext_lazy("English text"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "th"
        document = Document.read(wave.version.document)
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            (HEADLINE, _("Headline")),
            *((column.code, column.label(language)) for column in document.columns()),
        ]

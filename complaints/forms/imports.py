"""Importing a table: the file first, then which column fills which field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.lifecycle import importing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from complaints.lifecycle.importing import MappingSpec

LARGEST = 500 * 1024 * 1024
SOURCE_LENGTH = 40
GROUPS = (
    (
        gettext_lazy("The matter"),
        ("external_ref", "received_at", "subject", "body", "wish", "kind", "category", "grade"),
    ),
    (gettext_lazy("Where it belongs"), ("channel", "unit", "officer", "service", "segment")),
    (
        gettext_lazy("How it went"),
        (
            "status",
            "stage",
            "acknowledged_at",
            "answer",
            "answered_at",
            "closed_at",
            "outcome",
            "cause",
            "learning",
            "rating",
            "reopened_count",
        ),
    ),
    (
        gettext_lazy("Place and time"),
        ("occurred_on", "place", "district", "province", "latitude", "longitude"),
    ),
    (
        gettext_lazy("The complainant"),
        ("name", "phone", "email", "address", "national_id", "is_anonymous", "is_confidential"),
    ),
)


class UploadForm(forms.Form):
    """A table and the name of the system it comes from."""

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
    source = forms.CharField(
        label=gettext_lazy("Source system"),
        max_length=SOURCE_LENGTH,
        help_text=gettext_lazy(
            "Always the same name for the same system: cases are recognised by it and their reference, so that a second import updates instead of doubling."
        ),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse a file that no table of complaints needs."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                _(
                    "The file is larger than %(size)s MB. Compress it as .gz, or split it and send the parts one by one."
                )
                % {"size": LARGEST // 1024 // 1024}
            )
        return file


class MappingForm(forms.Form):
    """One choice of a column for each field that an import can fill."""

    def __init__(
        self, *args: Any, header: Sequence[str], spec: MappingSpec, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        columns = [("", _("– not in the file –")), *((name, name) for name in header if name)]
        for name, each in importing.FIELDS.items():
            found = spec.fields.get(name)
            self.fields[name] = forms.ChoiceField(
                label=each.label,
                choices=columns,
                required=each.is_required,
                initial=found.columns[0] if found and found.columns else "",
                help_text=_("Always “%(value)s”.") % {"value": found.value}
                if found and found.value
                else "",
                error_messages={
                    "required": _("Choose the column; without it a row cannot become a case.")
                },
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the choices in groups that belong together."""
        return [(str(title), [self[name] for name in names]) for title, names in GROUPS]

    def chosen(self) -> dict[str, str]:
        """Return the chosen column of each field."""
        return {name: self.cleaned_data.get(name) or "" for name in importing.FIELDS}

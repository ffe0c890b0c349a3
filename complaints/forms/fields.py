"""Fields that several forms of this room share: long texts, several files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from agency.attachments import ACCEPT, Checked
from agency.attachments import check as check_content
from agency.refusal import Refused

LONG_TEXT = 20_000


class FilesInput(forms.FileInput):
    """A file box that takes several, wide enough to drop them on: browsers take drops on it themselves."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"multiple": True, "accept": ACCEPT, "class": "file-drop"}
        super().__init__(usual | (attrs or {}))


class MentionTextarea(forms.Textarea):
    """A text with a search for colleagues beside it; without script @username is typed."""

    template_name = "complaints/widgets/mention.html"

    def __init__(self, *, url: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url = url

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Tell the template where colleagues are found."""
        return super().get_context(name, value, attrs) | {"url": self.url}


class FilesField(forms.FileField):
    """Several files, each checked by its content once; cleaned to what may be kept."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> tuple[Checked, ...]:
        """Check each file as one; what is wrong with any of them is said with its name."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return tuple(check(file) for file in files)


def check(file: UploadedFile) -> Checked:
    """Return a file ready to be kept; the ground floor's refusal becomes an error at the field."""
    try:
        return check_content(file)
    except Refused as refusal:
        raise ValidationError(str(refusal), code="file") from refusal


def long_text(
    *, label: Any, rows: int = 6, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    """Make a field for a text of several lines, with a limit that no honest text meets."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )

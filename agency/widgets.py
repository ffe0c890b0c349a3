"""Fields and widgets for what people type here: พ.ศ. dates, 13-digit numbers, telephone numbers."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.th import pin

from agency.thai import (
    buddhist_year,
    group_national_id,
    group_phone,
    is_thai,
    local_day,
    only_digits,
    parse_date,
)


class ThaiDateInput(forms.TextInput):
    """A day typed as 7/10/2569 or ๗ ต.ค. ๒๕๖๙; script adds a calendar, without it typing is enough."""

    template_name = "pmqa/widgets/date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {"data-thai-date": "", "inputmode": "text", "autocomplete": "off", "maxlength": "40"}
        super().__init__({**base, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Write a day in the screen's era; what was typed stays as typed."""
        if isinstance(value, date | datetime):
            day = local_day(value)
            year = buddhist_year(day.year) if is_thai() else day.year
            return f"{day.day}/{day.month}/{year}"
        return None if value is None else str(value)


class ThaiDateField(forms.DateField):
    """A day in พ.ศ. or ค.ศ., with Thai or Arabic digits."""

    widget = ThaiDateInput
    default_error_messages = {
        "invalid": _("This is not a date. Type it as day/month/year, for example 7/10/2569."),
    }

    def to_python(self, value: Any) -> date | None:
        """Read the day."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return local_day(value)
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare days, not spellings."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class NationalIdInput(forms.TextInput):
    """A 13-digit number that groups itself while it is typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {
            "data-group": "1 4 5 2 1",
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": "25",
        }
        super().__init__({**base, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Group the digits."""
        return group_national_id(str(value)) if value else None


class NationalIdField(forms.CharField):
    """A Thai national ID: 13 digits with a check digit, any grouping, Thai digits too."""

    widget = NationalIdInput
    default_error_messages = {
        "length": _("A national ID has 13 digits; %(count)s were typed."),
        "check": _(
            "This number has a mistyped digit: its check digit does not fit. Compare it with the card."
        ),
    }

    def to_python(self, value: Any) -> str:
        """Return the bare digits."""
        text = super().to_python(value) or ""
        digits = only_digits(text)
        if text and not digits:
            raise ValidationError(self.error_messages["length"], code="length", params={"count": 0})
        return digits

    def validate(self, value: str) -> None:
        """Check length and check digit."""
        super().validate(value)
        if not value:
            return
        if len(value) != 13:
            raise ValidationError(
                self.error_messages["length"], code="length", params={"count": len(value)}
            )
        if not pin.is_valid(value):
            raise ValidationError(self.error_messages["check"], code="check")


class PhoneInput(forms.TextInput):
    """A Thai telephone number that groups itself while it is typed."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {"data-group": "3 3 4", "autocomplete": "tel", "maxlength": "40"}
        super().__init__({**base, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Group the digits; an extension or a foreign number stays as typed."""
        if not value:
            return None
        text = str(value)
        return group_phone(text) if text.isdigit() else text


class PhoneField(forms.CharField):
    """A telephone number: 9 or 10 Thai digits, or an international one after a plus sign."""

    widget = PhoneInput
    default_error_messages = {
        "phone": _("A Thai telephone number has 9 or 10 digits, for example 081-234-5678."),
    }

    def to_python(self, value: Any) -> str:
        """Return the bare digits, with the plus sign of a foreign number."""
        text = (super().to_python(value) or "").strip()
        digits = only_digits(text)
        if text.startswith("+66"):
            return f"0{digits[2:]}"
        return f"+{digits}" if text.startswith("+") else digits or text

    def validate(self, value: str) -> None:
        """Check the length."""
        super().validate(value)
        if not value:
            return
        digits = value.removeprefix("+")
        is_foreign = value.startswith("+") and 8 <= len(digits) <= 15
        if not digits.isdigit() or not (is_foreign or (value[0] == "0" and len(value) in (9, 10))):
            raise ValidationError(self.error_messages["phone"], code="phone")

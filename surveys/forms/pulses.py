"""Forms of the questions after a service and of follow-ups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.models import Service, Staff
from surveys.models import FollowUp, Pulse, Wave


class PulseForm(forms.ModelForm):
    """Which wave is asked after which happening, when, and how often at most."""

    class Meta:
        model = Pulse
        fields = [
            *("trigger", "service", "wave", "delay_hours", "valid_days", "throttle_days"),
            *("letter_th", "letter_en", "is_active"),
        ]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("letter_th", "letter_en")}

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waves = Wave.objects.visible_to(staff).exclude(state=Wave.State.CLOSED)
        self.fields["wave"].queryset = waves.select_related("survey").order_by("-opens_at")  # type: ignore[attr-defined]
        self.fields["wave"].label = _("Wave that is asked")
        self.fields["service"].queryset = Service.objects.order_by("name_th")  # type: ignore[attr-defined]
        if self.instance.pk:  # what it is about stays; another happening is another pulse
            for name in ("trigger", "service"):
                self.fields[name].disabled = True

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        return {**self.cleaned_data}

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


class FollowUpForm(forms.Form):
    """A verb of a follow-up."""

    def __init__(self, *args: Any, followup: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.followup = followup

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        return {**self.cleaned_data}


class AssignFollowUpForm(FollowUpForm):
    """Who goes back to the person."""

    to = forms.ModelChoiceField(label=_("Who follows up"), queryset=Staff.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        path = self.followup.unit.path
        above = [int(step) for step in path.strip("/").split("/") if step]
        staff = Staff.objects.active().filter(
            unit__in=above, roles__overlap=["officer", "supervisor"]
        )
        self.fields["to"].queryset = staff.order_by("first_name", "pk")  # type: ignore[attr-defined]


class ContactForm(FollowUpForm):
    """That the person was spoken to."""

    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only what is needed to help; no ID numbers."),
    )


class CloseFollowUpForm(FollowUpForm):
    """How it ended and what was done."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=FollowUp.Outcome.choices)
    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TokenForm(forms.Form):
    """The system that gets a token."""

    name = forms.CharField(
        label=_("system"),
        max_length=19,
        help_text=_("As in counter-a; transactions are known by it and their reference."),
    )


class ServicesForm(forms.Form):
    """A file of services that ended."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,.xlsx"}),
        help_text=_("CSV or Excel with the columns reference, service, unit, email, language."),
        error_messages={"required": _("Choose the file with the table.")},
    )
    source = forms.CharField(
        label=_("system"),
        max_length=19,
        help_text=_("Always the same name for the same system, so that nobody is asked twice."),
    )

"""Forms about hearings on the desk."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.attachments import Checked, check
from agency.models import Staff, Unit
from agency.refusal import Refused
from agency.thai import local_day
from agency.widgets import ThaiDateField
from listening.models import (
    AgendaItem,
    Hearing,
    Minutes,
    OfficialAnswer,
    RuleSet,
    Stance,
    Testimony,
    Way,
)
from listening.models.hearing import CODE

LONG = 20_000
EVENING = time(23, 59)


def long_text(label: Any, *, rows: int = 4, required: bool = True, help_text: Any = "") -> Any:
    """Make a field for a text of several lines."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def instant(day: Any, hour: time | None, *, otherwise: time = EVENING) -> datetime:
    """Return the instant of a day and hour in Bangkok."""
    return timezone.make_aware(datetime.combine(day, hour or otherwise))


def clock(label: Any, **facts: Any) -> forms.TimeField:
    """Make a field for an hour of the day."""
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"placeholder": "09:00"}), **facts
    )


def address(label: Any) -> forms.URLField:
    """Make a field for an address in the web."""
    return forms.URLField(label=label, required=False, max_length=500, assume_scheme="https")


class HearingForm(forms.ModelForm):
    """A hearing in preparation."""

    code = forms.CharField(
        label=gettext_lazy("short link"),
        max_length=30,
        validators=[CODE],
        help_text=gettext_lazy("The end of the public address, as in fee-law-2570."),
    )
    session_on = ThaiDateField(label=gettext_lazy("Day of the session"), required=False)
    session_from = clock(gettext_lazy("Begins at (Bangkok time)"), required=False)
    session_until = clock(gettext_lazy("Ends at (Bangkok time)"), required=False)
    closes_on = ThaiDateField(
        label=gettext_lazy("Written views until"),
        required=False,
        help_text=gettext_lazy(
            "Empty: as the rule set has it, counted from the end of the session."
        ),
    )
    closes_time = clock(gettext_lazy("until (Bangkok time)"), required=False)

    live_url = address(gettext_lazy("live link"))
    law_url = address(gettext_lazy("address at law.go.th"))

    field_order = [
        *(
            "rules",
            "title_th",
            "title_en",
            "code",
            "project",
            "summary_th",
            "summary_en",
            "affected",
        ),
        *("mode", "session_on", "session_from", "session_until", "place", "live_url", "closes_on"),
        *("closes_time", "law_url", "chair", "is_premoderated"),
    ]

    class Meta:
        model = Hearing
        fields = [
            *("rules", "title_th", "title_en", "code", "project", "summary_th", "summary_en"),
            *("affected", "mode", "place", "live_url", "law_url", "chair", "is_premoderated"),
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 4})
            for name in ("summary_th", "summary_en", "affected")
        }

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        hearing = kwargs.get("instance")
        if hearing is not None:
            kwargs["initial"] = {**written(hearing), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["rules"].queryset = RuleSet.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["chair"].queryset = Staff.objects.filter(  # type: ignore[attr-defined]
            is_active=True, unit__path__startswith=unit.path
        ).order_by("first_name", "pk")

    def clean(self) -> dict[str, Any]:
        """Put days and hours together, and say which are missing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["starts_at"] = cleaned["ends_at"] = cleaned["closes_at"] = None
        if cleaned.get("closes_on"):
            cleaned["closes_at"] = instant(cleaned["closes_on"], cleaned.get("closes_time"))
        if cleaned.get("mode") == Hearing.Mode.WRITTEN:
            if not cleaned["closes_at"]:
                self.add_error("closes_on", _("Say until when views are taken."))
        elif "mode" in cleaned:
            self.put_session(cleaned)
        return cleaned

    def put_session(self, cleaned: dict[str, Any]) -> None:
        """Put the hours of the session together."""
        asked = ("session_on", "session_from", "session_until")
        for name in asked:
            if name in cleaned and not cleaned[name]:
                self.add_error(name, _("A hearing at which people meet needs this."))
        if not all(cleaned.get(name) for name in asked):
            return
        cleaned["starts_at"] = instant(cleaned["session_on"], cleaned["session_from"])
        cleaned["ends_at"] = instant(cleaned["session_on"], cleaned["session_until"])
        if cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("session_until", _("The session must end after it begins."))
        if cleaned["closes_at"] and cleaned["closes_at"] < cleaned["ends_at"]:
            self.add_error("closes_on", _("Views are taken at least until the session ends."))

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        parts = {"session_on", "session_from", "session_until", "closes_on", "closes_time"}
        return {name: value for name, value in self.cleaned_data.items() if name not in parts}

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


def written(hearing: Hearing) -> dict[str, Any]:
    """Return the times of a hearing as its form shows them."""
    closes = timezone.localtime(hearing.closes_at)
    found = {"closes_on": local_day(hearing.closes_at), "closes_time": f"{closes:%H:%M}"}
    if hearing.starts_at and hearing.ends_at:
        starts, ends = timezone.localtime(hearing.starts_at), timezone.localtime(hearing.ends_at)
        found |= {
            "session_on": starts.date(),
            "session_from": f"{starts:%H:%M}",
            "session_until": f"{ends:%H:%M}",
        }
    return found


class LinksForm(forms.ModelForm):
    """What may still change after the notice."""

    live_url = address(gettext_lazy("live link"))
    recording_url = address(gettext_lazy("recording"))
    law_url = address(gettext_lazy("address at law.go.th"))

    class Meta:
        model = Hearing
        fields = ["place", "live_url", "recording_url", "law_url", "chair", "is_premoderated"]

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = Staff.objects.filter(  # type: ignore[attr-defined]
            is_active=True, unit__path__startswith=unit.path
        ).order_by("first_name", "pk")

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


class PartsForm(forms.Form):
    """What the notice says under each part that the rule set demands, in Thai and English."""

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [part["code"] for part in hearing.rules.parts]
        for part in hearing.rules.parts:
            said = hearing.parts.get(part["code"], {})
            for language, label in (("th", part["th"]), ("en", f"{part['en']} (English)")):
                field = long_text(label, rows=3, required=False)
                field.initial = said.get(language, "")
                self.fields[f"{part['code']}-{language}"] = field

    def parts(self) -> dict[str, dict[str, str]]:
        """Return the parts as the verb takes them."""
        return {
            code: {language: self.cleaned_data[f"{code}-{language}"] for language in ("th", "en")}
            for code in self.codes
        }


class ItemForm(forms.ModelForm):
    """An issue."""

    class Meta:
        model = AgendaItem
        fields = ["title_th", "title_en", "body_th", "body_en"]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("body_th", "body_en")}

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


class CheckedFileField(forms.FileField):
    """One file, checked by its content."""

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        """Say what is wrong with it at the field."""
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return check(file)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code="file") from refusal


class DocumentForm(forms.Form):
    """A document beside the notice."""

    file = CheckedFileField(label=gettext_lazy("File"))
    title = forms.CharField(label=gettext_lazy("title"), max_length=300, required=False)


class AnnounceForm(forms.Form):
    """Why the notice is later than advised, where it is."""

    late_reason = forms.CharField(
        label=gettext_lazy("Why it is announced late"), max_length=500, required=False
    )


class ExtendForm(forms.Form):
    """A later end of written views."""

    closes_on = ThaiDateField(label=gettext_lazy("Written views until"))
    closes_time = clock(gettext_lazy("until (Bangkok time)"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def arguments(self) -> dict[str, Any]:
        """Return what the verb takes."""
        cleaned = self.cleaned_data
        return {
            "closes_at": instant(cleaned["closes_on"], cleaned["closes_time"]),
            "reason": cleaned["reason"],
        }


class ReasonForm(forms.Form):
    """A reason that people read."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class DoorForm(forms.Form):
    """Somebody who signs up to speak at the door or on the telephone."""

    shown_name = forms.CharField(label=gettext_lazy("name"), max_length=200)
    organisation = forms.CharField(
        label=gettext_lazy("organisation"), max_length=200, required=False
    )
    way = forms.ChoiceField(label=gettext_lazy("way of speaking"), choices=Way.choices)
    item = forms.ModelChoiceField(
        label=gettext_lazy("issue"), queryset=AgendaItem.objects.none(), required=False
    )

    def __init__(self, *args: Any, hearing: Hearing, ways: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way, Way(way).label) for way in ways]  # type: ignore[attr-defined]
        self.fields["item"].queryset = hearing.items.all()  # type: ignore[attr-defined]


class EnteredViewForm(forms.Form):
    """A view that came on paper, by mail or telephone."""

    way = forms.ChoiceField(
        label=gettext_lazy("way"), choices=[each for each in Way.choices if each[0] != Way.WEB]
    )
    shown_name = forms.CharField(
        label=gettext_lazy("Name of the writer"), max_length=200, required=False
    )
    organisation = forms.CharField(
        label=gettext_lazy("organisation"), max_length=200, required=False
    )
    item = forms.ModelChoiceField(
        label=gettext_lazy("issue"), queryset=AgendaItem.objects.none(), required=False
    )
    stance = forms.ChoiceField(label=gettext_lazy("view"), choices=Stance.choices)
    body = long_text(gettext_lazy("What is written"), rows=8)
    late_reason = forms.CharField(
        label=gettext_lazy("Why it is taken after the end"), max_length=300, required=False
    )

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = hearing.items.all()  # type: ignore[attr-defined]


class HideForm(forms.Form):
    """Why views are not shown."""

    reason = forms.ChoiceField(
        label=gettext_lazy("why not shown"), choices=Testimony.Reason.choices
    )
    note = forms.CharField(
        label=gettext_lazy("words to the writer"), max_length=500, required=False
    )


class RedactForm(forms.Form):
    """The view as the public reads it."""

    public_body = long_text(
        gettext_lazy("as shown"),
        rows=10,
        help_text=gettext_lazy(
            "Telephones, IDs, e-mails and names after a title are covered anyway."
        ),
    )


class DecisionForm(forms.Form):
    """Yes or no, with the words that the person reads."""

    is_granted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer that the person reads"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MinutesForm(forms.ModelForm):
    """The minutes."""

    class Meta:
        model = Minutes
        fields = ["on_site_count", "online_count", "organisations", "body", "agreements"]
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 4}) for name in ("organisations", "agreements")},
            "body": forms.Textarea(attrs={"rows": 12}),
        }

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


class AnswerForm(forms.Form):
    """The official answer on one issue, or on several with the same words."""

    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Issues"),
        queryset=AgendaItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    support = long_text(gettext_lazy("views in support"), required=False)
    oppose = long_text(gettext_lazy("views against"), required=False)
    other = long_text(gettext_lazy("other views"), rows=2, required=False)
    change = forms.ChoiceField(
        label=gettext_lazy("what they changed"), choices=OfficialAnswer.Change.choices
    )
    why = long_text(gettext_lazy("why"))

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = hearing.items.all()  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """What was corrected, where a summary is out already."""

    reason = forms.CharField(label=gettext_lazy("what was corrected"), max_length=500)

"""Taking in what came by telephone, letter, counter or any other way, in under a minute of typing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.attachments import Checked
from agency.choices import TopicField, UnitField, offer, units
from agency.models import Channel, PartnerAgency, Person, Segment, Service
from agency.pdf_text import text_layer
from agency.persons import PersonData
from agency.provinces import province_choices
from agency.thai import BANGKOK, arabic_digits
from agency.widgets import NationalIdField, PhoneField, ThaiDateField
from complaints.forms.channels import LAYOUTS, Layout
from complaints.forms.fields import LONG_TEXT, FilesField, long_text
from complaints.lifecycle import Filing, LetterFacts
from complaints.models import Grade, Kind
from complaints.selectors.choices import case_with, categories

NOON = time(12)
MOST_DIGITS = 10  # of the number of a channel's row
LETTER_FIELDS = ("letter_number", "letter_on", "from_agency", "reply_by_on", "letter_text")
PERSON_FIELDS = ("name", "phone", "email", "address", "national_id")


class ClockTimeField(forms.TimeField):
    """A time of day typed as 9.30, 09:30 or ๙.๓๐."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> time | None:
        """Read the time."""
        if isinstance(value, str):
            value = arabic_digits(value).replace("น.", "").strip()
        return super().to_python(value)


def provinces() -> list[tuple[str, str]]:
    """Return the provinces, an empty choice first."""
    return [("", "---------"), *province_choices()]


def text_of_files(files: Sequence[Checked]) -> str:
    """Return the text that PDFs carry in themselves."""
    texts = []
    for file in files:
        if file.name.lower().endswith(".pdf"):
            file.content.seek(0)
            texts.append(text_layer(file.content.read()))
            file.content.seek(0)
    return "\n".join(text for text in texts if text)[:LONG_TEXT]


class IntakeForm(forms.Form):
    """A case as an officer takes it in; only channel, kind, subject and text are needed."""

    channel = forms.ModelChoiceField(
        label=_("Channel"),
        queryset=Channel.objects.filter(is_active=True),
        empty_label=_("Choose…"),
        widget=forms.Select(attrs={"autofocus": True}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.SERVICE)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    body = long_text(label=_("What happened"), rows=6)
    wish = long_text(label=_("What the complainant asks for"), rows=2, required=False)

    is_anonymous = forms.BooleanField(
        label=_("The complainant stays anonymous"),
        required=False,
        help_text=_("No name, number or address is kept."),
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    national_id = NationalIdField(label=_("National ID"), required=False)
    address = forms.CharField(
        label=_("Address"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    best_time = forms.CharField(
        label=_("Best time to call back"),
        max_length=100,
        required=False,
        help_text=_("As the caller says it, for example: after four in the afternoon."),
    )
    preferred_channel = forms.ChoiceField(
        label=_("Answer by"),
        choices=Person.PreferredChannel.choices,
        initial=Person.PreferredChannel.PHONE,
        required=False,
    )
    is_identity_masked = forms.BooleanField(
        label=_("Hide the complainant’s identity from staff"), required=False
    )
    is_confidential = forms.BooleanField(
        label=_("Only named persons may read the case"), required=False
    )

    category = TopicField(label=_("Category"), queryset=None, required=False)
    grade = forms.ModelChoiceField(
        label=_("Grade"), queryset=Grade.objects.order_by("number"), required=False
    )
    service = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.filter(is_active=True), required=False
    )
    segment = forms.ModelChoiceField(
        label=_("Segment"), queryset=Segment.objects.filter(is_active=True), required=False
    )
    unit = UnitField(
        label=_("Owning unit"),
        queryset=None,
        required=False,
        empty_label=_("The usual unit of the category"),
    )
    received_on = ThaiDateField(
        label=_("Received on"), required=False, help_text=_("Left empty: now.")
    )
    received_time = ClockTimeField(
        label=_("Received at"),
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 10}
        ),
        help_text=_("For example 9.30."),
    )
    occurred_on = ThaiDateField(label=_("Happened on"), required=False)
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    district = forms.CharField(label=_("District"), max_length=100, required=False)
    province = forms.ChoiceField(label=_("Province"), choices=provinces, required=False)
    external_ref = forms.CharField(
        label=_("Their reference number"),
        max_length=100,
        required=False,
        help_text=_("The number of the case there, for example at the 1111 centre."),
    )
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]

    letter_number = forms.CharField(label=_("Number of the letter"), max_length=100, required=False)
    letter_on = ThaiDateField(label=_("Date of the letter"), required=False)
    from_agency = forms.ModelChoiceField(
        label=_("Sent by the agency"),
        queryset=PartnerAgency.objects.filter(is_active=True),
        required=False,
    )
    reply_by_on = ThaiDateField(
        label=_("The agency asks for an answer by"),
        required=False,
        help_text=_("You are reminded before this day, on it, and once more after it."),
    )
    letter_text = long_text(
        label=_("Text of the letter"),
        rows=4,
        required=False,
        help_text=_(
            "Typed or pasted; searched, but not shown as the complaint. Left empty, it is taken out of an attached PDF that carries text. A plain scan carries none."
        ),
    )
    is_another = forms.BooleanField(
        label=_("It is another matter: take it in although the letter was seen before"),
        required=False,
        widget=forms.HiddenInput,
    )

    parts: Mapping[str, tuple[str, ...]] = {
        "main": ("kind", "subject", "body", "wish"),  # the channel stands above all
        "complainant": (
            *("is_anonymous", "name", "phone", "email", "national_id", "address"),
            *("preferred_channel", "best_time", "is_identity_masked"),
        ),
        "letter": LETTER_FIELDS,
        "more": (
            *("category", "grade", "service", "segment", "unit", "is_confidential"),
            *("received_on", "received_time", "occurred_on", "place", "district", "province"),
            *("external_ref", "files"),
        ),
    }

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        offer(self, "category", categories())
        offer(self, "unit", units())

    @property
    def layout(self) -> Layout | None:
        """How the fields lie for the chosen channel; none before one is chosen."""
        chosen = str(self["channel"].value() or "")
        code = (
            Channel.objects.filter(pk=int(chosen)).values_list("code", flat=True).first()
            if (chosen.isdecimal() and len(chosen) < MOST_DIGITS)
            else None
        )
        return LAYOUTS.get(code or "")

    def laid_out(self) -> dict[str, list[forms.BoundField]]:
        """Return the fields by part: what the channel asks first, and the rest where it usually is."""
        layout = self.layout
        first = layout.fields if layout else ()
        parts = {"first": first} | {
            name: tuple(field for field in fields if field not in first)
            for name, fields in self.parts.items()
        }
        return {name: [self[field] for field in fields] for name, fields in parts.items()}

    def clean_occurred_on(self) -> date | None:
        """Nothing has happened tomorrow."""
        return self.not_in_future(self.cleaned_data["occurred_on"])

    def clean_letter_on(self) -> date | None:
        """No letter is dated tomorrow."""
        return self.not_in_future(self.cleaned_data["letter_on"])

    def clean_received_on(self) -> date | None:
        """Nothing was received tomorrow."""
        return self.not_in_future(self.cleaned_data["received_on"])

    def not_in_future(self, day: date | None) -> date | None:
        """Refuse a day after today."""
        if day is not None and day > self.at.astimezone(BANGKOK).date():
            raise forms.ValidationError(_("This day is still to come. Check day, month and year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Check what only makes sense together."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("external_ref") and cleaned.get("channel"):
            self.check_reference(cleaned)
        if cleaned.get("is_anonymous"):
            self.check_anonymous(cleaned)
        self.check_channel(cleaned)
        if cleaned.get("received_time") and not cleaned.get("received_on"):
            self.add_error("received_on", _("Give the day as well, or leave the time empty."))
        elif not self.errors and self.received_at(cleaned) > self.at:
            self.add_error("received_time", _("This time is still to come."))
        return cleaned

    def check_reference(self, cleaned: dict[str, Any]) -> None:
        """Refuse what was taken in before: one reference of one channel is one case."""
        known = case_with(cleaned["channel"].code, cleaned["external_ref"])
        if known:
            words = _("This reference was taken in already as %(number)s.")
            self.add_error("external_ref", words % {"number": known})

    def check_channel(self, cleaned: dict[str, Any]) -> None:
        """Ask for what makes no sense without another fact."""
        if cleaned.get("best_time") and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Type the number to call back, or leave the time empty."))
        channel = cleaned.get("channel")
        if channel and channel.code == "mobile_unit" and not cleaned.get("place"):
            self.add_error("place", _("Type where on the field visit it was told."))

    def check_anonymous(self, cleaned: dict[str, Any]) -> None:
        """Refuse a name beside anonymity: the officer says which of the two is meant."""
        for name in (*PERSON_FIELDS, "best_time"):
            if cleaned.get(name):
                self.add_error(name, _("Leave this empty, or take the mark “anonymous” away."))

    def received_at(self, cleaned: dict[str, Any]) -> datetime:
        """When it came in: a day without a time means noon, or now if that is earlier."""
        day = cleaned.get("received_on")
        if day is None:
            return self.at
        moment = cleaned.get("received_time")
        at = datetime.combine(day, moment or NOON, tzinfo=BANGKOK)
        return at if moment else min(at, self.at)

    def person(self) -> PersonData | None:
        """The complainant, if anything was said about who it is."""
        cleaned = self.cleaned_data
        if cleaned["is_anonymous"] or not any(cleaned[name] for name in PERSON_FIELDS):
            return None
        return PersonData(
            **{name: cleaned[name] for name in PERSON_FIELDS},
            preferred_channel=cleaned["preferred_channel"] or Person.PreferredChannel.PAGE,
        )

    def filing(self) -> Filing:
        """Return what the lifecycle receives."""
        apart = {
            *PERSON_FIELDS,
            "preferred_channel",
            "received_on",
            "received_time",
            "external_ref",
            "is_another",
            *LETTER_FIELDS,
        }
        facts: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if name not in apart
        }
        return Filing(
            **facts,
            person=self.person(),
            received_at=self.received_at(self.cleaned_data),
            letter=self.letter() or None,
            **self.origin(),
        )

    def letter(self) -> LetterFacts:
        """What is known of the letter; its text is read out of the PDFs when nobody typed it."""
        cleaned = self.cleaned_data
        return LetterFacts(
            number=cleaned["letter_number"],
            dated_on=cleaned["letter_on"],
            agency=cleaned["from_agency"],
            reply_by_on=cleaned["reply_by_on"],
            text=cleaned["letter_text"] or text_of_files(cleaned["files"]),
        )

    def origin(self) -> dict[str, Any]:
        """Name where a foreign number comes from: unique within its channel."""
        ref = self.cleaned_data["external_ref"]
        return (
            {"source_system": self.cleaned_data["channel"].code, "external_ref": ref} if ref else {}
        )

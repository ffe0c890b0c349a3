"""What is typed about a voice: its classes, a reply, what was done."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.choices import StaffField, UnitField, offer, officers, units
from agency.models import Segment, Service, Staff
from agency.thai import arabic_digits
from listening.lifecycle import Classes
from listening.models import Kind, Need, Reply, Sentiment, Topic, Urgency, Voice
from listening.selectors.inbox import Thought, needs_for, topics_in_use

LONG_TEXT = 20_000
NUMBER = re.compile(r"v?\s*(\d{1,18})", re.IGNORECASE)
UNSAID = ("", gettext_lazy("Not said"))


def text_field(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """Return a field for a long text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONG_TEXT, widget=widget, **kwargs)


class StepForm(forms.Form):
    """A verb without anything to type; it carries the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, voice: Voice, staff: Staff, **kwargs: Any) -> None:
        self.voice, self.staff = voice, staff
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = voice.version

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**told, "expected_version": self.cleaned_data["version"]}


class TriageForm(StepForm):
    """The classes of a voice; the kind is six buttons."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    sentiment = forms.ChoiceField(
        label=gettext_lazy("Sentiment"), choices=[UNSAID, *Sentiment.choices], required=False
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"), queryset=Topic.objects.none(), required=False
    )
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"),
        queryset=Service.objects.filter(is_active=True),
        required=False,
    )
    segment = forms.ModelChoiceField(
        label=gettext_lazy("Segment"),
        queryset=Segment.objects.filter(is_active=True),
        required=False,
    )

    def __init__(self, *args: Any, thoughts: tuple[Thought, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = topics_in_use()  # type: ignore[attr-defined]
        self.thoughts = [thought for thought in thoughts if thought.is_right is None]
        self.initial = {
            name: getattr(self.voice, name) for name in self.fields if name != "version"
        }
        self.fill([thought for thought in self.thoughts if thought.is_filled])

    def fill(self, sure: list[Thought]) -> None:
        """Put in what the machine is sure of, where nobody said anything yet."""
        for thought in sure:
            if thought.field != "kind":
                value = self.meant(thought)
                if not self.initial[thought.field] or thought.field == "urgency":
                    self.initial[thought.field] = value

    def meant(self, thought: Thought) -> Any:
        """Return the value or row that a suggestion names."""
        field = self.fields[thought.field]
        if isinstance(field, forms.ModelChoiceField):
            return field.queryset.filter(code=thought.value).first()  # type: ignore[union-attr]
        return thought.value

    def accepting(self) -> dict[str, Any] | None:
        """Return what one key sends: all that is suggested, the rest as it stands; None without a kind."""
        if self.is_bound or not any(thought.field == "kind" for thought in self.thoughts):
            return None
        told = dict(self.initial) | {each.field: self.meant(each) for each in self.thoughts}
        return {name: getattr(value, "pk", value) or "" for name, value in told.items()}

    def arguments(self) -> dict[str, Any]:
        """Return the classes as one thing."""
        told = dict(super().arguments())
        version = told.pop("expected_version")
        return {"classes": Classes(**told), "expected_version": version}


class AssignForm(StepForm):
    """To which unit, and to whom there."""

    unit = UnitField(label=gettext_lazy("Unit"), queryset=None, required=False)
    to = StaffField(
        label=gettext_lazy("Officer"),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Left empty: the unit’s supervisors are told."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units())
        offer(self, "to", officers())
        self.initial["unit"] = self.voice.unit_id

    def clean(self) -> dict[str, Any]:
        """Take the officer's unit where one is named."""
        told = self.cleaned_data
        if told.get("to"):
            told["unit"] = told["to"].unit
        if not told.get("unit"):
            raise ValidationError(_("Please choose a unit or an officer."))
        return told


class ReplyForm(StepForm):
    """A reply and its way."""

    text = text_field(gettext_lazy("Reply"), rows=4)
    way = forms.ChoiceField(label=gettext_lazy("Way"), choices=Reply.Way.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.voice.person
        if person is None or not person.email:
            ways = [each for each in Reply.Way.choices if each[0] != Reply.Way.LETTER]
            self.fields["way"].choices = ways  # type: ignore[attr-defined]


class CloseForm(StepForm):
    """What was done."""

    action = text_field(
        gettext_lazy("What was done"),
        help_text=gettext_lazy("One or two sentences; they stand in the report of closed loops."),
    )


class MergeForm(StepForm):
    """The voice that says the same."""

    master = forms.CharField(
        label=gettext_lazy("Number of the same voice"),
        max_length=20,
        help_text=gettext_lazy("As in V12. Both stay as they are and can be parted again."),
    )

    def clean_master(self) -> Voice:
        """Find it among those the person may see."""
        found = NUMBER.fullmatch(arabic_digits(self.cleaned_data["master"]).strip())
        seen = Voice.objects.visible_to(self.staff)
        voice = seen.filter(pk=int(found[1])).first() if found else None
        if voice is None:
            raise ValidationError(_("There is no voice of this number that you may see."))
        return voice


class TagForm(StepForm):
    """A need and the passage that tells it."""

    need = forms.ModelChoiceField(
        label=gettext_lazy("Need or expectation"), queryset=Need.objects.none()
    )
    passage = forms.CharField(
        label=gettext_lazy("Passage"),
        max_length=500,
        help_text=gettext_lazy("Copied from the voice as it stands there."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = needs_for(self.staff)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """A tag may be set whatever others do meanwhile."""
        return {name: self.cleaned_data[name] for name in ("need", "passage")}

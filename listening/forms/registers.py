"""What is typed into the registers: needs, stakeholders and talks with them, insights and evidence."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.choices import StaffField, officers
from agency.models import Staff
from agency.widgets import ThaiDateField
from listening.forms.voices import text_field
from listening.models import Engagement, Evidence, Insight, Need, Stakeholder


class OfUnitForm(forms.ModelForm):
    """A register's row; owners are officers whom the person sees."""

    owner_field = ""

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.owner_field:
            owner = cast("StaffField", self.fields[self.owner_field])
            owner.queryset = officers().visible_to(staff)


class NeedForm(OfUnitForm):
    """A need of a segment."""

    owner_field = "owner"
    owner = StaffField(label=_("Owner of the need"), queryset=None, required=False)
    review_on = ThaiDateField(label=_("Review by"))

    class Meta:
        model = Need
        fields = [
            *("segment", "kind", "title", "detail", "service", "strength", "owner"),
            *("review_on", "state"),
        ]
        widgets = {"detail": forms.Textarea(attrs={"rows": 3})}


class StakeholderForm(OfUnitForm):
    """A stakeholder."""

    owner_field = "owner"
    owner = StaffField(label=_("Who keeps in touch"), queryset=None, required=False)

    class Meta:
        model = Stakeholder
        fields = ["name", "segment", "influence", "interest", "wishes", "owner", "is_active"]
        widgets = {"wishes": forms.Textarea(attrs={"rows": 3})}


class InsightForm(OfUnitForm):
    """A finding."""

    class Meta:
        model = Insight
        fields = ["title", "finding", "proposal", "segment", "service"]
        widgets = {
            "finding": forms.Textarea(attrs={"rows": 4}),
            "proposal": forms.Textarea(attrs={"rows": 3}),
        }


class EngagementForm(forms.ModelForm):
    """A talk with a stakeholder."""

    held_on = ThaiDateField(label=_("Held on"))
    next_on = ThaiDateField(label=_("Next time"), required=False)

    class Meta:
        model = Engagement
        fields = ["kind", "held_on", "summary", "agreed", "next_on"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "agreed": forms.Textarea(attrs={"rows": 2}),
        }


class EvidenceForm(forms.ModelForm):
    """What a need or an insight rests on."""

    class Meta:
        model = Evidence
        fields = ["source", "ref", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}


class CommentForm(forms.Form):
    """What somebody says on an insight."""

    text = text_field(_("Comment"))

"""Forms about waves: dates in Bangkok time, frame, strata, quotas, and how many answers are needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.thai import arabic_digits, local_day
from agency.widgets import ThaiDateField
from surveys.models import Mode, Survey, Version, Wave
from surveys.models.wave import LINK

MIDNIGHT = time(0, 0)


def instant(day: Any, hour: Any) -> datetime:
    """Return the instant of a day and hour in Bangkok."""
    return timezone.make_aware(datetime.combine(day, hour or MIDNIGHT))


def lines_of(text: str) -> list[tuple[int, list[str]]]:
    """Return the filled lines of a box with their number, cut at semicolons."""
    return [
        (number, [cell.strip() for cell in line.split(";")])
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]


def whole(text: str) -> int:
    """Read a whole number as people write it."""
    return int(arabic_digits(text).replace(",", "").replace(" ", ""))


class WaveForm(forms.ModelForm):
    """A wave in preparation."""

    code = forms.CharField(
        label=gettext_lazy("short link"),
        max_length=30,
        validators=[LINK],
        help_text=gettext_lazy("The end of the public address, as in sat-2570."),
    )
    version = forms.ModelChoiceField(
        label=gettext_lazy("version"), queryset=Version.objects.none(), empty_label=None
    )
    opens_on = ThaiDateField(label=gettext_lazy("Opens on"))
    opens_time = forms.TimeField(label=gettext_lazy("Opens at (Bangkok time)"), initial="00:00")
    closes_on = ThaiDateField(label=gettext_lazy("Closes on"))
    closes_time = forms.TimeField(label=gettext_lazy("Closes at (Bangkok time)"), initial="23:59")
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("ways"),
        choices=[choice for choice in Mode.choices if choice[0] != Mode.PULSE],
        widget=forms.CheckboxSelectMultiple,
    )
    strata = forms.CharField(
        label=gettext_lazy("Strata"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line: code; Thai name; population; answers wanted. As in: north; ภาคเหนือ; 9800; 80"
        ),
    )
    quotas = forms.CharField(
        label=gettext_lazy("Quotas"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One a line: column; value; at most; what is said when full. As in: channel; online; 200"
        ),
    )

    field_order = [
        *("name_th", "name_en", "code", "version", "opens_on", "opens_time", "closes_on"),
        *("closes_time", "modes", "target_n", "is_probability", "frame_th", "frame_en"),
        *("population", "strata", "weighting", "cluster_column", "quotas", "smallest_cell"),
        *("reminds_after_days", "reminders_max", "incentives", "previous", "is_same_clusters"),
    ]

    class Meta:
        model = Wave
        fields = [
            *("name_th", "name_en", "code", "version", "modes", "target_n", "is_probability"),
            *("frame_th", "frame_en", "population", "weighting", "cluster_column"),
            *("smallest_cell", "reminds_after_days", "reminders_max", "incentives"),
            *("previous", "is_same_clusters"),
        ]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("frame_th", "frame_en")}

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        wave = kwargs.get("instance")
        if wave is not None:
            kwargs["initial"] = {**written(wave), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = survey.versions.order_by("-number")  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = lambda version: str(version.number)  # type: ignore[attr-defined]
        others = survey.waves.exclude(pk=wave.pk if wave else 0).order_by("-opens_at")
        self.fields["previous"].queryset = others  # type: ignore[attr-defined]

    def clean_strata(self) -> list[dict[str, Any]]:
        """Read the strata, one a line."""
        return read_lines(self.cleaned_data["strata"], stratum_of)

    def clean_quotas(self) -> list[dict[str, Any]]:
        """Read the quotas, one a line."""
        return read_lines(self.cleaned_data["quotas"], quota_of)

    def clean(self) -> dict[str, Any]:
        """Put days and hours together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"opens_on", "closes_on"} <= cleaned.keys():
            cleaned["opens_at"] = instant(cleaned["opens_on"], cleaned.get("opens_time"))
            cleaned["closes_at"] = instant(cleaned["closes_on"], cleaned.get("closes_time"))
            if cleaned["closes_at"] <= cleaned["opens_at"]:
                self.add_error("closes_on", _("The wave must close after it opens."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """Return what the lifecycle verb takes."""
        split = {"opens_on", "opens_time", "closes_on", "closes_time"}
        return {name: value for name, value in self.cleaned_data.items() if name not in split}

    def _post_clean(self) -> None:
        """Leave the row alone: only the verb changes it."""


def written(wave: Wave) -> dict[str, Any]:
    """Return a wave as its form shows it."""
    opens, closes = timezone.localtime(wave.opens_at), timezone.localtime(wave.closes_at)
    return {
        "opens_on": local_day(opens),
        "opens_time": f"{opens:%H:%M}",
        "closes_on": local_day(closes),
        "closes_time": f"{closes:%H:%M}",
        "strata": "\n".join(
            f"{each.code}; {each.label_th}; {each.population}; {each.target_n or ''}"
            for each in wave.strata.all()
        ),
        "quotas": "\n".join(
            f"{each.column}; {each.value}; {each.limit}; {each.message_th}"
            for each in wave.quotas.all()
        ),
    }


def read_lines(text: str, read: Callable[[list[str]], dict[str, Any]]) -> list[dict[str, Any]]:
    """Read a box line by line; each wrong line is named with what to mend."""
    rows, problems = [], []
    for number, cells in lines_of(text):
        try:
            rows.append(read(cells))
        except (ValueError, IndexError):
            problems.append(
                _("Line %(line)s cannot be read. Write it as in the example below the box.")
                % {"line": number}
            )
    keys = [tuple(list(row.values())[:1]) for row in rows if "label_th" in row]
    if len(keys) != len(set(keys)):
        problems.append(_("A code stands twice. Give each line its own."))
    if problems:
        raise ValidationError(problems)
    return rows


def stratum_of(cells: list[str]) -> dict[str, Any]:
    """Read a line of the strata."""
    wanted = cells[3] if len(cells) > 3 else ""
    if not cells[0] or not cells[1]:
        raise ValueError
    return {
        "code": cells[0][:40],
        "label_th": cells[1][:200],
        "population": whole(cells[2]),
        "target_n": whole(wanted) if wanted else None,
    }


def quota_of(cells: list[str]) -> dict[str, Any]:
    """Read a line of the quotas."""
    return {
        "column": cells[0],
        "value": cells[1],
        "limit": whole(cells[2]),
        "message_th": cells[3][:500] if len(cells) > 3 else "",
    }


class ExtendForm(forms.Form):
    """A later end of an open wave."""

    closes_on = ThaiDateField(label=gettext_lazy("Closes on"))
    closes_time = forms.TimeField(label=gettext_lazy("Closes at (Bangkok time)"), initial="23:59")
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def closes_at(self) -> datetime:
        """Return the new end."""
        return instant(self.cleaned_data["closes_on"], self.cleaned_data["closes_time"])


class SizeForm(forms.Form):
    """How many answers are needed for a share."""

    share = forms.IntegerField(
        label=gettext_lazy("Expected share (%)"),
        min_value=1,
        max_value=99,
        initial=50,
        help_text=gettext_lazy("50 is the safest; for satisfaction often 80."),
    )
    margin = forms.DecimalField(
        label=gettext_lazy("Margin of error (± percentage points)"),
        min_value=1,
        max_value=20,
        initial=5,
    )
    population = forms.IntegerField(
        label=gettext_lazy("population"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("Empty: very large."),
    )
    deff = forms.DecimalField(
        label=gettext_lazy("Design effect"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=gettext_lazy(
            "1 for a simple random sample; 2 or more where whole offices are drawn."
        ),
    )
    response_rate = forms.IntegerField(
        label=gettext_lazy("Expected response rate (%)"), min_value=1, max_value=100, initial=40
    )

    def arguments(self) -> dict[str, Any]:
        """Return what the computation takes."""
        said = self.cleaned_data
        return {
            "share": said["share"] / 100,
            "margin": float(said["margin"]) / 100,
            "population": said["population"],
            "deff": float(said["deff"]),
            "response_rate": said["response_rate"] / 100,
        }

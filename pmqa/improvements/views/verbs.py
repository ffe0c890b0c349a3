"""The verbs of an improvement's page: words, form, right, and the rule that each one runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.actions import Action, Actions
from agency.models import Staff
from pmqa.improvements import forms, lifecycle, permissions
from pmqa.improvements.models import Improvement

Fits = Callable[[Improvement], bool]


def is_running(improvement: Improvement) -> bool:
    """Whether it is under way."""
    return improvement.state == "running"


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb as it is offered; `run` is the lifecycle's, `done` the sentence afterwards."""

    name: str
    label: Any
    icon: str
    run: Callable[..., Any]
    done: Any
    right: permissions.Right = permissions.can_work
    fits: Fits = is_running
    form: type[forms.StepForm] = forms.StepForm
    words: Any = ""
    is_grave: bool = False


def by_name(*verbs: Verb) -> Mapping[str, Verb]:
    """Return verbs by name, in their order."""
    return {verb.name: verb for verb in verbs}


VERBS = by_name(
    Verb(
        name="move",
        label=_("Move to another stage"),
        icon="chevron-right",
        run=lifecycle.move,
        form=forms.MoveForm,
        done=_("Moved."),
    ),
    Verb(
        name="milestone",
        label=_("Add a milestone"),
        icon="flag",
        run=lifecycle.add_milestone,
        form=forms.MilestoneForm,
        done=_("The milestone is in the plan. Who is responsible is reminded in time."),
    ),
    Verb(
        name="due",
        label=_("Set the day of completion"),
        icon="calendar",
        run=lifecycle.give_due_day,
        form=forms.DueForm,
        words=_("A day that has passed stays missed in the figures, also when it is moved."),
        done=_("The day is set."),
    ),
    Verb(
        name="use",
        label=_("Take the changed service into use"),
        icon="check",
        run=lifecycle.take_into_use,
        fits=lambda found: found.state != "dropped" and not found.live_at,
        words=_("From now on citizens get the changed service."),
        done=_("In use."),
    ),
    Verb(
        name="measure",
        label=_("Measure before and after"),
        icon="report",
        run=lifecycle.note_measurement,  # by a job: the figures of many months are computed
        form=forms.MeasureForm,
        fits=lambda found: found.state != "dropped",
        words=_(
            "The months after the change are held against where those before were heading. It shows what the figures did, not what caused it."
        ),
        done=_("The figures are computed."),
    ),
    Verb(
        name="guideline",
        label=_("Send a guideline to units"),
        icon="send",
        run=lifecycle.send_guideline,
        right=permissions.can_lead,
        form=forms.GuidelineForm,
        fits=lambda found: found.state != "dropped",
        words=_("A changed text is a new version that every unit acknowledges anew."),
        done=_("Sent. The units are reminded until they acknowledge."),
    ),
    Verb(
        name="finish",
        label=_("Complete the improvement"),
        icon="check",
        run=lifecycle.finish,
        right=permissions.can_lead,
        form=forms.FinishForm,
        done=_("Completed."),
    ),
    Verb(
        name="publish",
        label=_("Show in the public gallery"),
        icon="external",
        run=lifecycle.publish,
        right=permissions.can_lead,
        fits=lambda found: found.state != "dropped" and bool(found.live_at),
        form=forms.PublishForm,
        words=_("Everybody can read the title and this summary. Write no names of persons."),
        done=_("Citizens can read about it now."),
    ),
    Verb(
        name="unpublish",
        label=_("Take out of the gallery"),
        icon="eye",
        run=lifecycle.unpublish,
        right=permissions.can_lead,
        fits=lambda found: bool(found.published_at),
        words=_("Citizens no longer see it."),
        done=_("Taken out."),
    ),
    Verb(
        name="end-use",
        label=_("End the use of the changed service"),
        icon="close",
        run=lifecycle.end_use,
        fits=lambda found: found.is_live,
        words=_("The service is no longer offered in this way."),
        done=_("The use has ended."),
        is_grave=True,
    ),
    Verb(
        name="drop",
        label=_("Drop the improvement"),
        icon="trash",
        run=lifecycle.drop,
        right=permissions.can_lead,
        form=forms.DropForm,
        done=_("Dropped."),
        is_grave=True,
    ),
)


def actions_for(staff: Staff, improvement: Improvement) -> Actions:
    """Return what the person may do with it now."""
    return Actions(
        [
            action_of(verb, improvement)
            for verb in VERBS.values()
            if verb.fits(improvement) and verb.right(staff, improvement)
        ]
    )


def action_of(verb: Verb, improvement: Improvement) -> Action:
    """Return a verb as the page's button and form."""
    return Action(
        label=verb.label,
        url=reverse("improvements:act", args=[improvement.pk, verb.name]),
        icon=verb.icon,
        words=verb.words,
        is_grave=verb.is_grave,
        back_url=improvement.get_absolute_url(),
    )

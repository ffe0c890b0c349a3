"""The verbs of the room: the only place where an improvement changes."""

from agency.refusal import Refused
from pmqa.improvements.lifecycle.improvements import (
    change,
    draft_from_insight,
    drop,
    end_use,
    finish,
    give_due_day,
    move,
    publish,
    start,
    take_into_use,
    unpublish,
)
from pmqa.improvements.lifecycle.measurements import note_measurement
from pmqa.improvements.lifecycle.milestones import add_milestone, reach, remove_milestone
from pmqa.improvements.lifecycle.readings import read_service_times
from pmqa.improvements.lifecycle.reminders import remind_due
from pmqa.improvements.lifecycle.rollout import acknowledge, remind_of_guidelines, send_guideline
from pmqa.improvements.selectors.origins import Origin

__all__ = [
    "Origin",
    "Refused",
    "acknowledge",
    "add_milestone",
    "change",
    "draft_from_insight",
    "drop",
    "end_use",
    "finish",
    "give_due_day",
    "move",
    "note_measurement",
    "publish",
    "reach",
    "read_service_times",
    "remind_due",
    "remind_of_guidelines",
    "remove_milestone",
    "send_guideline",
    "start",
    "take_into_use",
    "unpublish",
]

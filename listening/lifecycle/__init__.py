"""The verbs of the listening room."""

from agency.refusal import Refused
from listening.lifecycle.answering import (
    close,
    close_by_complaint,
    convert,
    note_complaint,
    reply,
)
from listening.lifecycle.intake import Heard, note_occasion, receive, receive_once
from listening.lifecycle.merging import merge, unmerge
from listening.lifecycle.registers import (
    add_evidence,
    approve,
    discuss,
    draft_insight,
    hand_over,
    keep_need,
    keep_stakeholder,
    note_engagement,
    note_improvement,
    tag,
    untag,
)
from listening.lifecycle.survey_texts import SurveyText, take_survey_texts
from listening.lifecycle.triage import Classes, assign, triage
from listening.models import (  # what the registers' verbs take: rows that are not written yet
    Engagement,
    Evidence,
    Insight,
    Need,
    Occasion,
    Stakeholder,
)

__all__ = [
    "Classes",
    "Engagement",
    "Evidence",
    "Heard",
    "Insight",
    "Need",
    "Occasion",
    "Refused",
    "Stakeholder",
    "SurveyText",
    "add_evidence",
    "approve",
    "assign",
    "close",
    "close_by_complaint",
    "convert",
    "discuss",
    "draft_insight",
    "hand_over",
    "keep_need",
    "keep_stakeholder",
    "merge",
    "note_complaint",
    "note_engagement",
    "note_improvement",
    "note_occasion",
    "receive",
    "receive_once",
    "reply",
    "tag",
    "take_survey_texts",
    "triage",
    "unmerge",
    "untag",
]

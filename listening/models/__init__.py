"""The nouns of the listening room."""

from listening.models.attendance import Attendance
from listening.models.hearing import AgendaItem, Hearing, HearingDocument, RuleSet
from listening.models.insight import Evidence, Insight, InsightComment
from listening.models.keeping import KeepingRule
from listening.models.learning import Label, Suggestion, Taxonomy, Topic, TrainingExample
from listening.models.need import Engagement, Need, Stakeholder
from listening.models.outcome import HearingSummary, Minutes, OfficialAnswer
from listening.models.remembered import HearingOpening, SegmentChange, TopicChange
from listening.models.taking_part import Appeal, HelpRequest, SignUp, Stance, Testimony, Way
from listening.models.text_model import TextModel
from listening.models.trend import TopicAlert, TopicDay
from listening.models.voice import (
    Kind,
    Occasion,
    Reply,
    Sentiment,
    Status,
    Urgency,
    Voice,
    VoiceTag,
    VoiceText,
)

__all__ = [
    "AgendaItem",
    "Appeal",
    "Attendance",
    "Engagement",
    "Evidence",
    "Hearing",
    "HearingDocument",
    "HearingOpening",
    "HearingSummary",
    "HelpRequest",
    "Insight",
    "InsightComment",
    "KeepingRule",
    "Kind",
    "Label",
    "Minutes",
    "Need",
    "Occasion",
    "OfficialAnswer",
    "Reply",
    "RuleSet",
    "SegmentChange",
    "Sentiment",
    "SignUp",
    "Stakeholder",
    "Stance",
    "Status",
    "Suggestion",
    "Taxonomy",
    "Testimony",
    "TextModel",
    "Topic",
    "TopicAlert",
    "TopicChange",
    "TopicDay",
    "TrainingExample",
    "Urgency",
    "Voice",
    "VoiceTag",
    "VoiceText",
    "Way",
]

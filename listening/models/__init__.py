"""The nouns of the listening room."""

from listening.models.insight import Evidence, Insight, InsightComment
from listening.models.learning import Label, Suggestion, Taxonomy, Topic, TrainingExample
from listening.models.need import Engagement, Need, Stakeholder
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
    "Engagement",
    "Evidence",
    "Insight",
    "InsightComment",
    "Kind",
    "Label",
    "Need",
    "Occasion",
    "Reply",
    "Sentiment",
    "Stakeholder",
    "Status",
    "Suggestion",
    "Taxonomy",
    "Topic",
    "TrainingExample",
    "Urgency",
    "Voice",
    "VoiceTag",
    "VoiceText",
]

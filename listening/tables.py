"""The columns, tabs and bulk actions of this room's lists."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agency.listing import BulkAction, Column, View
from listening.models import Kind

VOICE_COLUMNS = [
    Column(name="text", label=_("Voice"), is_fixed=True, value=lambda row: row.masked_body),
    Column(
        name="received",
        label=_("Received"),
        sort="received_at",
        value=lambda row: row.received_at,
    ),
    Column(name="kind", label=_("Kind"), value=lambda row: row.get_kind_display()),
    Column(name="status", label=_("Status"), value=lambda row: row.get_status_display()),
    Column(name="channel", label=_("Channel"), is_hidden=True, value=lambda row: str(row.channel)),
    Column(name="number", label=_("Number"), is_hidden=True, value=lambda row: row.number),
    Column(
        name="sentiment",
        label=_("Sentiment"),
        is_hidden=True,
        value=lambda row: row.get_sentiment_display(),
    ),
    Column(name="topic", label=_("Topic"), is_hidden=True, value=lambda row: str(row.topic or "")),
    Column(name="unit", label=_("Unit"), is_hidden=True, value=lambda row: row.unit.name),
    Column(
        name="officer", label=_("Officer"), is_hidden=True, value=lambda row: str(row.officer or "")
    ),
]
VOICE_VIEWS = [
    View(label=_("All open")),
    View(label=_("Not classified yet"), query="scope=new"),
    View(label=_("Mine"), query="scope=mine"),
    View(label=_("Late"), query="scope=late"),
    View(label=_("Settled"), query="scope=closed"),
]
VOICE_BULK = [
    BulkAction(name=f"kind:{value}", label=format_lazy("{}: {}", _("Classify as"), label))
    for value, label in Kind.choices
]
RISE_COLUMNS = [
    Column(name="topic", label=_("Topic"), is_fixed=True, value=lambda row: str(row.topic)),
    Column(name="first", label=_("First day"), sort="first_on", value=lambda row: row.first_on),
    Column(
        name="people",
        label=_("People who spoke"),
        is_numeric=True,
        value=lambda row: row.people,
    ),
    Column(
        name="usual",
        label=_("Usually"),
        is_numeric=True,
        value=lambda row: round(row.expected, 1),
    ),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(name="outcome", label=_("What came of it"), value=lambda row: row.get_outcome_display()),
]
OCCASION_COLUMNS = [
    Column(name="title", label=_("Outing"), is_fixed=True, value=lambda row: row.title),
    Column(name="kind", label=_("Type"), value=lambda row: row.get_kind_display()),
    Column(name="held", label=_("Held"), sort="held_on", value=lambda row: row.held_on),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(name="people", label=_("People"), is_numeric=True, value=lambda row: row.people_count),
    Column(name="voices", label=_("Voices"), is_numeric=True, value=lambda row: row.voice_count),
]
NEED_COLUMNS = [
    Column(
        name="title", label=_("Need or expectation"), is_fixed=True, value=lambda row: row.title
    ),
    Column(name="segment", label=_("Segment"), value=lambda row: str(row.segment)),
    Column(name="kind", label=_("Type"), value=lambda row: row.get_kind_display()),
    Column(
        name="strength",
        label=_("Strength"),
        sort="strength",
        is_numeric=True,
        value=lambda row: row.strength,
    ),
    Column(name="mentions", label=_("Mentions"), is_numeric=True, value=lambda row: row.mentions),
    Column(name="trend", label=_("Trend"), value=lambda row: row.recent - row.former),
    Column(name="review", label=_("Review by"), sort="review_on", value=lambda row: row.review_on),
    Column(name="owner", label=_("Owner of the need"), value=lambda row: str(row.owner or "")),
]
STAKEHOLDER_COLUMNS = [
    Column(name="name", label=_("Stakeholder"), sort="name", is_fixed=True, value=str),
    Column(name="segment", label=_("Segment"), value=lambda row: str(row.segment)),
    Column(name="influence", label=_("Influence"), is_numeric=True),
    Column(name="interest", label=_("Interest"), is_numeric=True),
    Column(name="last", label=_("Last talk"), value=lambda row: row.last_on),
    Column(name="owner", label=_("Who keeps in touch"), value=lambda row: str(row.owner or "")),
]
INSIGHT_COLUMNS = [
    Column(name="title", label=_("Insight"), is_fixed=True, value=lambda row: row.title),
    Column(name="state", label=_("State"), value=lambda row: row.get_state_display()),
    Column(name="evidence", label=_("Evidence"), is_numeric=True, value=lambda row: row.proofs),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(name="by", label=_("By"), value=lambda row: str(row.made_by)),
    Column(name="changed", label=_("Changed"), sort="changed_at", value=lambda row: row.changed_at),
]
TEXT_MODEL_COLUMNS = [
    Column(name="name", label=_("Model"), is_fixed=True, value=str),
    Column(name="state", label=_("State"), value=lambda row: row.get_state_display()),
    Column(name="accuracy", label=_("Accuracy"), is_numeric=True, value=lambda row: row.accuracy),
    Column(name="macro_f1", label=_("Macro-F1"), is_numeric=True),
    Column(
        name="texts",
        label=_("Texts it learnt from"),
        is_numeric=True,
        value=lambda row: row.text_count,
    ),
    Column(name="trained", label=_("Trained on"), sort="trained_at"),
]

HEARING_COLUMNS = [
    Column(name="title", label=_("Hearing"), is_fixed=True, value=lambda row: row.title),
    Column(name="state", label=_("State"), value=lambda row: row.get_state_display()),
    Column(name="rules", label=_("Rule set"), value=lambda row: str(row.rules)),
    Column(name="starts", label=_("Session"), value=lambda row: row.starts_at),
    Column(
        name="closes", label=_("Views until"), sort="closes_at", value=lambda row: row.closes_at
    ),
    Column(name="summary", label=_("Summary due"), value=lambda row: row.summary_due_on),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
]
TESTIMONY_COLUMNS = [
    Column(name="body", label=_("Written view"), is_fixed=True, value=lambda row: row.public_body),
    Column(name="stance", label=_("Side"), value=lambda row: row.get_stance_display()),
    Column(name="state", label=_("State"), value=lambda row: row.get_state_display()),
    Column(name="item", label=_("Issue"), value=lambda row: row.item),
    Column(name="who", label=_("Shown name"), value=lambda row: row.shown_name),
    Column(name="way", label=_("Way"), value=lambda row: row.get_way_display()),
    Column(
        name="received", label=_("Received"), sort="received_at", value=lambda row: row.received_at
    ),
    Column(name="reason", label=_("Reason"), value=lambda row: row.get_reason_display()),
]

"""Columns and tabs of this room's lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.listing import Column, View

COLUMNS = [
    Column(name="title", label=_("Improvement"), is_fixed=True, value=lambda row: row.title),
    Column(
        name="stage",
        label=pgettext_lazy("of an improvement", "Stage"),
        value=lambda row: row.get_stage_display(),
    ),
    Column(name="state", label=_("State"), value=lambda row: row.get_state_display()),
    Column(
        name="source", label=_("Where it comes from"), value=lambda row: row.get_source_display()
    ),
    Column(name="due", label=_("To be completed by"), sort="due_on", value=lambda row: row.due_on),
    Column(name="owner", label=_("Responsible"), value=lambda row: str(row.owner or "")),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(
        name="audience",
        label=_("For whom"),
        is_hidden=True,
        value=lambda row: row.get_audience_display(),
    ),
    Column(
        name="started",
        label=_("Started"),
        sort="made_at",
        is_hidden=True,
        value=lambda row: row.made_at,
    ),
    Column(
        name="changed",
        label=_("Changed"),
        sort="changed_at",
        is_hidden=True,
        value=lambda row: row.changed_at,
    ),
]
VIEWS = [
    View(label=_("All")),
    View(label=pgettext_lazy("state of an improvement", "Under way"), query="state=running"),
    View(label=_("I am responsible"), query="state=running&mine=true"),
    View(label=pgettext_lazy("state of an improvement", "Completed"), query="state=done"),
]
RECEIPT_COLUMNS = [
    Column(
        name="title",
        label=_("Guideline"),
        is_fixed=True,
        value=lambda row: row.version.improvement.title,
    ),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(name="sent", label=_("Sent"), sort="sent_at", value=lambda row: row.sent_at),
    Column(
        name="by",
        label=_("To be acknowledged by"),
        value=lambda row: row.acknowledge_by,
    ),
    Column(name="state", label=_("State"), value=lambda row: row.acknowledged_at),
]
RECEIPT_VIEWS = [
    View(label=_("In force")),
    View(label=_("Waiting for acknowledgement"), query="waiting=true"),
]

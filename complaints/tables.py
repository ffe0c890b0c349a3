"""The columns of this room's lists: what is shown, sorted by and written into an export."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agency.listing import Column, View
from agency.provinces import province_name
from complaints.models import Complaint

QUEUE_ORDER = "due_at"
QUEUE_ORDERS = {"closed": "-closed_at", "all": "-received_at"}  # of what has no time limit any more
QUEUE_COLUMNS = [
    Column(
        name="number",
        label=_("Number"),
        sort="number",
        is_fixed=True,
        value=lambda row: row.number,
    ),
    Column(name="subject", label=_("Subject"), is_fixed=True, value=lambda row: row.subject),
    Column(name="status", label=_("Status"), value=lambda row: row.get_status_display()),
    Column(name="due", label=_("Time limit"), sort="due_at", value=lambda row: row.due_at),
    Column(name="officer", label=_("Officer"), value=lambda row: row.officer),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(
        name="received",
        label=_("Received"),
        sort="received_at",
        value=lambda row: row.received_at,
    ),
    Column(name="kind", label=_("Kind"), is_hidden=True, value=lambda row: row.get_kind_display()),
    Column(name="category", label=_("Category"), is_hidden=True, value=lambda row: row.category),
    Column(name="grade", label=_("Grade"), is_hidden=True, value=lambda row: row.grade),
    Column(name="channel", label=_("Channel"), is_hidden=True, value=lambda row: row.channel),
    Column(
        name="stage", label=_("Stage"), is_hidden=True, is_numeric=True, value=lambda row: row.stage
    ),
    Column(
        name="province",
        label=_("Province"),
        is_hidden=True,
        value=lambda row: province_name(row.province),
    ),
    Column(
        name="closed",
        label=_("Closed"),
        sort="closed_at",
        is_hidden=True,
        value=lambda row: row.closed_at,
    ),
]
QUEUE_VIEWS = [
    View(label=_("All open")),
    View(label=_("Mine"), query="scope=mine"),
    View(label=_("My unit"), query="scope=unit"),
    View(label=_("Without an officer"), query="scope=unassigned"),
    View(label=_("Cases I follow"), query="scope=followed"),
    View(label=_("The officer is away"), query="scope=away"),
    View(label=_("Waiting for the complainant"), query="status=waiting"),
    View(label=_("Overdue"), query="timing=overdue"),
    View(label=_("Before the supervisor"), query="scope=escalated"),
    View(label=_("Waits for my review"), query="scope=review"),
    View(label=_("Restricted"), query="scope=restricted"),
    View(label=_("Closed"), query="scope=closed&sort=-closed_at"),
    View(label=_("Open and closed"), query="scope=all&sort=-received_at"),
    View(label=_("Archive"), query="scope=archived&sort=-closed_at"),
]

ESCALATION_ORDER = "raised_at"
ESCALATION_COLUMNS = [
    Column(name="case", label=_("Case"), is_fixed=True),
    Column(name="why", label=_("Reason"), is_fixed=True),
    Column(name="raised", label=_("Since"), sort="raised_at"),
    Column(name="due", label=_("Time limit")),
    Column(name="officer", label=_("Officer")),
    Column(name="touched", label=_("Last activity")),
]
ESCALATION_VIEWS = [
    View(label=_("Waiting for review")),
    View(label=_("Overdue"), query="why=overdue"),
    View(label=_("More time asked for"), query="why=extension"),
    View(label=_("No progress"), query="why=no_progress"),
    View(label=_("Stage 2"), query="why=stage2"),
    View(label=_("Decided"), query="state=decided&sort=-raised_at"),
]

BATCH = 2000


def export_head() -> list[str]:
    """Return the heads of an export, in the language of the person."""
    return [str(column.label) for column in QUEUE_COLUMNS]


def export_rows(found: QuerySet[Complaint]) -> Iterator[list[Any]]:
    """Yield the cells of each case, a batch at a time; no personal data is among them."""
    for row in found.iterator(chunk_size=BATCH):
        yield [column.value(row) for column in QUEUE_COLUMNS if column.value]


CANNED_COLUMNS = [
    Column(name="title", label=_("Title"), sort="title", is_fixed=True),
    Column(name="use", label=_("For")),
    Column(name="unit", label=_("Unit")),
    Column(name="used", label=_("Times used"), sort="used_count", is_numeric=True),
    Column(name="languages", label=_("Languages")),
]

REGISTER_COLUMNS = [
    Column(name="number", label=_("Number"), is_fixed=True),
    Column(name="at", label=_("Numbered"), sort="at"),
    Column(name="paper", label=_("Paper")),
    Column(name="state", label=_("State")),
    Column(name="by", label=_("Numbered by")),
    Column(name="unit", label=_("Register of"), is_hidden=True),
]

ACTION_COLUMNS = [
    Column(name="what", label=_("What is done"), is_fixed=True),
    Column(name="status", label=_("Status")),
    Column(name="due", label=_("Due"), sort="due_on"),
    Column(name="owner", label=_("Responsible")),
    Column(name="unit", label=_("Unit")),
    Column(name="cause", label=_("Cause")),
]

DUE_COLUMNS = [
    Column(name="number", label=_("Number"), is_fixed=True, value=lambda row: row.number),
    Column(name="status", label=_("Status"), value=lambda row: row.get_status_display()),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(name="closed", label=_("Ended"), sort="closed_at", value=lambda row: row.closed_at),
    Column(name="rule", label=_("Rule"), value=lambda row: row.rule_name),
]
DUE_VIEWS = [
    View(label=_("Will be erased")),
    View(label=_("Will go into the archive"), query="what=archive"),
]

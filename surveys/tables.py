"""The columns of this room's lists."""

from django.utils.translation import gettext_lazy as _

from agency.listing import Column

FOLLOWUP_COLUMNS = [
    Column(
        name="survey", label=_("Survey"), is_fixed=True, value=lambda row: row.wave.survey.title
    ),
    Column(name="state", label=_("Status"), value=lambda row: row.get_outcome_display()),
    Column(name="due", label=_("Time limit"), sort="due_at", value=lambda row: row.due_at),
    Column(name="owner", label=_("Owner of the follow-up"), value=lambda row: row.owner),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
]
SURVEY_COLUMNS = [
    Column(name="title", label=_("Survey"), is_fixed=True, value=lambda row: row.title),
    Column(name="code", label=_("Code"), sort="code", value=lambda row: row.code),
    Column(name="kind", label=_("Type"), value=lambda row: row.get_kind_display()),
    Column(name="unit", label=_("Unit"), value=lambda row: row.unit.name),
    Column(name="owner", label=_("Owner of the survey"), value=lambda row: row.owner),
    Column(name="changed", label=_("Changed"), sort="changed_at", value=lambda row: row.changed_at),
]

WAVE_COLUMNS = [
    Column(name="name", label=_("Wave"), is_fixed=True, value=lambda row: row.name),
    Column(name="state", label=_("State"), value=lambda row: row.get_state_display()),
    Column(name="opens", label=_("Opens"), sort="opens_at", value=lambda row: row.opens_at),
    Column(name="closes", label=_("Closes"), sort="closes_at", value=lambda row: row.closes_at),
    Column(name="code", label=_("Short link"), value=lambda row: row.code),
    Column(name="responsible", label=_("Responsible"), value=lambda row: row.responsible),
]

INVITATION_COLUMNS = [
    Column(name="reference", label=_("Reference"), is_fixed=True),
    Column(name="name", label=_("Name")),
    Column(name="email", label=_("E-mail")),
    Column(name="way", label=_("Sent by")),
    Column(name="state", label=_("State")),
    Column(name="spent", label=_("Answered")),
    Column(name="reminders", label=_("Reminders")),
    Column(name="returned", label=_("Came back"), is_fixed=True),
]

UNIT_RESULT_COLUMNS = [
    Column(name="unit", label=_("Unit"), is_fixed=True, value=lambda row: row.unit.name),
    Column(name="wave", label=_("Wave"), value=lambda row: row.wave.name),
    Column(name="state", label=_("State"), value=lambda row: row.acknowledged_at),
    Column(name="sent", label=_("Sent"), sort="sent_at", value=lambda row: row.sent_at),
    Column(name="by", label=_("Acknowledged by"), value=lambda row: row.acknowledged_by),
    Column(name="owner", label=_("responsible for the plan"), value=lambda row: row.plan_owner),
    Column(name="due", label=_("plan done by"), value=lambda row: row.plan_due_on),
]

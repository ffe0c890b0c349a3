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

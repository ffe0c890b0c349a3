"""The nouns of the surveys room."""

from surveys.models.draft import (
    Condition,
    Dimension,
    MatrixRow,
    Option,
    Question,
    QuestionType,
    Rule,
    Section,
)
from surveys.models.invitation import Invitation, Mailing, Way
from surveys.models.paper import PaperBatch
from surveys.models.pulse import FollowUp, Pulse, PulseAsk, ServiceToken
from surveys.models.response import Discrepancy, Keying, RejectedRow, Response
from surveys.models.result import Acknowledgement, Factsheet, ResultNote, Snapshot
from surveys.models.survey import Survey, SurveyKind, Version, usual_bands
from surveys.models.wave import Margin, Mode, Quota, Stratum, Wave, Weighting

__all__ = [
    "Acknowledgement",
    "Condition",
    "Dimension",
    "Discrepancy",
    "Factsheet",
    "FollowUp",
    "Invitation",
    "Keying",
    "Mailing",
    "Margin",
    "MatrixRow",
    "Mode",
    "Option",
    "PaperBatch",
    "Pulse",
    "PulseAsk",
    "Question",
    "QuestionType",
    "Quota",
    "RejectedRow",
    "Response",
    "ResultNote",
    "Rule",
    "Section",
    "ServiceToken",
    "Snapshot",
    "Stratum",
    "Survey",
    "SurveyKind",
    "Version",
    "Wave",
    "Way",
    "Weighting",
    "usual_bands",
]

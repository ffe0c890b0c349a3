"""What a monthly report is made of."""

from pmqa.reports.models.comment import ReportComment
from pmqa.reports.models.fact import ReportFact
from pmqa.reports.models.file import ReportFile
from pmqa.reports.models.point import PointProgress, ReportPoint
from pmqa.reports.models.recipient import Recipient, ReportMail
from pmqa.reports.models.report import Report, State
from pmqa.reports.models.result import ResultEntry, ScoreBand, ScoreRule
from pmqa.reports.models.target import IndicatorTarget

__all__ = [
    "IndicatorTarget",
    "PointProgress",
    "Recipient",
    "Report",
    "ReportComment",
    "ReportFact",
    "ReportFile",
    "ReportMail",
    "ReportPoint",
    "ResultEntry",
    "ScoreBand",
    "ScoreRule",
    "State",
]

"""What a complaint is made of."""

from complaints.models.canned import CANNED_FIELDS, CannedReply
from complaints.models.catalogue import Category, Cause, Grade, Kind
from complaints.models.clock import Clock, ClockPause, DueChange, Extension
from complaints.models.complaint import (
    Assignment,
    Closing,
    Complaint,
    ComplaintText,
    LinkKind,
    Outcome,
    Reader,
    RoutingChange,
    Status,
)
from complaints.models.document import Document, Letterhead, Register, RegisterNumber
from complaints.models.ending import Ending, Referral, RejectionReason
from complaints.models.escalation import Escalation, Milestone
from complaints.models.fanout import SubTask
from complaints.models.imports import ImportRow
from complaints.models.incoming import IncomingLetter
from complaints.models.past_time import PastTime
from complaints.models.policy import DayUnit, Measure, Policy, Step, Target
from complaints.models.prevention import Apart, CorrectiveAction
from complaints.models.rating import Rating
from complaints.models.retention import RetentionRule
from complaints.models.second_look import AnswerReview
from complaints.models.thread import Message
from complaints.models.together import BulkRow, Duty, Rota, Topic, Watch

__all__ = [
    "CANNED_FIELDS",
    "AnswerReview",
    "Apart",
    "Assignment",
    "BulkRow",
    "CannedReply",
    "Category",
    "Cause",
    "Clock",
    "ClockPause",
    "Closing",
    "Complaint",
    "ComplaintText",
    "CorrectiveAction",
    "DayUnit",
    "Document",
    "DueChange",
    "Duty",
    "Ending",
    "Escalation",
    "Extension",
    "Grade",
    "ImportRow",
    "IncomingLetter",
    "Kind",
    "Letterhead",
    "LinkKind",
    "Measure",
    "Message",
    "Milestone",
    "Outcome",
    "PastTime",
    "Policy",
    "Rating",
    "Reader",
    "Referral",
    "Register",
    "RegisterNumber",
    "RejectionReason",
    "RetentionRule",
    "Rota",
    "RoutingChange",
    "Status",
    "Step",
    "SubTask",
    "Target",
    "Topic",
    "Watch",
]

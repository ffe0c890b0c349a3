"""The nouns every room shares."""

from agency.models.attachment import Attachment
from agency.models.audit import AuditEntry
from agency.models.calendar import Calendar, CalendarVersion, Holiday, WorkingInterval
from agency.models.channel import Channel
from agency.models.event import Event
from agency.models.job import Job
from agency.models.notice import Letter, Mail, Notice
from agency.models.partner import PartnerAgency
from agency.models.person import Person
from agency.models.reference import ReferenceState
from agency.models.saved_filter import DefaultView, SavedFilter
from agency.models.segment import Segment
from agency.models.service import Service, ServiceMonth
from agency.models.staff import Role, Staff
from agency.models.task_health import TaskHealth
from agency.models.unit import Unit

__all__ = [
    "Attachment",
    "AuditEntry",
    "Calendar",
    "CalendarVersion",
    "Channel",
    "DefaultView",
    "Event",
    "Holiday",
    "Job",
    "Letter",
    "Mail",
    "Notice",
    "PartnerAgency",
    "Person",
    "ReferenceState",
    "Role",
    "SavedFilter",
    "Segment",
    "Service",
    "ServiceMonth",
    "Staff",
    "TaskHealth",
    "Unit",
    "WorkingInterval",
]

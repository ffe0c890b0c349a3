"""Reference data to look after, and read-only looks at what the portal writes; never the status of a case."""

from agency.admin.base import LookAdmin, ReferenceAdmin, ReferenceInline, day, instant
from agency.admin.calendars import CalendarAdmin, CalendarVersionAdmin, HolidayAdmin
from agency.admin.machinery import (
    AuditEntryAdmin,
    EventAdmin,
    JobAdmin,
    LetterAdmin,
    MailAdmin,
    NoticeAdmin,
    TaskHealthAdmin,
)
from agency.admin.people import StaffAdmin, UnitAdmin
from agency.admin.persons import PersonAdmin
from agency.admin.register import ChannelAdmin, PartnerAgencyAdmin, SegmentAdmin, ServiceAdmin

__all__ = [
    "AuditEntryAdmin",
    "CalendarAdmin",
    "CalendarVersionAdmin",
    "ChannelAdmin",
    "EventAdmin",
    "HolidayAdmin",
    "JobAdmin",
    "LetterAdmin",
    "LookAdmin",
    "MailAdmin",
    "NoticeAdmin",
    "PartnerAgencyAdmin",
    "PersonAdmin",
    "ReferenceAdmin",
    "ReferenceInline",
    "SegmentAdmin",
    "ServiceAdmin",
    "StaffAdmin",
    "TaskHealthAdmin",
    "UnitAdmin",
    "day",
    "instant",
]

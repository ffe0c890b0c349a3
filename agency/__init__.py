"""The ground floor: units, staff, persons, calendar, notices, audit, attachments, search."""

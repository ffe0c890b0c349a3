"""How the notices of self-assessments read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agency import notices


def register() -> None:
    """Say how each kind reads; called from the app's `ready()`."""
    notices.register("assessment.submitted", title=submitted)
    notices.register("assessment.sent_back", title=sent_back)
    notices.register("assessment.judged", title=judged)
    notices.register("assessment.closed", title=closed)


def submitted(data: dict[str, Any]) -> str:
    """Return the sentence for the committee."""
    return _("Self-assessment %(year)s of %(unit)s waits for the committee.") % data


def sent_back(data: dict[str, Any]) -> str:
    """Return the sentence for who submitted."""
    return _("The committee sent self-assessment %(year)s of %(unit)s back.") % data


def judged(data: dict[str, Any]) -> str:
    """Return the sentence for who submitted."""
    return _("The committee judged self-assessment %(year)s of %(unit)s.") % data


def closed(data: dict[str, Any]) -> str:
    """Return the sentence for who submitted."""
    return _("Self-assessment %(year)s of %(unit)s is closed. Its plan goes on.") % data

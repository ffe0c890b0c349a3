"""A name that was given is hidden later, by the complainant (ปกปิดชื่อภายหลัง)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency.refusal import Refused
from complaints.lifecycle.hold import hold, keep, refuse_erased
from complaints.models import Complaint


@transaction.atomic
def hide_name(complaint: Complaint, *, at: datetime) -> Complaint:
    """From now on the desk sees the complainant masked, as if it had been asked for at the filing.

    Only hiding: an identity that was shown in earlier messages or papers stays where it stands, and
    a supervisor or the officer may still look at it against a reason, which is recorded.
    """
    complaint = hold(complaint, is_archive_open=True)
    refuse_erased(complaint)
    if complaint.person_id is None:
        raise Refused(_("No name is recorded with this case, so there is nothing to hide."))
    if complaint.is_identity_masked:
        raise Refused(_("The name is hidden already."))
    complaint.is_identity_masked = True
    return keep(complaint, "name_hidden", "is_identity_masked", by=None, at=at)

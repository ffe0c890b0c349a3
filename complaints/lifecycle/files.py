"""Files that come to a case after its receipt (เอกสารแนบเพิ่มเติม)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agency import attachments
from agency.attachments import Checked
from agency.models import Staff
from agency.refusal import Refused
from complaints.lifecycle.hold import hold, keep
from complaints.models import Complaint, Status


@transaction.atomic
def attach(
    complaint: Complaint,
    *,
    files: Sequence[UploadedFile | Checked],
    is_public: bool = False,
    by: Staff,
    at: datetime,
    expected_version: int | None = None,
) -> Complaint:
    """Keep files with the case (แนบเอกสาร); public ones also stand on the tracking page."""
    complaint = hold(complaint, expected_version=expected_version)
    if complaint.status in Status.ended():
        raise Refused(_("This complaint has ended. Reopen it before adding files."))
    kept = [
        attachments.attach(complaint, file, by=by, at=at, is_public=is_public) for file in files
    ]
    return keep(complaint, "files_added", by=by, at=at, attachments=[each.pk for each in kept])

"""Downloads: the file goes out as a download, never as a page of ours."""

from __future__ import annotations

from typing import cast

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_safe

from agency import attachments
from agency.models import Staff


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Send a file to whoever may see its subject; everybody else learns nothing of it."""
    staff = cast(Staff, request.user)
    found = attachments.visible_attachment(pk, staff=staff)
    if found is None:
        raise Http404
    attachments.note_read(found, by=staff, at=timezone.now())
    return attachments.download(found)

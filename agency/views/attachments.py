"""Downloads: the file goes out as a download, never as a page of ours."""

from __future__ import annotations

from typing import cast

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agency import attachments
from agency.models import Attachment, Staff


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Send a file to whoever may see its subject; everybody else learns nothing of it."""
    staff = cast(Staff, request.user)
    found = attachments.visible_attachment(pk, staff=staff)
    if found is None:
        raise Http404
    attachments.note_read(found, by=staff, at=timezone.now())
    return stream(found)


def stream(found: Attachment) -> FileResponse:
    """Return a file as a download that runs nothing and is kept nowhere."""
    try:
        file = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The file is missing in the storage.")) from error
    response = FileResponse(
        file, as_attachment=True, filename=found.name, content_type=found.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response

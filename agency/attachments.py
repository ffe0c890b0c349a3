"""Attachments (เอกสารแนบ): checked before they are kept, kept apart from the web, read by whoever sees the subject."""

from __future__ import annotations

import hashlib
import os
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import puremagic
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from agency import audit, clamav, pictures
from agency.models import Attachment, Staff
from agency.refusal import Refused
from agency.thai import local_day

NAME_LENGTH = 200
ORPHAN_AGE = timedelta(days=1)
HEAD_BYTES = 8192
UNPACKED_MAX_BYTES = 500 * 1024 * 1024
CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\f\r"))
TYPES = "PDF, JPG, PNG, WEBP, HEIC, DOCX, XLSX, CSV, TXT, MP4, M4A, MP3"


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file that may be attached, and how its content shows that it is one."""

    media_type: str
    magic: frozenset[str] = frozenset()
    member: str = ""
    kept_as: str = ""  # the suffix of what it is turned into


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHONE_PICTURE = Format(media_type="image/jpeg", magic=frozenset({".heif", ".heic"}), kept_as=".jpg")
FORMATS = {
    ".pdf": Format(media_type="application/pdf", magic=frozenset({".pdf"})),
    ".jpg": Format(media_type="image/jpeg", magic=frozenset({".jpg"})),
    ".jpeg": Format(media_type="image/jpeg", magic=frozenset({".jpg"})),
    ".png": Format(media_type="image/png", magic=frozenset({".png"})),
    ".webp": Format(media_type="image/webp", magic=frozenset({".webp"})),
    ".heic": PHONE_PICTURE,
    ".heif": PHONE_PICTURE,
    ".docx": Format(media_type=WORD, magic=frozenset({".docx"}), member="word/document.xml"),
    ".xlsx": Format(media_type=SHEET, magic=frozenset({".xlsx"}), member="xl/workbook.xml"),
    ".csv": Format(media_type="text/csv"),
    ".txt": Format(media_type="text/plain"),
    ".mp4": Format(media_type="video/mp4", magic=frozenset({".mp4"})),
    ".m4a": Format(media_type="audio/mp4", magic=frozenset({".m4a"})),
    ".mp3": Format(media_type="audio/mpeg", magic=frozenset({".mp3", ".mpga"})),
}
ACCEPT = ",".join(FORMATS)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file that may be kept: its clean name, what it is, and its content without hidden data."""

    name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    content: File[bytes]


# Checking


def check(file: File[bytes]) -> Checked:
    """Return a file ready to be kept; refuse it with the sentence that says why and what to do."""
    name = clean_name(file.name or "")
    refuse_size(name, file.size)
    kind = format_of(name)
    refuse_disguise(name, kind, file)
    scan = scan_of(name, file)
    content = without_hidden_data(name, kind, file)
    return Checked(
        name=f"{PurePosixPath(name).stem}{kind.kept_as}" if kind.kept_as else name,
        media_type=kind.media_type,
        size=content.size,
        sha256=digest(content),
        scan=scan,
        content=content,
    )


def clean_name(name: str) -> str:
    """Return the bare name: no folders, no control or direction characters; refuse one that is too long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = " ".join(name.split()).strip(". ")
    if len(name) > NAME_LENGTH:
        raise Refused(
            _(
                "The file name has %(count)s characters. Shorten it to %(limit)s and attach the file again."
            )
            % {"count": len(name), "limit": NAME_LENGTH}
        )
    return name


def refuse_size(name: str, size: int) -> None:
    """Refuse an empty file, and one over the limit before it is read."""
    if size == 0:
        raise Refused(_("The file “%(name)s” is empty. Choose another file.") % {"name": name})
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Refused(
            _(
                "The file “%(name)s” has %(size)s; at most %(limit)s can be attached. Make it smaller or split it."
            )
            % {
                "name": name,
                "size": filesizeformat(size),
                "limit": filesizeformat(settings.ATTACHMENT_MAX_BYTES),
            }
        )


def format_of(name: str) -> Format:
    """Return the format that the name claims; refuse what is not on the list."""
    suffix = PurePosixPath(name.lower()).suffix
    kind = FORMATS.get(suffix)
    if kind is None:
        raise Refused(
            _("Files like “%(name)s” cannot be attached. These can: %(types)s.")
            % {"name": name, "types": TYPES}
        )
    return kind


def refuse_disguise(name: str, kind: Format, file: File[bytes]) -> None:
    """Refuse a file whose content is not what its name says."""
    genuine = is_magic(kind, file) if kind.magic else is_text(file)
    if not genuine or (kind.member and not is_office(kind, file)):
        raise Refused(
            _(
                "The content of “%(name)s” does not fit its name. Save it again in the right format and attach that."
            )
            % {"name": name}
        )


def is_magic(kind: Format, file: File[bytes]) -> bool:
    """Whether the first bytes are those of the format; unknown bytes are not."""
    file.seek(0)
    try:
        found = puremagic.magic_string(file.read(HEAD_BYTES))
    except puremagic.PureError:
        return False
    return any(match.extension in kind.magic for match in found)


def is_text(file: File[bytes]) -> bool:
    """Whether there is no control byte in it, as in every text and in hardly any program."""
    file.seek(0)
    return all(len(chunk.translate(None, CONTROL_BYTES)) == len(chunk) for chunk in file.chunks())


def is_office(kind: Format, file: File[bytes]) -> bool:
    """Whether it is a document without macros, of a size that can be opened."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    names = {member.filename for member in members}
    return (
        kind.member in names
        and not any(name.lower().endswith("vbaproject.bin") for name in names)
        and sum(member.file_size for member in members) <= UNPACKED_MAX_BYTES
    )


def scan_of(name: str, file: File[bytes]) -> str:
    """Return what the virus scanner says, where one is set; refuse what it finds or cannot look at."""
    if not settings.CLAMAV_ADDRESS:
        return Attachment.Scan.NONE
    try:
        is_clean = clamav.is_clean(file, address=settings.CLAMAV_ADDRESS)
    except clamav.Unavailable as error:
        raise Refused(
            _(
                "Files cannot be checked for viruses at the moment. Send the matter without “%(name)s” and add it later."
            )
            % {"name": name}
        ) from error
    if not is_clean:
        raise Refused(
            _("A virus was found in “%(name)s”, so it was not kept. Attach a clean file.")
            % {"name": name}
        )
    return Attachment.Scan.CLEAN


def without_hidden_data(name: str, kind: Format, file: File[bytes]) -> File[bytes]:
    """Return a picture drawn anew, without place and camera; other files as they are."""
    if not kind.media_type.startswith("image/"):
        return file
    try:
        return ContentFile(pictures.redraw(file))
    except pictures.Unreadable as error:
        raise Refused(
            _("The picture “%(name)s” is damaged or too large to open. Attach another copy of it.")
            % {"name": name}
        ) from error


def digest(file: File[bytes]) -> str:
    """Return the SHA-256 of a file, read in pieces, and wind it back to its start."""
    sha256 = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        sha256.update(chunk)
    file.seek(0)
    return sha256.hexdigest()


# Keeping


def attach(
    subject: Model,
    file: File[bytes] | Checked,
    *,
    by: Staff | None,
    at: datetime,
    is_public: bool = False,
) -> Attachment:
    """Keep a file with its subject (แนบเอกสาร), under a random name."""
    checked = file if isinstance(file, Checked) else check(file)
    attachment = Attachment(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        scan=checked.scan,
        is_public=is_public,
        added_by=by,
        added_at=at,
    )
    attachment.file.save(secrets.token_hex(16), checked.content, save=True)
    blur_file_times(attachment, at=at)
    audit.record(subject, "attached", by=by, at=at, attachment=attachment.pk, size=attachment.size)
    return attachment


def copy_to(attachment: Attachment, subject: Model, *, by: Staff, at: datetime) -> Attachment:
    """Keep a copy of a file with another subject, as it was checked; each is erased with its own."""
    with attachment.file.open("rb") as file:
        checked = Checked(
            name=attachment.name,
            media_type=attachment.media_type,
            size=attachment.size,
            sha256=attachment.sha256,
            scan=attachment.scan,
            content=file,
        )
        return attach(subject, checked, by=by, at=at)


def blur_file_times(attachment: Attachment, *, at: datetime) -> None:
    """Let the stored file say no finer instant than the row: an anonymous filing keeps only the day."""
    try:
        path = attachment.file.path
    except NotImplementedError:  # object storage has no paths
        return
    os.utime(path, (at.timestamp(), at.timestamp()))


def sweep_orphans(*, at: datetime) -> int:
    """Delete files whose row never came to be, because the filing failed after them; returns how many.

    Looks at this month and the last one, at files older than a day: none of those is still being filed.
    """
    today = local_day(at)
    months = {today, today.replace(day=1) - timedelta(days=1)}
    return sum(sweep_folder(f"{month:%Y/%m}", at=at) for month in months)


def sweep_folder(folder: str, *, at: datetime) -> int:
    """Delete the files of one folder that no attachment names."""
    if not default_storage.exists(folder):
        return 0
    _folders, names = default_storage.listdir(folder)
    stored = {f"{folder}/{name}" for name in names}
    known = set(Attachment.objects.filter(file__in=stored).values_list("file", flat=True))
    orphans = [
        name for name in stored - known if default_storage.get_modified_time(name) < at - ORPHAN_AGE
    ]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


# Reading


def visible_attachment(pk: int, *, staff: Staff) -> Attachment | None:
    """Return an attachment whose subject the member of staff may see."""
    attachment = Attachment.objects.select_related("content_type").filter(pk=pk).first()
    return attachment if attachment and subject_of(attachment, staff=staff) else None


def subject_of(attachment: Attachment, *, staff: Staff) -> Any:
    """Return what an attachment belongs to, if its own visibility rule lets the person see it."""
    model = attachment.content_type.model_class()
    visible_to = getattr(getattr(model, "objects", None), "visible_to", None)
    if visible_to is None:
        return None
    return visible_to(staff).filter(pk=attachment.object_id).first()


def note_read(attachment: Attachment, *, by: Staff, at: datetime) -> None:
    """Log who opened a file of a restricted matter (บันทึกการเข้าถึง)."""
    subject = subject_of(attachment, staff=by)
    if getattr(subject, "is_restricted", False):
        audit.record(subject, "attachment_read", by=by, at=at, attachment=attachment.pk)


def download(attachment: Attachment) -> FileResponse:
    """Return a file as a download that runs nothing and is kept nowhere; the caller has checked the right."""
    if not attachment.file:
        raise Http404(_("The file was erased because its time of keeping was over."))
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("The file is missing in the storage.")) from error
    response = FileResponse(
        file, as_attachment=True, filename=attachment.name, content_type=attachment.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


# Erasing


def erase_all(subject: Model) -> int:
    """Erase the files of a subject whose time of keeping is over; returns how many.

    The file goes before its row: killed in between, the next run finds the row and goes on.
    """
    found = files_of(subject)
    for attachment in found:
        attachment.file.delete(save=False)
        attachment.delete()
    return len(found)


def empty_all(subject: Model, *, name: str) -> int:
    """Erase the content of a subject's files where other rows go on naming them; returns how many."""
    found = files_of(subject)
    for attachment in found:
        attachment.file.delete(save=False)
        attachment.name, attachment.size = name, 0
        attachment.save(update_fields=["file", "name", "size"])
    return len(found)


def files_of(subject: Model) -> list[Attachment]:
    """Return the files of a subject."""
    content_type = ContentType.objects.get_for_model(subject)
    rows = Attachment.objects.filter(content_type=content_type, object_id=subject.pk)
    return list(rows.order_by("pk"))

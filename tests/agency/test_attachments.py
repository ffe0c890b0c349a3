"""Attachments: what is refused and with which sentence, what is kept, who may read."""

import hashlib
import io
import os
import socket
import struct
import threading
import zipfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from agency import attachments, clamav, pictures
from agency.models import Attachment, AuditEntry, Job
from agency.refusal import Refused
from tests.factories.agency import AttachmentFactory, JobFactory, StaffFactory, UnitFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
PHONE = Path(__file__).parent / "data" / "phone.heic"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture(kind="JPEG", **kwargs):
    page = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(page, kind, **kwargs)
    return page.getvalue()


def with_place():
    """A photo that says where and with what it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[Base.Make] = "Camera Maker"
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (13.0, 45.0, 0.0)
    return picture(exif=exif, comment=b"taken at home")


def sheet():
    page = io.BytesIO()
    openpyxl.Workbook().save(page)
    return page.getvalue()


def archive(**members):
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as packed:
        for name, content in {"[Content_Types].xml": "<Types/>", **members}.items():
            packed.writestr(name, content)
    return page.getvalue()


def document(**members):
    return archive(**{"word/document.xml": "<w:document/>"} | members)


def text_of_case(value):
    """Name a case by its texts: archives differ from process to process."""
    return value if isinstance(value, str) else "content"


def refusal_of(file):
    with pytest.raises(Refused) as refusal:
        attachments.check(file)
    return str(refusal.value)


DISGUISED = "เนื้อหาของไฟล์ “%s” ไม่ตรงกับชนิดไฟล์ตามชื่อ โปรดบันทึกใหม่ให้ถูกชนิดแล้วแนบอีกครั้ง"
KINDS = "PDF, JPG, PNG, WEBP, HEIC, DOCX, XLSX, CSV, TXT, MP4, M4A, MP3"

# Checking


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("คำร้อง.pdf", PDF, "application/pdf"),
        ("ภาพ.jpg", picture(), "image/jpeg"),
        ("ภาพ.JPEG", picture(), "image/jpeg"),
        ("ภาพ.png", picture("PNG"), "image/png"),
        ("ภาพ.webp", picture("WEBP"), "image/webp"),
        ("ตาราง.xlsx", sheet(), attachments.SHEET),
        ("หนังสือ.docx", document(), attachments.WORD),
        ("ข้อมูล.csv", "ชื่อ,จำนวน\r\nก,1\r\n".encode("cp874"), "text/csv"),
        ("เล่า.txt", "เรื่องมีอยู่ว่า…\n😀".encode(), "text/plain"),
        (
            "คลิป.mp4",
            b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(64),
            "video/mp4",
        ),
        (
            "เสียง.m4a",
            b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom" + bytes(64),
            "audio/mp4",
        ),
        ("เสียง.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(64), "audio/mpeg"),
    ],
    ids=text_of_case,
)
def test_what_can_be_attached(name, content, media_type):
    checked = attachments.check(upload(name, content))

    assert (checked.name, checked.media_type, checked.scan) == (name, media_type, "none")
    assert checked.size == checked.content.size


def test_the_digest_is_of_what_is_kept():
    checked = attachments.check(upload("คำร้อง.pdf", PDF))

    assert (checked.size, checked.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())


@pytest.mark.parametrize("name", ["ว่าง.pdf", "ว่าง.txt", "ว่าง.exe"])
def test_an_empty_file_is_refused(name):
    assert refusal_of(upload(name, b"")) == f"ไฟล์ “{name}” ไม่มีข้อมูล โปรดเลือกไฟล์อื่น"


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    class Huge(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read into memory")

        chunks = seek = read

    huge = Huge("ใหญ่.pdf", b"x")
    huge.size = 200 * 1024 * 1024

    assert refusal_of(huge) == (
        "ไฟล์ “ใหญ่.pdf” มีขนาด 200.0\xa0MB แนบได้ไม่เกิน 20.0\xa0MB โปรดลดขนาดหรือแบ่งไฟล์"
    )


def test_a_picture_of_a_phone_becomes_a_jpeg_that_says_nothing_of_the_phone():
    content = PHONE.read_bytes()  # drawn for this test; says "Secret Camera" and a place

    checked = attachments.check(upload("IMG_1.HEIC", content))

    drawn = checked.content.read()
    assert (checked.name, checked.media_type) == ("IMG_1.jpg", "image/jpeg")
    assert (b"Secret Camera" in content, b"Secret Camera" in drawn) == (True, False)
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (48, 32), {})


@pytest.mark.parametrize("length", [1, 64, 500])
def test_a_broken_picture_of_a_phone_is_refused(length):
    assert "IMG_1.HEIC" in refusal_of(upload("IMG_1.HEIC", PHONE.read_bytes()[:length]))


@pytest.mark.parametrize(
    "name", ["virus.exe", "page.html", "drawing.svg", "pack.zip", "noname", ".pdf", ""]
)
def test_other_kinds_are_refused(name):
    shown = name.strip(".")

    assert refusal_of(upload("x", EXE) if not name else upload(name, EXE)) == (
        f"ไม่สามารถแนบไฟล์ประเภทเดียวกับ “{shown or 'x'}” ได้ ประเภทที่แนบได้ ได้แก่ {KINDS}"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("invoice.pdf", EXE),
        ("invoice.jpg", EXE),
        ("invoice.txt", EXE),
        ("invoice.csv", EXE),
        ("invoice.docx", EXE),
        ("invoice.mp3", EXE),
        ("picture.png", picture("JPEG")),
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("table.docx", sheet()),
        ("letter.xlsx", document()),
        ("pack.docx", archive(hello="x")),
        ("torn.docx", document()[:80]),
        ("macro.docx", document(**{"word/vbaProject.bin": "x"})),
        ("noise.pdf", b"\x01\x02\x03\x04"),
    ],
    ids=text_of_case,
)
def test_a_disguise_is_refused(name, content):
    assert refusal_of(upload(name, content)) == DISGUISED % name


def test_a_document_that_would_fill_the_disk_is_refused(monkeypatch):
    monkeypatch.setattr(attachments, "UNPACKED_MAX_BYTES", 10)

    assert refusal_of(upload("bomb.docx", document())) == DISGUISED % "bomb.docx"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/คำร้อง.pdf", "คำร้อง.pdf"),
        ("C:\\Users\\me\\คำร้อง.pdf", "คำร้อง.pdf"),
        ("  คำ   ร้อง.pdf ", "คำ ร้อง.pdf"),
        ("คำ\x00ร้อง\n.pdf", "คำร้อง.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),
        ("<b>{{ x }}</b>.pdf", "b>.pdf"),
        ("😀.pdf", "😀.pdf"),
    ],
)
def test_names_are_cleaned(typed, kept):
    assert attachments.clean_name(typed) == kept


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(Refused) as refusal:
        attachments.clean_name("ก" * 300 + ".pdf")

    assert str(refusal.value) == ("ชื่อไฟล์ยาว 304 ตัวอักษร โปรดย่อให้ไม่เกิน 200 ตัวอักษร แล้วแนบไฟล์อีกครั้ง")


# Pictures


def test_a_photo_is_kept_upright_without_place_and_camera():
    original = with_place()
    assert b"Camera Maker" in original

    checked = attachments.check(upload("ภาพ.jpg", original))

    content = checked.content.read()
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (20, 40))
        assert dict(kept.getexif()) == {}
        assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert [word for word in (b"Camera", b"Exif", b"home") if word in content] == []
    assert checked.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_pictures_of_any_mode_keep_their_look(mode):
    page = io.BytesIO()
    original = Image.new("RGBA", (4, 4), (200, 10, 30, 255)).convert(mode)
    original.save(page, "PNG")

    kept = Image.open(io.BytesIO(pictures.redraw(page)))

    assert kept.convert("RGBA").tobytes() == original.convert("RGBA").tobytes()


def test_a_damaged_picture_is_refused():
    assert refusal_of(upload("ภาพ.png", picture("PNG")[:60])) == (
        "รูปภาพ “ภาพ.png” เสียหายหรือใหญ่เกินกว่าจะเปิดได้ โปรดแนบสำเนาอื่น"
    )


def test_a_picture_with_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 799)

    assert refusal_of(upload("ภาพ.png", picture("PNG"))) == (
        "รูปภาพ “ภาพ.png” เสียหายหรือใหญ่เกินกว่าจะเปิดได้ โปรดแนบสำเนาอื่น"
    )


# Virus scanner


def serve_once(server, seen):
    """Be clamd for one file: keep what is sent, say what is set."""
    wire, _address = server.accept()
    with closing(wire), wire.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        while length := struct.unpack(">I", stream.read(4))[0]:
            seen["content"] += stream.read(length)
        wire.sendall(seen["answer"])


@contextmanager
def clamd(server):
    """Run a tiny clamd on a listening socket."""
    seen = {"answer": b"stream: OK\0", "content": b""}
    thread = threading.Thread(target=serve_once, args=[server, seen])
    thread.start()
    with closing(server):
        yield seen
        thread.join()


@pytest.fixture
def scanner(settings):
    """A tiny clamd that the portal is told to use."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    with clamd(server) as seen:
        yield seen


def test_a_clean_file_is_marked_clean(scanner):
    checked = attachments.check(upload("คำร้อง.pdf", PDF))

    assert (checked.scan, scanner["content"]) == ("clean", PDF)


def test_a_virus_is_refused(scanner):
    scanner["answer"] = b"stream: Eicar-Test-Signature FOUND\0"

    assert refusal_of(upload("คำร้อง.pdf", PDF)) == (
        "พบไวรัสในไฟล์ “คำร้อง.pdf” ระบบจึงไม่ได้เก็บไฟล์นี้ไว้ โปรดแนบไฟล์ที่ปลอดไวรัส"
    )


UNSCANNED = "ขณะนี้ยังตรวจหาไวรัสในไฟล์ไม่ได้ โปรดส่งเรื่องโดยไม่แนบ “คำร้อง.pdf” แล้วเพิ่มไฟล์ในภายหลัง"


def test_an_answer_nobody_understands_is_not_clean(scanner):
    scanner["answer"] = b"INSTREAM size limit exceeded. ERROR\0"

    assert refusal_of(upload("คำร้อง.pdf", PDF)) == UNSCANNED


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "nonsense"])
def test_a_scanner_that_does_not_answer_lets_nothing_through(settings, address):
    settings.CLAMAV_ADDRESS = address

    assert refusal_of(upload("คำร้อง.pdf", PDF)) == UNSCANNED


def test_a_scanner_behind_a_socket_file(tmp_path):
    path = str(tmp_path / "clamd.sock")
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()

    with clamd(server):
        assert clamav.is_clean(upload("a.pdf", PDF), address=path) is True


# Keeping and reading


@pytest.fixture
def officer(db):
    return StaffFactory()


@pytest.fixture
def job(officer):
    """Something only the officer may see."""
    return JobFactory(by=officer)


def test_attach_keeps_the_file_under_a_random_name(officer, job):
    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=officer, at=NOW, is_public=True)

    assert Attachment.objects.values(
        "name", "media_type", "size", "scan", "is_public", "added_by", "added_at", "object_id"
    ).get() == {
        "name": "คำร้อง.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "scan": "none",
        "is_public": True,
        "added_by": officer.pk,
        "added_at": NOW,
        "object_id": job.pk,
    }
    path = Path(kept.file.path)
    assert path.read_bytes() == PDF
    assert (len(path.name), path.suffix) == (32, "")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.at, entry.subject_of) == ("attached", officer, NOW, job)
    assert entry.data == {"attachment": kept.pk, "size": len(PDF)}


def test_what_was_checked_before_is_not_checked_again(officer, job):
    checked = attachments.check(upload("ภาพ.jpg", picture()))

    kept = attachments.attach(job, checked, by=None, at=NOW)

    assert (kept.sha256, kept.added_by) == (checked.sha256, None)
    checked.content.seek(0)
    assert Path(kept.file.path).read_bytes() == checked.content.read()


def test_the_stored_file_says_no_finer_time_than_the_row(job):
    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=None, at=NOW)

    times = Path(kept.file.path).stat()
    assert (times.st_mtime, times.st_atime) == (NOW.timestamp(), NOW.timestamp())


def test_storage_without_paths_keeps_files_too(job, monkeypatch):
    """As in a cloud, where a file has no path and its time cannot be set."""

    def path(file):
        raise NotImplementedError

    monkeypatch.setattr(FieldFile, "path", property(path))

    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=None, at=NOW)

    assert Attachment.objects.get(pk=kept.pk).file.size == len(PDF)


def test_files_without_a_row_are_swept_after_a_day(job):
    kept = Path(attachments.attach(job, upload("คำร้อง.pdf", PDF), by=None, at=NOW).file.path)
    year, month = kept.parent.parent.name, kept.parent.name
    at = datetime(int(year), int(month), 15, tzinfo=UTC)
    attachments.sweep_orphans(at=at)  # what other tests rolled back
    old, fresh = kept.with_name("old"), kept.with_name("fresh")
    for path, age in [(old, timedelta(hours=25)), (fresh, timedelta(hours=23))]:
        path.write_bytes(PDF)
        os.utime(path, (0, (at - age).timestamp()))

    assert attachments.sweep_orphans(at=at) == 1

    assert (old.exists(), fresh.exists(), kept.exists()) == (False, True, True)
    fresh.unlink()


def test_nothing_is_swept_where_nothing_was_filed(db):
    assert attachments.sweep_orphans(at=datetime(2020, 1, 1, tzinfo=UTC)) == 0


def address_of(attachment):
    return reverse("agency:attachment", args=[attachment.pk])


def test_a_download_is_a_download(client, officer, job):
    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=officer, at=NOW)
    client.force_login(officer)

    response = client.get(address_of(kept))

    assert response.getvalue() == PDF
    assert {
        name: response[name]
        for name in (
            "Content-Type",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": (
            "attachment; filename*=utf-8''%E0%B8%84%E0%B8%B3%E0%B8%A3%E0%B9%89%E0%B8%AD%E0%B8%87.pdf"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }


def test_who_may_not_see_the_subject_may_not_read_the_file(client, officer, job):
    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=officer, at=NOW)
    client.force_login(StaffFactory(unit=officer.unit))

    assert client.get(address_of(kept)).status_code == 404


def test_a_visitor_is_sent_to_the_log_in(client, job):
    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=None, at=NOW)

    response = client.get(address_of(kept))

    assert response.url == f"{reverse('agency:login')}?next={address_of(kept)}"


def test_a_subject_without_a_rule_of_visibility_is_seen_by_nobody(client, officer):
    kept = attachments.attach(UnitFactory(), upload("คำร้อง.pdf", PDF), by=officer, at=NOW)
    client.force_login(officer)

    assert client.get(address_of(kept)).status_code == 404


def test_a_file_that_is_gone_is_not_found(client, officer, job):
    kept = attachments.attach(job, upload("คำร้อง.pdf", PDF), by=officer, at=NOW)
    Path(kept.file.path).unlink()
    client.force_login(officer)

    assert client.get(address_of(kept)).status_code == 404


def test_nothing_there_and_nothing_to_post(client, officer, job):
    kept = AttachmentFactory(subject_of=job)
    client.force_login(officer)

    assert client.get(reverse("agency:attachment", args=[kept.pk + 1])).status_code == 404
    assert client.post(address_of(kept)).status_code == 405


def test_reading_a_restricted_matter_is_logged(client, officer, job, monkeypatch):
    kept = AttachmentFactory(subject_of=job)
    client.force_login(officer)

    client.get(address_of(kept)).getvalue()
    assert AuditEntry.objects.count() == 0

    monkeypatch.setattr(Job, "is_restricted", True, raising=False)
    client.get(address_of(kept)).getvalue()
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_of) == ("attachment_read", officer, job)
    assert entry.data == {"attachment": kept.pk}

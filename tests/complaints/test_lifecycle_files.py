"""Files added to a case later."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from agency import audit
from agency.models import Attachment
from complaints import lifecycle
from complaints.lifecycle.files import attach
from tests.factories.complaints import NOW, closed, in_progress

pytestmark = pytest.mark.django_db


def file():
    return SimpleUploadedFile("หลักฐาน.txt", ContentFile("ข้อความ".encode()).read())


def test_files_are_kept_with_the_case_and_recorded():
    case = in_progress()

    kept = attach(case, files=[file(), file()], is_public=True, by=case.officer, at=NOW)

    verbs = [entry.verb for entry in audit.entries_of(case)]
    assert list(Attachment.objects.values_list("object_id", "is_public")) == [(case.pk, True)] * 2
    assert kept.version == case.version + 1
    assert (verbs.count("files_added"), verbs.count("attached")) == (1, 2)


def test_a_closed_case_takes_no_files():
    case = closed()

    with pytest.raises(lifecycle.Refused):
        attach(case, files=[file()], by=case.officer, at=NOW)

    assert not Attachment.objects.exists()


def test_somebody_elses_change_is_told():
    case = in_progress()

    with pytest.raises(lifecycle.Outdated):
        attach(case, files=[file()], by=case.officer, at=NOW, expected_version=case.version - 1)

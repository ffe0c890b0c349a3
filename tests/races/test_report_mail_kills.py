"""Mails of a published report among senders that are killed: each recipient gets one."""

from collections import Counter

import pytest

from agency import outbox
from pmqa.reports.models import Recipient, ReportMail
from tests.indicators.story import open_office
from tests.reports.test_post import LATER, published

SENDER = """
import sys
from datetime import datetime, timedelta
import django
from django.conf import settings
disk = "django.core.files.storage.FileSystemStorage"  # all senders see the one file
settings.STORAGES["default"] = {"BACKEND": disk, "OPTIONS": {"location": sys.argv[2]}}
django.setup()
from pmqa.reports import files, post
files.MAKERS["pdf"] = lambda report: b"%PDF-"
print("ready", flush=True)
sys.stdin.readline()
print(post.send_pending(at=datetime.fromisoformat(sys.argv[1]), stale_after=timedelta(0)), flush=True)
"""


@pytest.fixture
def sender(program, smtp_environment, tmp_path):
    """Starts a sender of reports."""

    def start():
        process = program(SENDER, LATER.isoformat(), tmp_path, **smtp_environment)
        assert process.hear() == "ready"
        process.say()
        return process

    return start


def test_senders_killed_in_the_middle_leave_one_mail_for_each_recipient(sender, smtp_server):
    office = open_office()
    Recipient.objects.bulk_create(
        Recipient(unit=office.root, name=f"{number}", email=f"r{number}@agency.example")
        for number in range(12)
    )
    published(office)
    kills, running = [4], []
    smtp_server.on_accept = lambda mail: len(smtp_server.mails) in kills and running[-1].kill()

    for _run in (*kills, "the last one"):
        running.append(sender())
        running[-1].wait()

    counts = Counter(mail.message_id for mail in smtp_server.mails)
    assert set(counts) == {outbox.message_id(mail.key) for mail in ReportMail.objects.all()}
    assert (len(counts), ReportMail.objects.count()) == (12, 12)
    # Accepted, then killed before it could be noted: comes again under its own Message-ID, once per kill.
    assert counts.total() <= 12 + len(kills)
    assert set(ReportMail.objects.values_list("state", "error")) == {("sent", "")}

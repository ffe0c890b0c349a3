"""The published report by mail: to everybody on the list, once, with the PDF."""

import pytest
from django.urls import reverse

from agency.audit import entries_of
from agency.refusal import Refused
from pmqa.reports import lifecycle, post
from pmqa.reports.models import Recipient, ReportMail
from tests.factories.agency import ExecutiveFactory, SupervisorFactory
from tests.indicators.story import at
from tests.reports.story import CUTOFF, october_of

pytestmark = pytest.mark.django_db

LATER = at(20, month=12)


def listed(unit, name, **facts):
    """Put somebody on the list."""
    return Recipient.objects.create(unit=unit, name=name, email=f"{name}@agency.example", **facts)


def published(office, **facts):
    """Publish October's report."""
    report = october_of(office, **facts)
    supervisor = SupervisorFactory.create(unit=office.root)
    executive = ExecutiveFactory.create(unit=office.root)
    lifecycle.review(report, by=supervisor, at=LATER)
    lifecycle.approve(report, by=executive, at=LATER)
    return lifecycle.publish(report, by=executive, at=LATER), executive


def test_everybody_on_the_list_gets_the_pdf_once_and_who_is_added_later_too(office, smtp_server):
    listed(office.root, "committee")
    listed(office.root, "auditors", language="en")
    listed(office.root, "left", is_active=False)
    listed(office.north, "north")
    office.receive(at(5))
    report, executive = published(office)
    first = post.send_pending(at=LATER)
    with pytest.raises(Refused, match="ครบทุกคน"):
        lifecycle.send(report, by=executive, at=LATER)
    listed(office.root, "latecomer")
    lifecycle.send(report, by=executive, at=LATER)
    second = post.send_pending(at=LATER)

    by_name = {mail.recipients[0].partition("@")[0]: mail.message for mail in smtp_server.mails}
    pdf = next(by_name["committee"].iter_attachments())
    text = by_name["committee"].get_body().get_content()
    assert (first, second, sorted(by_name)) == (2, 1, ["auditors", "committee", "latecomer"])
    assert by_name["committee"]["Subject"].endswith("ตุลาคม 2569")
    assert by_name["auditors"]["Subject"].startswith("Category 3 report")
    assert (pdf.get_filename(), pdf.get_content()[:5]) == ("pmqa3-ROOT-2026-10-v1.pdf", b"%PDF-")
    assert report.get_absolute_url() in text
    assert set(report.words["th"]) <= set(text.replace("\r", "").split("\n\n"))
    assert entries_of(report)[0].verb == "sent_out"


def test_a_mail_that_waits_is_cancelled_when_the_version_is_replaced(office, smtp_server):
    kept = listed(office.root, "committee")
    gone = listed(office.root, "gone")
    first, _executive = published(office)
    second, _executive = published(office, cutoff=at(3, month=11), at=LATER)
    Recipient.objects.filter(pk=gone.pk).update(is_active=False)

    post.send_pending(at=LATER)

    states = {(mail.object_id, mail.recipient): mail.state for mail in ReportMail.objects.all()}
    assert states == {
        (first.pk, kept): "cancelled",
        (first.pk, gone): "cancelled",
        (second.pk, kept): "sent",
        (second.pk, gone): "cancelled",
    }


def test_only_an_executive_sends_a_published_report(client, office):
    draft = october_of(office)
    executive = ExecutiveFactory.create(unit=office.root)

    with pytest.raises(Refused, match="เผยแพร่แล้ว"):
        lifecycle.send(draft, by=executive, at=CUTOFF)
    report, _executive = published(office)
    with pytest.raises(Refused, match="ผู้บริหาร"):
        lifecycle.send(report, by=SupervisorFactory.create(unit=office.root), at=LATER)
    client.force_login(SupervisorFactory.create(unit=office.root))
    assert client.post(reverse("reports:act", args=[report.pk, "send"])).status_code == 403

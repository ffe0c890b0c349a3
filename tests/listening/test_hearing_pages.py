"""Pages of hearings: what everybody may do, what the desk may, what the chair does, and who may not."""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agency.models import Attachment
from listening import models
from listening.lifecycle import hearings, outcomes, speaking, testimonies
from listening.models import Hearing
from tests.factories.agency import StaffFactory, SupervisorFactory, ThaiCalendarFactory
from tests.factories.hearings import (
    CITIZEN,
    ENDS,
    STARTS,
    HearingFactory,
    RuleSetFactory,
    announced,
    sent,
    signed_up,
    view,
    written_hearing,
)
from tests.factories.listening import NOW

pytestmark = pytest.mark.django_db
ANSWER = {"support": "ดี", "oppose": "แพง", "other": "", "change": "partly", "why": "เพิ่มขั้นที่สี่"}


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss(client):
    """A supervisor who is logged in."""
    boss = SupervisorFactory.create()
    client.force_login(boss)
    return boss


def solved(page) -> dict:
    """Return the answer to the sum of a form."""
    asked = page.context["form"].asked
    return {
        "proof_task": page.context["form"].initial["proof_task"],
        "proof_sum": str(asked["one"] + asked["two"]),
        "uid": str(page.context["form"].initial["uid"]),
    }


def desk(name: str, hearing: Hearing, *more) -> str:
    """Return an address on the desk."""
    return reverse(f"listening:{name}", args=[hearing.pk, *more])


def public(name: str, hearing: Hearing, *more) -> str:
    """Return a public address."""
    return reverse(f"listening:{name}", args=[hearing.code, *more])


# Everybody


def test_a_citizen_sends_a_view_and_asks_for_a_second_look(client):
    hearing = written_hearing()
    form = client.get(public("send_view", hearing))
    typed = {"stance": "oppose", "body": "ขอคัดค้าน 🙏 <b>{{x}}</b>", **solved(form)}

    without = client.post(public("send_view", hearing), typed | {"proof_sum": ""})
    done = client.post(public("send_view", hearing), typed)
    again = client.post(public("send_view", hearing), typed)

    assert "ขอคัดค้าน 🙏 &lt;b&gt;{{x}}" in without.content.decode()
    assert done.context["code"] == again.context["code"]
    made = hearing.testimonies.get()
    assert made.body == typed["body"]
    assert "ขอคัดค้าน" in client.get(public("public_views", hearing)).content.decode()
    testimonies.hide([made], reason="abuse", note="คำหยาบ", by=hearing.owner, at=NOW)
    code = {"code": done.context["code"].lower()}
    assert "คำหยาบ" in client.post(public("hearing_mine", hearing), code).content.decode()
    appealed = client.post(
        public("hearing_mine_step", hearing, "appeal"), code | {"words": "ไม่ได้หยาบ"}
    )
    assert appealed.context["appeal"].words == "ไม่ได้หยาบ"
    page = client.get(public("public_views", hearing)).content.decode()
    assert "ขอคัดค้าน" not in page
    assert "ดูหมิ่นหรือข่มขู่: 1" in page


def test_a_view_after_the_end_is_refused_with_what_was_typed(client):
    hearing = written_hearing()
    form = client.get(public("send_view", hearing))
    typed = {"stance": "oppose", "body": "มาช้าไปหนึ่งวินาที", **solved(form)}

    with time_machine.travel(hearing.closes_at, tick=False):
        fresh = solved(client.get(public("send_view", hearing)))
        late = client.post(public("send_view", hearing), typed | fresh)

    assert "พ้นเวลารับความเห็น" in late.content.decode()
    assert "มาช้าไปหนึ่งวินาที" in late.content.decode()
    assert not hearing.testimonies.exists()


def test_a_speaker_signs_up_withdraws_and_asks_for_assistance(client):
    hearing = announced()
    form = client.get(public("speak", hearing))
    typed = {"shown_name": "นาง ก", "way": "phone", **solved(form)}

    no_phone = client.post(public("speak", hearing), typed)
    done = client.post(public("speak", hearing), typed | {"phone": "0812345678"})
    code = {"code": done.context["code"]}
    given_back = client.post(public("hearing_mine_step", hearing, "withdraw"), code)
    wrong = client.post(public("hearing_mine", hearing), {"code": "2222-3333-44"})
    help_form = client.get(public("ask_help", hearing))
    asked = client.post(
        public("ask_help", hearing),
        {"kind": "sign", "name": "นาง ก", "email": "a@example.org", **solved(help_form)},
    )

    assert "phone" in no_phone.context["form"].errors
    assert given_back.context["signup"].state == "withdrawn"
    assert "รหัสนี้ไม่ใช่" in wrong.content.decode()
    assert asked.status_code == 200
    assert hearing.help_requests.get().person.email == "a@example.org"


def test_files_of_other_kinds_are_refused_by_the_rule_set(client):
    hearing = written_hearing(rules=RuleSetFactory.create(file_types=[".pdf"]))
    form = client.get(public("send_view", hearing))
    file = SimpleUploadedFile("ความเห็น.txt", "ไม่เห็นด้วย".encode())

    answer = client.post(
        public("send_view", hearing),
        {"stance": "oppose", "body": "ก", "file": file, **solved(form)},
    )

    assert ".pdf" in str(answer.context["form"].errors["file"])


def test_drafts_are_nobodys_business(client):
    hearing = HearingFactory.create()
    for name in ("public_hearing", "send_view", "speak", "hearing_feed", "screen", "summary_pdf"):
        assert client.get(public(name, hearing)).status_code == 404

    client.force_login(SupervisorFactory.create())
    assert client.get(desk("hearing", hearing)).status_code == 404
    other = announced()
    assert client.get(desk("hearing", other)).status_code == 200
    assert client.get(desk("testimonies", other)).status_code == 403
    assert client.post(desk("session_step", other, "open")).status_code == 403


def test_the_calendar_tells_session_end_and_cancellation(client):
    hearing = announced(place="ห้องประชุม 1")

    calendar = client.get(public("hearing_feed", hearing)).content.decode()
    hearings.cancel_hearing(hearing, reason="เลื่อน", by=hearing.owner, at=NOW)
    feed = client.get(reverse("listening:hearings_feed")).content.decode()

    assert calendar.count("BEGIN:VEVENT") == 2
    assert "STATUS:CANCELLED" in feed


def test_a_late_document_says_so_and_opens_for_everybody(client):
    hearing = announced()
    file = SimpleUploadedFile("ร่าง.txt", "ร่าง".encode())
    made = hearings.add_document(hearing, file, title="ร่างกฎ", by=hearing.owner, at=STARTS)

    page = client.get(public("public_hearing", hearing)).content.decode()
    opened = client.get(public("hearing_document", hearing, made.pk))

    assert "ร่างกฎ" in page
    assert "เผยแพร่ช้า" in page
    assert b"".join(opened.streaming_content).decode() == "ร่าง"
    assert Attachment.objects.get().is_public


# The desk


def test_a_hearing_is_prepared_and_announced_on_the_desk(client, boss):
    ThaiCalendarFactory.create()
    rules = RuleSetFactory.create(parts=[{"code": "matter", "th": "เรื่อง", "en": "Matter"}])
    typed = {
        "rules": rules.pk,
        "title_th": "ร่างระเบียบ",
        "code": "rule-1",
        "summary_th": "จะเปลี่ยนระเบียบ",
        "affected": "ทุกคน",
        "mode": "site",
        "session_on": "7/12/2569",
        "session_from": "09:00",
        "session_until": "12:00",
        "place": "ห้อง 1",
    }
    wrong = client.post(
        reverse("listening:hearing_new"), typed | {"session_from": "", "mode": "site"}
    )
    client.post(reverse("listening:hearing_new"), typed)
    hearing = Hearing.objects.get()
    refused = client.post(desk("hearing_announce", hearing), {"late_reason": ""})
    client.post(desk("item_new", hearing), {"title_th": "ประเด็นหนึ่ง"})
    client.post(desk("hearing_parts", hearing), {"matter-th": "สาระ"})
    client.post(desk("hearing_edit", hearing), typed | {"title_th": "ร่างระเบียบใหม่"})
    client.post(desk("hearing_announce", hearing), {"late_reason": ""})

    hearing.refresh_from_db()
    assert "session_from" in wrong.context["form"].errors
    assert "ขาด" in refused.content.decode()
    assert (hearing.state, hearing.title_th) == ("announced", "ร่างระเบียบใหม่")
    assert hearing.closes_at - hearing.ends_at == timedelta(hours=72)
    for name in ("hearing", "session", "testimonies", "summary_draft", "hearing_links"):
        assert client.get(desk(name, hearing)).status_code == 200, name


def test_the_chair_runs_the_session_and_the_screen_follows(client, boss):
    hearing = announced(owner=boss)
    one, two = signed_up(hearing, shown_name="นาง ก"), signed_up(hearing, shown_name="นาย ข")
    client.post(desk("session_step", hearing, "open"))
    client.post(desk("speaker_step", hearing, one.pk, "call"))
    with time_machine.travel(NOW + timedelta(seconds=190), tick=False):
        over = client.get(public("screen", hearing), headers={"HX-Request": "true"})
        client.post(desk("speaker_step", hearing, one.pk, "more"))
        more = client.get(public("screen", hearing), headers={"HX-Request": "true"})
    client.post(desk("door", hearing), {"shown_name": "คนที่สาม", "way": "site"})
    client.post(desk("speaker_step", hearing, two.pk, "call"))
    board = client.get(desk("session", hearing)).content.decode()

    assert "−0:10" in over.content.decode()
    assert "0:50" in more.content.decode()
    assert "คนที่สาม" in board
    assert client.post(desk("speaker_step", hearing, one.pk, "fly")).status_code == 404
    client.post(desk("session_step", hearing, "close"))
    assert hearing.signups.filter(state="spoke").count() == 2


def test_views_are_moderated_in_bulk_with_one_reason(client, boss):
    hearing = written_hearing(owner=boss, is_premoderated=True)
    rows = [sent(hearing, body=f"ความเห็นที่ {number}") for number in range(3)]
    chosen = {"chosen": [row.pk for row in rows[:2]], "action": "hide"}

    asked = client.post(desk("testimonies_bulk", hearing), chosen)
    client.post(desk("testimonies_bulk", hearing), chosen | {"reason": "advert", "note": ""})
    client.post(desk("testimonies_bulk", hearing), {"chosen": rows[2].pk, "action": "show"})
    client.post(desk("testimony", hearing, rows[2].pk), {"public_body": "แก้แล้ว 0812345678"})

    states = list(hearing.testimonies.order_by("pk").values_list("state", "reason"))
    assert asked.context["rows"] == rows[:2]
    assert states == [("hidden", "advert"), ("hidden", "advert"), ("shown", "")]
    assert hearing.testimonies.get(pk=rows[2].pk).public_body == "แก้แล้ว [โทรศัพท์]"


def test_the_second_look_is_taken_by_another_leader(client, boss):
    hearing = written_hearing(owner=StaffFactory.create(unit=boss.unit))
    row = sent(hearing, person=CITIZEN)
    testimonies.hide([row], reason="abuse", note="", by=hearing.owner, at=NOW)
    testimonies.appeal(row, "ขอให้ดูอีกครั้ง", at=NOW)

    page = client.get(desk("testimony", hearing, row.pk))
    client.post(desk("testimony_decide", hearing, row.pk), {"is_granted": "yes", "answer": "ได้"})

    assert page.context["may_decide"]
    row.refresh_from_db()
    assert row.state == "shown"


def test_paper_and_assistance_are_answered_on_the_desk(client, boss):
    hearing = announced(owner=boss)
    asked = speaking.ask_help(hearing, uid=uuid4(), kind="access", words="", person=None, at=NOW)
    client.post(desk("help_request", hearing, asked.pk), {"is_granted": "no", "answer": "ไม่มีลิฟต์"})
    paper = {"way": "paper", "stance": "oppose", "body": "ไม่เห็นด้วย", "shown_name": "นาย ค"}
    client.post(desk("testimony_new", hearing), paper)
    client.post(desk("testimonies_group", hearing))
    client.post(
        desk("hearing_extend", hearing),
        {"closes_on": "31/12/2569", "closes_time": "16:30", "reason": "มีผู้ขอ"},
    )

    asked.refresh_from_db()
    hearing.refresh_from_db()
    made = hearing.testimonies.get()
    assert (asked.state, made.way, made.entered_by) == ("declined", "paper", boss)
    assert hearing.closes_at.day == 31


def test_the_summary_is_published_and_read_as_page_pdf_and_docx(client, boss):
    hearing = announced(owner=boss)
    item = hearing.items.get()
    sent(hearing, item=item, body="เห็นด้วย", stance="support")
    speaking.open_session(hearing, by=boss, at=STARTS)
    speaking.close_session(hearing, by=boss, at=ENDS)
    with time_machine.travel(hearing.closes_at, tick=False):
        client.force_login(boss)  # weeks later
        client.post(
            desk("minutes", hearing), {"on_site_count": 5, "online_count": 0, "body": "ประชุม"}
        )
        client.post(desk("hearing_answers", hearing), ANSWER | {"items": [item.pk]})
        client.post(desk("summary_draft", hearing))
        corrected = client.post(desk("summary_draft", hearing), {"reason": "แก้จำนวนผู้เข้าร่วม"})

    page = client.get(public("summary", hearing)).content.decode()
    pdf = client.get(public("summary_pdf", hearing))
    docx = client.get(public("summary_docx", hearing), {"number": "1"})
    assert corrected.status_code == 302
    assert "แก้จำนวนผู้เข้าร่วม" in page
    assert "เพิ่มขั้นที่สี่" in page
    document = pdfium.PdfDocument(pdf.content)
    text = "".join(each.get_textpage().get_text_range() for each in document)
    assert "เพิ่มขั้นที่สี่" in text.replace("\r\n", "")
    assert "แก้จำนวนผู้เข้าร่วม" in text.replace("\r\n", "")
    with zipfile.ZipFile(io.BytesIO(docx.content)) as archive:
        words = archive.read("word/document.xml").decode()
    assert "เพิ่มขั้นที่สี่" in words
    assert "แก้จำนวนผู้เข้าร่วม" not in words


@pytest.mark.parametrize("item_count", [1, 3])
def test_lists_cost_the_same_for_one_and_three(client, boss, item_count, django_assert_num_queries):
    for _number in range(item_count):
        hearing = written_hearing(owner=boss)
    for _number in range(item_count):
        testimonies.submit(hearing, view(), at=NOW)
    pages = [
        (reverse("listening:hearings"), 4),
        (desk("testimonies", hearing), 5),
        (reverse("listening:public_hearings"), 5),
        (public("public_views", hearing), 5),
    ]
    for address, count in pages:
        client.get(address)
        with django_assert_num_queries(count):
            assert client.get(address).status_code == 200


def test_what_stands_about_hearings_is_counted_for_the_page(boss, django_assert_num_queries):
    hearing = written_hearing(owner=boss)
    sent(hearing)
    outcomes.group_alike(hearing, by=boss, at=NOW)

    assert models.Testimony.objects.visible_to(boss).count() == 1
    assert models.Testimony.objects.visible_to(SupervisorFactory.create()).count() == 0


def test_openings_of_the_notice_are_counted_but_not_who(client):
    hearing = announced()
    url = reverse("listening:public_hearing", args=[hearing.code])
    client.get(url)
    client.get(url, headers={"Sec-Purpose": "prefetch"})
    client.get(url, headers={"User-Agent": "examplebot/1.0"})
    client.get(url)
    client.force_login(hearing.owner)
    client.get(url)

    assert list(hearing.openings.values_list("count", flat=True)) == [2]

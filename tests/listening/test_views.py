"""The inbox, the voice beside it, outings and registers: what officers do there, and what they may not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.models import Role
from listening.models import Insight, Need, Occasion, Stakeholder, Voice
from tests.factories.agency import (
    ChannelFactory,
    PersonFactory,
    SegmentFactory,
    StaffFactory,
    SupervisorFactory,
    ThaiCalendarFactory,
    UnitFactory,
)
from tests.factories.listening import (
    NOW,
    InsightFactory,
    NeedFactory,
    OccasionFactory,
    StakeholderFactory,
    SuggestionFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db
PAST = NOW - timedelta(days=90)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def unit():
    """A unit with a working calendar."""
    ThaiCalendarFactory()
    return UnitFactory()


@pytest.fixture
def officer(unit, client):
    """An officer who is logged in."""
    staff = StaffFactory(unit=unit, language="en")
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return staff


def words(response):
    """What a page says."""
    return response.content.decode()


def step(voice, verb):
    return reverse("listening:step", args=[voice.pk, verb])


@pytest.mark.parametrize("item_count", [1, 3])
def test_inbox_costs_the_same_for_any_number(
    client, officer, django_assert_num_queries, item_count
):
    channel = ChannelFactory()
    for _turn in range(item_count):
        VoiceFactory(unit=officer.unit, channel=channel)
    client.get(reverse("listening:inbox"))

    with django_assert_num_queries(11):
        response = client.get(reverse("listening:inbox"))

    assert len(response.context["page"].rows) == item_count


def test_inbox_shows_open_voices_of_the_unit_and_finds_inside_words(client, officer):
    mine = VoiceFactory(
        unit=officer.unit, body="อยากให้เพิ่มที่จอดรถ", officer=officer, received_at=PAST
    )
    other = VoiceFactory(unit=officer.unit, body="ขอบคุณมาก", triaged=True, received_at=PAST)
    VoiceFactory(unit=officer.unit, master=mine)
    VoiceFactory()

    def found(query):
        page = client.get(reverse("listening:inbox"), query).context["page"]
        return {row.pk for row in page.rows}

    assert found({}) == {mine.pk, other.pk}
    assert found({"scope": "mine"}) == found({"q": "จอดรถ"}) == {mine.pk}
    assert found({"q": f"V{other.pk}"}) == found({"kind": "suggestion"}) == {other.pk}
    assert found({"scope": "late"}) == {mine.pk, other.pk}
    assert found({"scope": "loop"}) == {other.pk}
    assert found({"q": "จอ"}) == {mine.pk}
    assert found({"scope": "closed"}) == set()


def test_voice_beside_the_list_is_classified_by_one_press(client, officer):
    voice = VoiceFactory(unit=officer.unit)
    SuggestionFactory(voice=voice, value="request", probability="0.91", accuracy="0.83")
    beside = client.get(voice.get_absolute_url(), **HTMX)

    assert "<html" not in words(beside)
    assert "91 %" in words(beside)
    assert "83 %" in words(beside)
    told = {"kind": "complaint", "urgency": "high", "version": 1}
    response = client.post(step(voice, "triage"), told, **HTMX)

    voice.refresh_from_db()
    assert (voice.kind, voice.urgency, voice.triaged_by) == ("complaint", "high", officer)
    assert "voice-settled" in response["HX-Trigger-After-Settle"]
    assert f'id="kind-{voice.pk}" hx-swap-oob="true"' in words(response)
    stale = client.post(step(voice, "triage"), told, **HTMX)
    assert "while you were writing" in words(stale)


def test_sure_suggestion_fills_the_form_and_an_unsure_one_does_not(client, officer):
    voice = VoiceFactory(unit=officer.unit)
    SuggestionFactory(voice=voice, label="sentiment", value="negative", is_filled=True)
    SuggestionFactory(voice=voice, label="urgency", value="high", model_name="urgency")

    form = client.get(voice.get_absolute_url()).context["triage"]

    assert (form["sentiment"].value(), form["urgency"].value()) == ("negative", "normal")


def test_voice_goes_its_way_without_script(client, officer):
    person = PersonFactory(name="นางสมศรี มีสุข", email="a@b.example")
    voice = VoiceFactory(unit=officer.unit, triaged=True, person=person)
    other, need = VoiceFactory(unit=officer.unit), NeedFactory(unit=officer.unit)
    page = words(client.get(voice.get_absolute_url()))
    assert "นางสมศรี มีสุข" not in page

    for verb, told in [
        ("tag", {"need": need.pk, "passage": "รอคิวนานมาก"}),
        ("reply", {"text": "ขอบคุณที่แจ้ง", "way": "letter"}),
        ("assign", {"to": officer.pk}),
        ("close", {"action": "เพิ่มช่องบริการแล้ว"}),
    ]:
        assert client.post(step(voice, verb), told).status_code == 302
    client.post(step(other, "merge"), {"master": f"v{voice.pk}"})
    client.post(step(other, "unmerge"), {})
    client.post(step(other, "convert"), {})

    voice, other = Voice.objects.get(pk=voice.pk), Voice.objects.get(pk=other.pk)
    page = words(client.get(voice.get_absolute_url()))
    assert (voice.status, voice.officer, other.status) == ("closed", officer, "converted")
    assert "เพิ่มช่องบริการแล้ว" in page
    assert "ขอบคุณที่แจ้ง" in page
    assert need.title in page
    client.post(reverse("listening:untag", args=[voice.pk, voice.tags.get().pk]))
    assert not voice.tags.exists()


def test_refused_form_keeps_what_was_typed(client, officer):
    voice = VoiceFactory(unit=officer.unit, triaged=True)

    for verb, told, kept in [
        ("reply", {"text": "ร่างคำตอบ", "way": "letter"}, "ร่างคำตอบ"),
        ("merge", {"master": "V999999"}, "V999999"),
        ("assign", {}, "choose a unit"),
        ("tag", {"passage": "ไม่มีในเสียง"}, "ไม่มีในเสียง"),
    ]:
        response = client.post(step(voice, verb), told)
        assert response.status_code == 200
        assert kept in words(response)
    assert not voice.replies.exists()


def test_bulk_classifies_what_may_be_and_says_the_rest(client, officer):
    open_one, settled = VoiceFactory(unit=officer.unit), VoiceFactory(unit=officer.unit)
    Voice.objects.filter(pk=settled.pk).update(
        status="closed",
        kind="other",
        triaged_at="2026-11-02T03:00Z",
        action="ก",
        closed_at="2026-11-02T03:00Z",
    )
    foreign = VoiceFactory()
    told = {"action": "kind:request", "chosen": [open_one.pk, settled.pk, foreign.pk, "x"]}

    response = client.post(reverse("listening:bulk"), {**told, "next": "//evil"}, follow=True)

    kinds = {voice.pk: voice.kind for voice in Voice.objects.all()}
    assert kinds == {open_one.pk: "request", settled.pk: "other", foreign.pk: ""}
    said = [str(each) for each in response.context["messages"]]
    assert said[0] == "1 voice classified."
    assert "settled" in said[1]
    assert client.post(reverse("listening:bulk"), {"action": "delete"}).status_code == 404


def test_voice_is_taken_in_at_the_desk_and_on_an_outing(client, officer):
    channel = ChannelFactory(mode="proactive")
    response = client.post(
        reverse("listening:occasion_new"),
        {"kind": "field_visit", "title": "ลงพื้นที่ตลาด", "held_on": "1/11/2568"},
    )
    outing = Occasion.objects.get()
    there = reverse("listening:occasion_voice", args=[outing.pk])
    assert response.url == there
    told = {"body": "อยากให้มีรถรับส่ง", "channel": channel.pk, "urgency": "normal"}

    assert client.post(there, {**told, "received_on": "1/11/2568"}).url == there
    desk = client.post(reverse("listening:new"), {**told, "name": "สมชาย", "kind": "request"})
    both = client.post(reverse("listening:new"), {**told, "name": "ก", "is_anonymous": "on"})

    first, second = Voice.objects.order_by("pk")
    assert (first.occasion, first.mode, first.unit) == (outing, "proactive", officer.unit)
    assert first.received_at.isoformat() == "2025-11-01T05:00:00+00:00"
    assert (second.status, second.person.name) == ("triaged", "สมชาย")
    assert desk.url == second.get_absolute_url()
    assert "do not go together" in words(both)
    assert first.body in words(client.get(outing.get_absolute_url()))
    assert outing.title in words(client.get(reverse("listening:occasions")))


def test_registers_are_written_and_changed(client, officer):
    segment = SegmentFactory()
    need = {
        "segment": segment.pk,
        "kind": "need",
        "title": "เปิดวันเสาร์",
        "strength": 4,
        "review_on": "1/12/2569",
        "state": "standing",
    }
    group = {"name": "สมาคมผู้ใช้", "segment": segment.pk, "influence": 3, "interest": 2}
    found = {"title": "คนทำงานมาไม่ทัน", "finding": "หนึ่งในสามมาหลังเลิกงาน"}
    for name, told in [("need", need), ("stakeholder", group), ("insight", found)]:
        response = client.post(reverse(f"listening:{name}_new"), told)
        assert response.status_code == 302, words(response)
        again = reverse(f"listening:{name}_edit", args=[int(response.url.split("/")[-2])])
        assert client.post(again, told).status_code == 302

    twin = client.post(reverse("listening:stakeholder_new"), group)

    assert "of this name" in words(twin)
    assert [model.objects.get().unit for model in (Need, Stakeholder, Insight)] == [
        officer.unit
    ] * 3


def test_registers_gather_evidence_talks_and_comments(client, officer):
    unit = officer.unit
    need, group = NeedFactory(unit=unit), StakeholderFactory(unit=unit)
    insight = InsightFactory(unit=unit)
    proof = {"source": "other", "words": "บันทึกการประชุม"}
    talk = {"kind": "meeting", "held_on": "1/11/2569", "summary": "หารือเรื่องเวลาเปิด"}
    for name, thing, told in [
        ("need_evidence", need, proof),
        ("insight_evidence", insight, proof),
        ("engage", group, talk),
        ("discuss", insight, {"text": "เห็นด้วย"}),
    ]:
        address = reverse(f"listening:{name}", args=[thing.pk])
        assert client.post(address, told).status_code == 302
        assert client.post(address, {}).status_code == 200

    for name, thing, said in [
        ("needs", need, "บันทึกการประชุม"),
        ("stakeholders", group, "หารือเรื่องเวลาเปิด"),
        ("insights", insight, "เห็นด้วย"),
    ]:
        assert str(thing) in words(client.get(reverse(f"listening:{name}")))
        assert said in words(client.get(thing.get_absolute_url()))
    approve = reverse("listening:settle", args=[insight.pk, "approve"])
    assert client.post(approve).status_code == 403
    client.force_login(SupervisorFactory(unit=unit))
    client.post(approve)
    client.post(reverse("listening:settle", args=[insight.pk, "hand-over"]))
    insight.refresh_from_db()
    assert insight.state == "handed_over"


def test_doors_are_closed_to_others(client, officer):
    foreign = [VoiceFactory(), OccasionFactory(), NeedFactory(), StakeholderFactory()]
    foreign.append(InsightFactory())
    voice = VoiceFactory(unit=officer.unit)
    wrong = step(voice, "delete")

    assert [client.get(each.get_absolute_url()).status_code for each in foreign] == [404] * 5
    assert client.post(step(foreign[0], "triage"), {"kind": "other"}).status_code == 404
    assert client.post(wrong).status_code == 404
    assert client.get(step(voice, "triage")).status_code == 405
    auditor = StaffFactory(unit=officer.unit, roles=[Role.AUDITOR])
    client.force_login(auditor)
    need = NeedFactory(unit=officer.unit)
    assert client.get(voice.get_absolute_url()).status_code == 200
    for address in [
        step(voice, "triage"),
        reverse("listening:bulk"),
        reverse("listening:new"),
        reverse("listening:occasion_new"),
        reverse("listening:need_new"),
        reverse("listening:need_edit", args=[need.pk]),
        reverse("listening:need_evidence", args=[need.pk]),
        reverse("listening:discuss", args=[InsightFactory(unit=officer.unit).pk]),
    ]:
        assert client.post(address, {"action": "kind:other"}).status_code == 403
    client.force_login(StaffFactory(unit=officer.unit, roles=[Role.ADMIN]))
    for name in ("inbox", "occasions", "needs"):
        assert client.get(reverse(f"listening:{name}")).status_code == 403


def test_who_only_reads_sees_no_personal_data(client, officer):
    voice = VoiceFactory(
        unit=officer.unit, body="โทร 0812345678", masked_body="โทร [โทรศัพท์]", handle="some_handle"
    )
    worker = words(client.get(voice.get_absolute_url()))
    client.force_login(StaffFactory(unit=officer.unit, roles=[Role.AUDITOR]))
    reader = words(client.get(voice.get_absolute_url()))

    assert "0812345678" in worker
    assert "some_handle" in worker
    assert "[โทรศัพท์]" in reader
    assert "0812345678" not in reader
    assert "some_handle" not in reader

"""Every address of the portal, opened by everybody who may not see a case: nothing of it comes back.

The addresses come from the URL configuration itself: a new route with a parameter that `World` has
no object for fails, so no door stays untried.
"""

import html
import io
import logging
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from urllib.parse import unquote

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RegexPattern

from agency.models import (
    Attachment,
    Channel,
    Job,
    Notice,
    PartnerAgency,
    Role,
    SavedFilter,
    Segment,
    Staff,
    Unit,
)
from agency.persons import PersonData
from complaints import lifecycle, tasks
from complaints.lifecycle.files import attach
from complaints.models import (
    CannedReply,
    Cause,
    Clock,
    Complaint,
    CorrectiveAction,
    Document,
    Escalation,
    ImportRow,
    Kind,
    Policy,
    RetentionRule,
    SubTask,
)
from complaints.views.actions import STEPS
from complaints.views.causes import STEPS as CAUSE_STEPS
from complaints.views.documents import VERBS as PAPER_VERBS
from complaints.views.subtasks import MOVES
from complaints.views.verbs import REVIEWS, VERBS
from listening.views.inbox import STEPS as VOICE_STEPS
from pmqa.alerts import lifecycle as alerts
from pmqa.alerts.models import Alert, AlertRule
from pmqa.assessment import lifecycle as assessments
from pmqa.assessment.views.assessments import VERBS as ASSESSING
from pmqa.improvements import lifecycle as improvements
from pmqa.improvements.views.verbs import VERBS as IMPROVING
from pmqa.indicators.registry import INDICATORS, Shape
from pmqa.reports import lifecycle as reports
from pmqa.reports.codes import Place, code_of
from pmqa.reports.files import MAKERS
from pmqa.reports.models import Report, ReportPoint
from pmqa.reports.views.points import STEPS as POINT_STEPS
from pmqa.reports.views.reports import VERBS as SIGNATURES
from surveys import lifecycle as surveys
from surveys.lifecycle import snapshots
from tests.factories.agency import (
    ChannelFactory,
    JobFactory,
    MailFactory,
    PartnerAgencyFactory,
    SegmentFactory,
    StaffFactory,
    UnitFactory,
)
from tests.factories.complaints import document_of, filing, ready
from tests.factories.improvements import ImprovementFactory, MilestoneFactory
from tests.factories.listening import (
    EngagementFactory,
    EvidenceFactory,
    InsightFactory,
    NeedFactory,
    OccasionFactory,
    VoiceFactory,
    VoiceTagFactory,
)
from tests.factories.surveys import DOCUMENT as QUESTIONNAIRE
from tests.factories.surveys import ResponseFactory, WaveFactory

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 1)
RECEIVED_AT = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)  # Monday 9 November 2569, 10:00 in Bangkok

# What a case says, by the word that gives it away.
ORDINARY = {
    "subject": "หลังคากระเบื้องร่วงหน้าสำนักงานเขต",
    "body": "ชิ้นส่วนตกใส่รถจักรยานยนต์ที่จอดไว้",
    "wish": "ขอให้ชดใช้ค่าซ่อมไฟท้าย",
    "place": "ซอยดอกปีบสามัญ",
    "note": "ช่างประเมินว่าโครงไม้ผุทั้งแนว",
    "letter": "อยู่ระหว่างจัดหาผู้รับเหมามุงใหม่",
    "name": "นางเรณู สมมุติพงศ์",
    "phone": "0891110001",
    "file": "ภาพถ่ายไฟท้ายแตก",
    "content": "เนื้อความในไฟล์แนบเรื่องหลังคา",
    "reason": "รอผลตรวจสอบโครงสร้างจากวิศวกร",
}
RESTRICTED = {
    "subject": "เรียกรับเงินค่าเร่งใบอนุญาตก่อสร้าง",
    "body": "นายช่างคนหนึ่งขอสินน้ำใจสองหมื่นบาท",
    "wish": "ขอให้สอบสวนและคุ้มครองพยาน",
    "place": "ห้องประชุมชั้นลอยอาคารเก่า",
    "note": "พยานบุคคลยืนยันตรงกันสองปาก",
    "letter": "ตั้งคณะกรรมการสอบข้อเท็จจริงแล้ว",
    "name": "นายธวัช อุปโลกน์กุล",
    "phone": "0892220002",
    "file": "คลิปเสียงการต่อรอง",
    "content": "เนื้อความในไฟล์แนบเรื่องสินบน",
    "reason": "รอคำสั่งแต่งตั้งกรรมการจากจังหวัด",
}


@pytest.fixture(autouse=True)
def _no_log():
    """Thousands of refusals, each with its traceback, would take longer than the pages."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


# The world


@dataclass
class World:
    """Two cases with everything about them, and who is who."""

    units: dict[str, Unit]
    named: Staff
    ordinary: Complaint
    restricted: Complaint

    def person(self, place: str, roles: tuple[str, ...]) -> Staff:
        """Return somebody with these roles."""
        is_admin = Role.ADMIN in roles
        return StaffFactory.create(unit=self.units[place], roles=list(roles), is_staff=is_admin)

    def secrets(self, *, is_ordinary_known: bool) -> dict[str, str]:
        """Return what must not come back, by what it is."""
        found = {f"restricted {name}": text for name, text in RESTRICTED.items()}
        found["restricted number"] = self.restricted.number
        if not is_ordinary_known:
            found |= {f"ordinary {name}": text for name, text in ORDINARY.items()}
            found["ordinary number"] = self.ordinary.number
        return found


def tell(told: dict[str, str], *, kind: str, unit, officer: Staff, supervisor: Staff) -> Complaint:
    """Receive a case and work on it until it has a bit of everything."""
    facts = filing(
        kind=kind,
        subject=told["subject"],
        body=told["body"],
        wish=told["wish"],
        place=told["place"],
        channel=Channel.objects.get(),
        person=PersonData(name=told["name"], phone=told["phone"], email="someone@example.com"),
        unit=unit,
    )
    case = lifecycle.receive(facts, by=None, at=RECEIVED_AT).complaint
    case = lifecycle.assign(case, to=officer, by=supervisor, at=RECEIVED_AT)
    case = lifecycle.accept(case, by=officer, at=RECEIVED_AT)
    case = lifecycle.note(case, body=told["note"], by=officer, at=RECEIVED_AT)
    case = lifecycle.send_progress(case, body=told["letter"], by=officer, at=RECEIVED_AT)
    plan = {"what": told["wish"], "owner": officer, "unit": unit, "due_on": NOW.date()}
    lifecycle.plan_action(complaint=case, **plan, by=supervisor, at=RECEIVED_AT)
    for is_public in (False, True):
        name = f"{told['file']}{' สำเนา' * is_public}.txt"
        file = SimpleUploadedFile(name, f"{told['content']} {is_public}".encode())
        case = attach(case, files=[file], is_public=is_public, by=officer, at=RECEIVED_AT)
    lifecycle.fan_out(
        case,
        agencies=[PartnerAgency.objects.get()],
        question=told["note"],
        days=5,
        files=list(Attachment.objects.filter(object_id=case.pk)),
        by=officer,
        at=RECEIVED_AT,
    )
    written = {"subject": told["subject"], "to": "ผู้ร้อง", "body": told["letter"]}
    document_of(case, by=officer, at=RECEIVED_AT, **written)
    lifecycle.ask_extension(case, days=5, reason=told["reason"], by=officer, at=RECEIVED_AT)
    case.refresh_from_db()
    return case


@pytest.fixture
def units():
    """A unit, one beside it, one below, and the root."""
    ready()
    ChannelFactory.create()
    SegmentFactory.create()
    PartnerAgencyFactory.create()
    root = UnitFactory.create()
    here, beside = UnitFactory.create(parent=root), UnitFactory.create(parent=root)
    below = UnitFactory.create(parent=here)
    return {"root": root, "here": here, "beside": beside, "below": below}


@pytest.fixture
def world(units):
    """Two cases in the unit, and what was made of them."""
    here = units["here"]
    named = StaffFactory.create(unit=here, roles=list(WORKING))
    here.restricted_readers.add(named)
    team = {"unit": here, "supervisor": named}
    ordinary = tell(ORDINARY, kind=Kind.SERVICE, officer=StaffFactory.create(unit=here), **team)
    restricted = tell(RESTRICTED, kind=Kind.CORRUPTION, officer=named, **team)
    Escalation.objects.create(complaint=ordinary, why=Escalation.Why.OVERDUE, raised_at=NOW)
    Escalation.objects.create(complaint=restricted, why=Escalation.Why.STAGE2, raised_at=NOW)
    for kind in ("import", "export"):
        told = {"result": {"columns": ["ข้อความ"]}, "state": Job.State.DONE, "created_at": NOW}
        job = JobFactory.create(kind=kind, by=named, **told)
        job.file.save("table.csv", SimpleUploadedFile("table.csv", RESTRICTED["body"].encode()))
        ImportRow.objects.create(job=job, row=2, error=".", values={"ข้อความ": RESTRICTED["body"]})
    for is_shared in (True, False):
        SavedFilter.objects.create(
            owner=named, page="complaints:queue", name=f"v{is_shared}", is_shared=is_shared
        )
    MailFactory.create()
    CannedReply.objects.create(unit=here, title="ข้อความของหน่วย", body_th="{number}")
    a_survey(named)
    a_voice(named)
    an_assessment(named)
    an_improvement(named)
    for unit in (units["root"], here):
        reports.build(unit=unit, month=OCTOBER, cutoff=NOW, by=None, at=NOW)
    an_alert(named)
    with time_machine.travel(NOW, tick=False):
        yield World(units, named, ordinary, restricted)


def an_alert(by: Staff) -> None:
    """Watch the complaints received, and let the rule fire."""
    AlertRule.objects.create(
        unit=by.unit,
        measure="3.4-01:received",
        check_kind="above",
        limit=0,
        made_by=by,
        made_at=NOW,
    )
    alerts.evaluate(at=NOW)


def a_survey(by: Staff) -> None:
    """Begin a survey that those see who see the ordinary case, and publish it."""
    titles = {"title_th": ORDINARY["subject"], "purpose": ORDINARY["body"]}
    made = surveys.begin(
        code="secret", unit=by.unit, by=by, at=NOW, document=QUESTIONNAIRE, **titles
    )
    version = surveys.publish(made, by=by, at=NOW)
    secret = {"channel": "counter", "overall": 4, "comment": ORDINARY["content"]}
    wave = WaveFactory.create(version=version, name_th=ORDINARY["note"], name_en="")
    ResponseFactory.create_batch(12, wave=wave, answers=secret)
    snapshots.build(wave, at=NOW)


def an_assessment(by: Staff) -> None:
    """Assess the unit, with words and a file that those see who see the ordinary case."""
    made = assessments.start(by.unit, year=2570, is_copying=False, by=by, at=NOW)
    item = made.criteria.items.first()
    said = assessments.Entry(level=1, text=ORDINARY["content"], boxes=frozenset())
    assessments.write(made, item, entries=[said], by=by, at=NOW)
    plan = {"action": ORDINARY["note"], "owner": by, "due_on": NOW.date(), "version": 0}
    assessments.plan(made, item.boxes.first(), by=by, at=NOW, **plan)
    apps.get_model("assessment.Exhibit").objects.create(
        assessment=made,
        item=item,
        level=1,
        kind="evidence",
        title=ORDINARY["note"],
        page_count=1,
        added_at=NOW,
        added_by=by,
    )


def a_voice(by: Staff) -> None:
    """Hear a voice with all the registers about it, seen by those who see the ordinary case."""
    outing = OccasionFactory.create(by=by, title=ORDINARY["subject"], notes=ORDINARY["note"])
    channel, segment = Channel.objects.latest("pk"), Segment.objects.get()  # known to everybody
    voice = VoiceFactory.create(
        unit=by.unit, body=ORDINARY["body"], occasion=outing, channel=channel, segment=segment
    )
    need = NeedFactory.create(
        unit=by.unit, title=ORDINARY["wish"], detail=ORDINARY["reason"], segment=segment
    )
    VoiceTagFactory.create(voice=voice, need=need, passage=ORDINARY["body"], by=by)
    EngagementFactory.create(
        by=by,
        stakeholder__unit=by.unit,
        stakeholder__name=ORDINARY["name"],
        stakeholder__segment=segment,
        summary=ORDINARY["note"],
    )
    insight = InsightFactory.create(made_by=by, title=ORDINARY["file"], finding=ORDINARY["reason"])
    EvidenceFactory.create(insight=insight, words=ORDINARY["content"], source="voice", ref=voice.pk)


def an_improvement(by: Staff) -> None:
    """Start an improvement with a plan, seen by those who see the ordinary case."""
    told = {"title": ORDINARY["file"], "problem": ORDINARY["reason"], "idea": ORDINARY["wish"]}
    made = ImprovementFactory.create(made_by=by, source_words=ORDINARY["content"], **told)
    MilestoneFactory.create(improvement=made, what=ORDINARY["note"])
    told = {"text": ORDINARY["letter"], "acknowledge_by": NOW.date()}
    improvements.send_guideline(made, to=[by.unit], by=by, at=RECEIVED_AT, **told)


# The doors


@dataclass(frozen=True)
class Route:
    """An address of the URL configuration: its name, its pattern, its parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]


def routes(resolver=None, *, before: str = "", space: str = "") -> list[Route]:
    """Return every route there is."""
    found = []
    for each in (resolver or get_resolver()).url_patterns:
        pattern = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            found += routes(each, before=pattern, space=inner)
        else:
            is_regex = isinstance(each.pattern, RegexPattern)
            names = each.pattern.regex.groupindex if is_regex else each.pattern.converters
            name = f"{space}{each.name}" if each.name else pattern
            found.append(Route(name, pattern, tuple(names)))
    return found


def keys(model, **facts) -> list[object]:
    """Return the ids of a model's rows."""
    return list(model.objects.filter(**facts).values_list("pk", flat=True))


def known_places(world: World) -> dict[str, list[dict[str, object]]]:
    """Return for each route with parameters what they can be."""
    cases = [world.ordinary, world.restricted]
    numbers = [{"number": case.number} for case in cases]
    pks = [{"pk": case.pk} for case in cases]
    jobs = [{"job_pk": pk} for pk in keys(Job)]
    built = [{"pk": pk} for pk in keys(Report)]
    papers = [{"pk": pk} for pk in keys(Document)]
    measures = [
        {"indicator": indicator.id, "measure": measure.name}
        for indicator in INDICATORS
        for measure in indicator.measures
        if measure.shape != Shape.NONE
    ]
    return {
        "complaints:case": numbers,
        "complaints:case_reply": numbers,
        "complaints:case_stage2": numbers,
        "complaints:case_withdraw": numbers,
        "complaints:case_hide_name": numbers,
        "complaints:case_rate": numbers,
        "offline": [{"language": "th"}, {"language": "en"}],
        "complaints:case_choices": numbers,
        "complaints:mine_open": [{"token": "1:unsigned:x"}],
        "complaints:rate": [{"token": "1-1:unsigned"}],
        "complaints:case_file": [
            {**number, "pk": pk} for number, pk in product(numbers, keys(Attachment))
        ],
        "complaints:exported": jobs,
        "complaints:bulk_result": jobs,
        "complaints:bulk_again": jobs,
        "complaints:imported": jobs,
        "listening:imported": jobs,
        "listening:import_rejected": jobs,
        "complaints:import_rejected": jobs,
        "complaints:review": [
            {"pk": pk, "verb": verb} for pk, verb in product(keys(Escalation), REVIEWS)
        ],
        "complaints:canned_reply": [{"pk": pk} for pk in keys(CannedReply)],
        "complaints:subtask": [{"pk": pk} for pk in keys(SubTask)],
        "complaints:subtask_clock": [{"pk": pk} for pk in keys(SubTask)],
        "complaints:subtask_act": [
            {"pk": pk, "verb": verb} for pk, verb in product(keys(SubTask), MOVES)
        ],
        "complaints:subtask_file": [
            {"pk": pk, "file_pk": file} for pk, file in product(keys(SubTask), keys(Attachment))
        ],
        "complaints:detail": pks,
        "complaints:document": papers,
        "complaints:document_edit": papers,
        "complaints:document_file": [
            {**paper, "kind": kind} for paper, kind in product(papers, ("pdf", "docx"))
        ],
        "complaints:document_act": [
            {**paper, "verb": verb} for paper, verb in product(papers, PAPER_VERBS)
        ],
        "complaints:document_new": [
            {**pk, "kind": kind} for pk, kind in product(pks, Document.Kind.values)
        ],
        "complaints:receipt": pks,
        "complaints:present": pks,
        "complaints:rota": [{"pk": pk} for pk in keys(Unit)],
        "complaints:duty": [{"pk": pk} for pk in keys(Staff)],
        "complaints:follow": pks,
        "complaints:people": pks,
        "complaints:action": [{"pk": pk} for pk in keys(CorrectiveAction)],
        "complaints:action_step": [
            {"pk": pk, "name": name} for pk, name in product(keys(CorrectiveAction), STEPS)
        ],
        "complaints:similar": pks,
        "complaints:similar_decide": [
            {**pk, "other_pk": case.pk} for pk, case in product(pks, cases)
        ],
        "complaints:clock": [
            {"pk": case.pk, "clock_pk": pk} for case, pk in product(cases, keys(Clock))
        ],
        "complaints:act": [{**pk, "verb": verb} for pk, verb in product(pks, VERBS)],
        **{
            f"complaints:{name}": [{"pk": pk} for pk in keys(Policy)]
            for name in (
                *("standard", "standard_draft", "standard_edit"),
                *("standard_publish", "standard_retire"),
            )
        },
        "complaints:cause": [{"pk": pk} for pk in keys(Cause)],
        "complaints:cause_step": [
            {"pk": pk, "name": name} for pk, name in product(keys(Cause)[:2], CAUSE_STEPS)
        ],
        "complaints:retention_rule": [{"pk": pk} for pk in keys(RetentionRule)],
        "agency:view_share": [{"pk": pk} for pk in keys(SavedFilter)],
        "agency:view_offer": [{"pk": pk} for pk in keys(SavedFilter)],
        "agency:view_edit": [{"pk": pk} for pk in keys(SavedFilter)],
        "agency:view_default": [{"pk": pk} for pk in keys(SavedFilter)],
        "agency:view_delete": [{"pk": pk} for pk in keys(SavedFilter)],
        "agency:attachment": [{"pk": pk} for pk in keys(Attachment)],
        "agency:notice": [{"pk": pk} for pk in keys(Notice)],
        "agency:mail": [{"pk": pk} for pk in keys(apps.get_model("agency.Mail"))],
        "agency:job": [{"pk": pk} for pk in keys(Job)],
        "agency:job_cancel": [{"pk": pk} for pk in keys(Job)],
        **survey_places(),
        **voice_places(),
        **hearing_places(),
        **improvement_places(),
        "reports:detail": built,
        "reports:difference": [{**report, "other_pk": 1} for report in built],
        "reports:indicator": [{"code": "3.4-01"}, {"code": "3.2-06"}],
        "trace_code": [{"code": code_of(Place(report=r["pk"], row=0))} for r in built],
        "reports:file": [{**report, "kind": kind} for report, kind in product(built, MAKERS)],
        "reports:figure": [{**report, **measure} for report, measure in product(built, measures)],
        "alerts:alert": [{"pk": pk} for pk in keys(Alert)],
        "alerts:rule": [{"pk": pk} for pk in keys(AlertRule)],
        "alerts:rule_change": [{"pk": pk} for pk in keys(AlertRule)],
        "alerts:rule_mute": [{"pk": pk} for pk in keys(AlertRule)],
        "alerts:rule_unmute": [{"pk": pk} for pk in keys(AlertRule)],
        "reports:points": built,
        "reports:point_add": [
            {**report, "kind": kind} for report, kind in product(built, ReportPoint.Kind.values)
        ],
        "reports:point": [
            {"point_pk": pk, "step": step}
            for pk, step in product(keys(ReportPoint)[:2], POINT_STEPS)
        ],
        "reports:act": [{**report, "verb": verb} for report, verb in product(built, SIGNATURES)],
        **assessment_places(),
        "admin:app_list": [{"app_label": label} for label in ("agency", "complaints", "reports")],
        "admin:agency_calendar_publish": [
            {"pk": pk} for pk in keys(apps.get_model("agency.Calendar"))
        ],
        "admin:agency_person_data": [{"pk": pk} for pk in keys(apps.get_model("agency.Person"))],
        "admin:auth_user_password_change": [{"id": pk} for pk in keys(Staff)[:1]],
        "admin:view_on_site": [
            {
                "content_type_id": apps.get_model("contenttypes.ContentType")
                .objects.get_for_model(case)
                .pk,
                "object_id": case.pk,
            }
            for case in cases
        ],
        "admin/(?P<url>.*)$": [{"url": "nothing"}],
    }


def assessment_places() -> dict[str, list[dict[str, object]]]:
    """Return the self-assessments with their items and evidence."""
    made = [{"pk": pk} for pk in keys(apps.get_model("assessment.Assessment"))]
    items = [{"item_pk": pk} for pk in keys(apps.get_model("assessment.Item"))[:FEW]]
    exhibits = [{"exhibit_pk": pk} for pk in keys(apps.get_model("assessment.Exhibit"))]
    return {
        "assessment:detail": made,
        "assessment:item": [{**one, **item} for one, item in product(made, items)],
        "assessment:evidence_new": [
            {**one, **item, "level": 1} for one, item in product(made, items)
        ],
        "assessment:offers": [{**one, **item, "level": 1} for one, item in product(made, items)],
        "assessment:evidence_remove": [{**one, **each} for one, each in product(made, exhibits)],
        "assessment:step": [
            {**one, "box_pk": pk}
            for one, pk in product(made, keys(apps.get_model("assessment.Box"))[:FEW])
        ],
        "assessment:step_done": [
            {**one, "step_pk": pk}
            for one, pk in product(made, keys(apps.get_model("assessment.PlanStep")))
        ],
        "assessment:followup": [{**one, "months": 6} for one in made],
        "assessment:packed": [{"job_pk": pk} for pk in keys(Job)],
        "assessment:pack": made,
        "assessment:file": [{**one, "kind": kind} for one in made for kind in ("pdf", "docx")],
        "assessment:act": [{**one, "verb": verb} for one, verb in product(made, ASSESSING)],
    }


def voice_places() -> dict[str, list[dict[str, object]]]:
    """Return the voices, outings and registers."""

    def pks(model: str, **more: object) -> list[dict[str, object]]:
        return [{"pk": pk, **more} for pk in keys(apps.get_model(f"listening.{model}"))]

    voices, tags = pks("Voice"), keys(apps.get_model("listening.VoiceTag"))
    outings = [{"occasion_pk": place["pk"]} for place in pks("Occasion")]
    return {
        "listening:voice": voices,
        "listening:step": [{**place, "verb": verb} for place in voices for verb in VOICE_STEPS],
        "listening:untag": [{**place, "tag_pk": tag} for place in voices for tag in tags],
        "listening:occasion": pks("Occasion"),
        "listening:occasion_voice": outings,
        **{f"listening:{name}": pks("Need") for name in ("need", "need_edit", "need_evidence")},
        **{
            f"listening:{name}": pks("Stakeholder")
            for name in ("stakeholder", "stakeholder_edit", "engage")
        },
        **{
            f"listening:{name}": pks("Insight")
            for name in ("insight", "insight_edit", "insight_evidence", "discuss")
        },
        "listening:settle": pks("Insight", verb="approve"),
        "home:segment": [
            {"code": each.code} for each in apps.get_model("agency.Segment").objects.all()
        ],
        "listening:alert": pks("TopicAlert"),
        "listening:alert_step": pks("TopicAlert", verb="seen"),
        "listening:model": pks("TextModel"),
        "listening:model_step": pks("TextModel", verb="switch-off"),
    }


def improvement_places() -> dict[str, list[dict[str, object]]]:
    """Return the improvements with their plans."""
    pks = [{"pk": pk} for pk in keys(apps.get_model("improvements.Improvement"))]
    steps = keys(apps.get_model("improvements.Milestone"))
    return {
        **{f"improvements:{name}": pks for name in ("detail", "edit", "innovation", "coverage")},
        **{
            f"improvements:{name}": [
                {"pk": pk} for pk in keys(apps.get_model("improvements.Receipt"))
            ]
            for name in ("guideline", "acknowledge")
        },
        "improvements:act": [{**pk, "verb": verb} for pk in pks for verb in IMPROVING],
        "improvements:milestone": [
            {**pk, "milestone_pk": step, "verb": "remove"} for pk in pks for step in steps
        ],
        "improvements:new_of_cause": [{"pk": pk} for pk in keys(Cause)[:1]],
        "improvements:new_of_wave": [{"pk": pk} for pk in keys(apps.get_model("surveys.Wave"))],
    }


def hearing_places() -> dict[str, list[dict[str, object]]]:
    """Return the hearings, by number on the desk and by short link for everybody."""
    rows = apps.get_model("listening.Hearing").objects.all()
    pks = [{"pk": row.pk} for row in rows]
    codes = [{"code": row.code} for row in rows]
    desk = (
        "hearing hearing_edit hearing_links hearing_parts hearing_announce hearing_extend"
        " hearing_cancel item_new document_new session door testimonies testimony_new"
        " testimonies_bulk testimonies_group minutes hearing_answers summary_draft"
    )
    public = (
        "public_hearing hearing_feed public_views speak send_view ask_help attend hearing_mine screen"
        " summary summary_pdf summary_docx"
    )
    inside = "item item_step help_request speaker_step testimony testimony_decide hearing_document"
    return {
        **{f"listening:{name}": pks for name in desk.split()},
        **{f"listening:{name}": codes for name in public.split()},
        **{
            f"listening:{name}": [] for name in inside.split()
        },  # tests/listening/test_hearing_pages
        "listening:session_step": [{**place, "verb": "open"} for place in pks],
        "listening:hearing_mine_step": [{**place, "verb": "withdraw"} for place in codes],
    }


RESULT_PAGES = (
    "results results_questions results_groups results_drivers results_texts texts_hand_over"
    " results_method results_spec results_refresh results_export"
    " factsheet factsheet_draw_up factsheet_publish factsheet_pdf cascade cascade_send results_notes"
)


PULSE_PAGES = ("pulse", "pulse_settings", "services", "services_file", "token_give")


def survey_places() -> dict[str, list[dict[str, object]]]:
    """Return the surveys and the parts of their drafts."""
    pks = [{"pk": pk} for pk in keys(apps.get_model("surveys.Survey"))]
    waves = [{"pk": pk} for pk in keys(apps.get_model("surveys.Wave"))]
    names = "detail settings share copy publish archive preview preview_frame builder add_section"
    sections = [
        {**pk, "section_pk": part}
        for pk, part in product(pks, keys(apps.get_model("surveys.Section"))[:1])
    ]
    questions = [
        {**pk, "part_pk": part, "question_pk": part, "kind": "question"}
        for pk, part in product(pks, keys(apps.get_model("surveys.Question"))[:1])
    ]
    asked = [{"pk": pk} for pk in keys(apps.get_model("surveys.Pulse"))]
    followups = [{"pk": pk, "verb": "close"} for pk in keys(apps.get_model("surveys.FollowUp"))]
    return {
        **{f"surveys:{name}": asked for name in PULSE_PAGES},
        **{f"surveys:{name}": followups for name in ("followup", "followup_step")},
        **{f"surveys:{name}": pks for name in names.split()},
        **{
            f"surveys:{name}": [{**pk, "number": 1} for pk in pks]
            for name in ("definition", "xlsform")
        },
        **{f"surveys:{name}": sections for name in ("section", "take", "choose_type")},
        "surveys:add_question": [{**place, "kind": "text"} for place in sections],
        **{f"surveys:{name}": questions for name in ("question", "move", "delete", "rule")},
        "surveys:invited": [{"token": "nobody"}],
        **{
            f"surveys:{name}": [{"code": "nobody"}]
            for name in ("door", "answer", "resume", "thanks", "end_kiosk")
        },
        **{f"surveys:{name}": waves for name in RESULT_PAGES.split()},
        "surveys:factsheet_public": [{"code": "nobody"}],
        "surveys:factsheet_public_pdf": [{"code": "nobody"}],
        **{
            f"surveys:{name}": [{"job_pk": pk} for pk in keys(Job)]
            for name in ("exported", "imported", "import_rejected", "services_result")
        },
        **{
            f"surveys:{name}": [UNKNOWN]
            for name in (
                *("kiosk", "wave", "wave_edit", "wave_open", "wave_extend", "wave_close"),
                *("poster", "line", "void", "invitations", "invite", "letters", "bounce"),
                "invitations_press",
                *("paper", "paper_key", "paper_pdf", "paper_differences", "paper_settle"),
                *("imports", "import_preview"),
                *("unit_result", "unit_acknowledge", "unit_step", "token_withdraw"),
                *("margins", "results_note_remove"),
            )
        },
        "surveys:wave_new": pks,
    }


UNKNOWN = {"pk": 1, "verb": "retry"} | dict.fromkeys(
    ("invitation_pk", "response_pk", "batch_pk", "token_pk", "note_pk", "part"), 1
)
FEW = 3  # rows of each model that are opened in the admin


def places_of(route: Route, known: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """Return what a route's parameters can be; a page of the admin takes rows of its model."""
    if not route.parameters:
        return [{}]
    if route.name in known:
        return known[route.name]
    model = re.match(r"admin/(\w+)/(\w+)/<path:object_id>/", route.pattern)
    if model is None:
        raise LookupError(f"no object for {route.name}: tell known_places() what opens it")
    return [{"object_id": pk} for pk in keys(apps.get_model(*model.groups()))[:FEW]]


def addresses(world: World) -> list[tuple[str, str]]:
    """Return every address of the portal with its route's name; those that log out come last."""
    known = known_places(world)
    found = [
        (route.name, f"/{filled(route.pattern, place)}")
        for route in routes()
        for place in places_of(route, known)
    ]
    return sorted(found, key=lambda each: each[0].endswith("logout"))


def filled(pattern: str, place: dict[str, object]) -> str:
    """Put values into a route's pattern."""
    for name, value in place.items():
        pattern = re.sub(rf"<(\w+:)?{name}>|\^?\(\?P<{name}>[^)]*\)", str(value), pattern)
    return pattern.removesuffix("$")


# The crawl


def text_of(response) -> str:
    """Return all that an answer says: head and body, tables unpacked."""
    head = "\n".join(f"{name}: {unquote(value)}" for name, value in response.items())
    body = b"".join(response) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    return f"{head}\n{html.unescape(body.decode(errors='replace'))}"


def tries(name: str, address: str, world: World) -> list[tuple[str, str, dict[str, object]]]:
    """Return the ways in which an address is asked: as it is, searched, in parts, and written to."""
    cases = [world.ordinary, world.restricted]
    ways: list[tuple[str, str, dict[str, object]]] = [("get", address, {})]
    if name in SEARCHED:
        words = [case.number for case in cases] + [case.subject[:8] for case in cases]
        ways += [("get", address, {"q": each}) for each in words]
        ways += [("htmx", address, {}), ("get", address, {"scope": "closed", "restricted": "true"})]
    if name.endswith("_changelist"):
        ways += [("get", address, {"q": each}) for each in (cases[1].number, cases[1].person.name)]
    if name == "home:home":
        ways += [("get", address, {"as": role}) for role in Role.values]
    chosen = {"chosen": [case.pk for case in cases] + keys(Notice)}
    data = {
        "complaints:bulk": chosen | {"action": "note"},
        "agency:notices_read": chosen,
        "complaints:export": {"kind": "csv", "query": ""},
        "complaints:track": {"number": world.restricted.number, "code": "2222-3333-44"},
    }
    ways.append(("post", address, {"body": "x", "reason": "x", "remark": "x"} | data.get(name, {})))
    if name == "admin:autocomplete":
        ways += [("get", address, asked) for asked in AUTOCOMPLETED]
    return ways


SEARCHED = {
    "complaints:queue",
    "complaints:escalations",
    "agency:notices",
    "agency:mailbox",
    "reports:list",
}
AUTOCOMPLETED = [
    {"app_label": app, "model_name": model, "field_name": name, "term": ""}
    for app, model, name in [
        ("complaints", "category", "default_unit"),
        ("agency", "staff", "deputy"),
        ("complaints", "policy", "category"),
    ]
]


def crawl(
    client: Client, doors: list[tuple[str, str]], *, world: World, secrets: dict[str, str]
) -> set[tuple[str, str]]:
    """Knock at each door; returns what came back by the name of the route."""
    leaks = set()
    for name, address in doors:
        for way, url, data in tries(name, address, world):
            if way == "post":
                response = client.post(url, data)
            else:
                headers = {"HX-Request": "true"} if way == "htmx" else {}
                response = client.get(url, data, headers=headers)
            assert response.status_code < 500, (way, url)
            said, asked = text_of(response), f"{url} {data}"
            leaks |= {
                (name, what)
                for what, secret in secrets.items()
                if secret in said and secret not in asked
            }
    return leaks


def knock(
    client: Client, person: Staff, *, who: str, world: World, secrets: dict[str, str]
) -> set[tuple[str, str]]:
    """Crawl as a person, then fetch the export that the person asked for on the way."""
    doors = addresses(world)
    if who not in IN_THE_ADMIN:
        doors = [door for door in doors if not door[1].startswith("/admin/")]
    client.force_login(person)
    leaks = crawl(client, doors, world=world, secrets=secrets)
    client.force_login(person)
    job = Job.objects.get(by=person, kind="export", state=Job.State.WAITING)
    tasks.export_queue(job.pk)
    job.refresh_from_db()
    written = text_of(client.get(job.url))
    return leaks | {("the export", what) for what, text in secrets.items() if text in written}


def state_of(world: World) -> list[dict[str, object]]:
    """Return the cases as they stand in the database."""
    return list(Complaint.objects.order_by("pk").values())


# Who knocks. A role only ever adds to what a person sees, so one person with all of them stands for
# many. In the admin everybody but administrators meets one closed door, which two of them try.
WORKING = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR)
STRANGERS = {
    "every role beside": ("beside", WORKING),
    "every role below": ("below", WORKING),
    "administrator beside": ("beside", (Role.ADMIN,)),
    "no role here": ("here", ()),
}
NOT_NAMED = {
    "every role here": ("here", WORKING),
    "every role at the root": ("root", WORKING),
    "administrator at the root": ("root", (Role.ADMIN,)),
}
IN_THE_ADMIN = {"every role beside", "administrator beside", "administrator at the root"}
ADMINS_LOOK = {  # administrators see where an ordinary case stands, of any unit, and no more
    ("admin:complaints_complaint_changelist", "ordinary number"),
    ("admin:complaints_complaint_change", "ordinary number"),
    ("admin:complaints_complaint_history", "ordinary number"),
}


DOORS = {  # where the crawler must find the case when it comes as somebody whom it concerns
    *("agency:attachment", "agency:notices", "home:home", "the export"),
    *("complaints:act", "complaints:bulk", "complaints:clock", "complaints:detail"),
    *("complaints:escalations", "complaints:exported", "complaints:import_rejected"),
    *("complaints:queue", "complaints:receipt", "complaints:review"),
    "reports:figure",
}


def test_a_stranger_finds_nothing(client, world):
    before, secrets = state_of(world), world.secrets(is_ordinary_known=False)

    leaks = crawl(client, addresses(world), world=world, secrets=secrets)

    assert leaks == set()
    assert state_of(world) == before


@pytest.mark.parametrize("who", STRANGERS)
def test_people_of_other_units_find_nothing(client, world, who):
    person, before = world.person(*STRANGERS[who]), state_of(world)
    secrets = world.secrets(is_ordinary_known=False)

    leaks = knock(client, person, who=who, world=world, secrets=secrets)

    assert leaks == (ADMINS_LOOK if Role.ADMIN in person.roles else set())
    assert state_of(world) == before


def test_lists_and_figures_of_other_units_do_not_even_count(client, units, request):
    person = StaffFactory.create(unit=units["beside"], roles=list(WORKING))
    cache.clear()  # another test's agency may be remembered
    with time_machine.travel(NOW, tick=False):
        client.force_login(person)
        before = told_by_plain_pages(client)
        request.getfixturevalue("world")
        client.force_login(person)

        assert told_by_plain_pages(client) == before


def told_by_plain_pages(client: Client) -> dict[str, str]:
    """Return what each page without a parameter says, but for what is new in every answer."""
    plain = [route for route in routes() if not route.parameters and "admin" not in route.pattern]
    said = {route.name: text_of(client.get(f"/{route.pattern}")) for route in plain}
    return {name: re.sub(EVER_NEW, "", text) for name, text in said.items()}


EVER_NEW = r'(csrfmiddlewaretoken|draft)" value="[^"]*"|"X-CSRFToken": "[^"]*"|(csrftoken|sessionid)=[^;]*|Expires: .*|expires=[^;]*'


@pytest.mark.parametrize("who", NOT_NAMED)
def test_people_who_are_not_named_find_nothing_of_the_restricted_case(client, world, who):
    person = world.person(*NOT_NAMED[who])
    before = Complaint.objects.filter(pk=world.restricted.pk).values().get()
    secrets = world.secrets(is_ordinary_known=True)

    leaks = knock(client, person, who=who, world=world, secrets=secrets)

    assert leaks == set()
    assert Complaint.objects.filter(pk=world.restricted.pk).values().get() == before


def test_the_crawler_finds_what_a_named_person_sees(client, world):
    secrets = world.secrets(is_ordinary_known=True)

    found = knock(client, world.named, who="named", world=world, secrets=secrets)

    assert DOORS - {name for name, _what in found} == set()
    assert {what for _name, what in found} == set(secrets) - {"restricted name", "restricted phone"}

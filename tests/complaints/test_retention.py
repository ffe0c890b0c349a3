"""Retention: ended cases age, are erased on schedule, and what was counted stays."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse

from agency import attachments, audit, persons
from agency.models import Attachment, AuditEntry, Job, Person, Role
from agency.persons import PersonData
from agency.thai import local_day
from complaints import lifecycle, sla
from complaints.lifecycle import Refused, bulk, erasing, retention
from complaints.lifecycle.files import attach
from complaints.models import (
    AnswerReview,
    BulkRow,
    Closing,
    Complaint,
    ComplaintText,
    Document,
    IncomingLetter,
    Kind,
    Message,
    Rating,
    RetentionRule,
    SubTask,
)
from complaints.selectors import shelves
from pmqa.reports import lifecycle as reports
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import NOW, closed, document_of, in_progress, received

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(days=365)
ARCHIVED = datetime(2028, 11, 10, 18, 0, tzinfo=UTC)  # two years and a week after NOW
ERASED = datetime(2036, 11, 10, 18, 0, tzinfo=UTC)  # ten years and a week after NOW
PERSON = PersonData(name="นางสาวพิมพ์ใจ สมมุติ", phone="0891112222", national_id="1234567890121")


@pytest.fixture
def rule():
    return RetentionRule.objects.create(name_th="ทั่วไป", erase_after_years=10)


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def supervisor(unit):
    return SupervisorFactory.create(unit=unit)


def fresh(complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def age(at) -> tuple[int, int]:
    """Run the nightly task's two halves to their end; returns how many each did."""
    archived = erased = 0
    while done := lifecycle.archive_due(at=at):
        archived += done
    while done := lifecycle.erase_due(at=at):
        erased += done
    return archived, erased


# Which rule holds


@pytest.mark.parametrize(
    ("kind", "grade", "expected"),
    [
        ("service", None, "all"),
        ("service", 3, "grade"),
        ("corruption", None, "kind"),
        ("corruption", 2, "kind"),
        ("corruption", 3, "both"),
    ],
)
def test_the_rule_that_says_most_holds(kind, grade, expected):
    rules = [
        RetentionRule(pk=1, name_th="all"),
        RetentionRule(pk=2, name_th="grade", grade_id=3),
        RetentionRule(pk=3, name_th="kind", kind="corruption"),
        RetentionRule(pk=4, name_th="both", kind="corruption", grade_id=3),
    ]

    assert shelves.rule_for(kind, grade, rules=rules).name_th == expected


def test_without_a_rule_everything_is_kept(unit):
    closed(unit=unit)

    assert age(ERASED) == (0, 0)


@pytest.mark.parametrize(
    "facts",
    [
        {"archive_after_months": 5},
        {"archive_after_months": 24, "erase_after_years": 1},
        {"erase_after_years": 0},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_the_database(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRule.objects.create(name_th="x", **facts)


def test_two_rules_for_one_kind_and_grade_cannot_be(rule):
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRule.objects.create(name_th="x")


# Archive


def test_an_ended_case_is_archived_when_its_time_is_over(rule, unit):
    case, younger = closed(unit=unit), closed(unit=unit, at=NOW + timedelta(days=30))
    still_open = received(unit=unit)

    assert age(ARCHIVED) == (1, 0)
    assert age(ARCHIVED) == (0, 0)

    assert fresh(case).archived_at == ARCHIVED
    assert fresh(younger).archived_at is None
    assert fresh(still_open).archived_at is None
    entry = audit.entries_of(case).get(verb="archived")
    assert (entry.by, entry.data) == (None, {"rule": rule.pk, "version": fresh(case).version})


def test_the_day_counts_from_the_end_of_the_case(rule, unit):
    case = closed(unit=unit)

    assert age(datetime(2028, 11, 2, 3, 0, tzinfo=UTC)) == (0, 0)
    assert age(datetime(2028, 11, 3, 3, 0, tzinfo=UTC)) == (1, 0)
    assert fresh(case).archived_at is not None


def test_a_case_whose_master_is_open_is_not_archived(rule, unit, supervisor):
    master = received(unit=unit)
    case = closed(unit=unit)
    lifecycle.link(case, master=master, kind="repeat", reason="x", by=supervisor, at=NOW)

    assert age(ARCHIVED) == (0, 0)


def test_an_archived_case_is_read_only_until_it_is_taken_out(rule, unit, supervisor):
    case = closed(unit=unit)
    age(ARCHIVED)
    case = fresh(case)

    with pytest.raises(Refused, match="in the archive"):
        lifecycle.note(case, body="x", by=supervisor, at=ARCHIVED)
    case = lifecycle.unarchive(case, reason="ศาลขอ", by=supervisor, at=ARCHIVED)
    lifecycle.note(case, body="x", by=supervisor, at=ARCHIVED)
    assert age(ARCHIVED + timedelta(days=29)) == (0, 0)
    assert age(ARCHIVED + timedelta(days=31)) == (1, 0)


@pytest.fixture(autouse=True)
def _english(english):
    """Sentences as they stand in the code."""


def test_reopening_takes_a_case_out_of_the_archive(rule, unit, supervisor):
    case = closed(unit=unit)
    age(ARCHIVED)

    case = lifecycle.reopen(fresh(case), reason="พบหลักฐานใหม่", by=supervisor, at=ARCHIVED)

    assert (fresh(case).archived_at, fresh(case).closed_at) == (None, None)


def test_what_is_in_use_is_not_taken_out(rule, unit, supervisor):
    case = closed(unit=unit)

    with pytest.raises(Refused, match="not in the archive"):
        lifecycle.unarchive(case, reason="x", by=supervisor, at=NOW)


# Legal hold


def test_a_held_case_is_neither_archived_nor_erased(rule, unit, supervisor):
    case = lifecycle.hold_legally(
        closed(unit=unit), reason="คดีปกครองหมายเลข 1", by=supervisor, at=NOW
    )

    assert age(ERASED) == (0, 0)
    lifecycle.release_hold(case, reason="คดีถึงที่สุด", by=supervisor, at=SOON)
    assert age(ERASED) == (1, 1)
    verbs = audit.entries_of(case).values_list("verb", "reason", "by")
    assert ("legally_held", "คดีปกครองหมายเลข 1", supervisor.pk) in verbs
    assert ("hold_released", "คดีถึงที่สุด", supervisor.pk) in verbs


def test_an_archived_case_that_is_held_is_not_erased(rule, unit, supervisor):
    case = closed(unit=unit)
    age(ARCHIVED)
    lifecycle.hold_legally(fresh(case), reason="x", by=supervisor, at=ARCHIVED)

    assert age(ERASED) == (0, 0)
    assert fresh(case).subject != erasing.ERASED


@pytest.mark.parametrize("verb", ["hold_legally", "release_hold", "unarchive"])
def test_the_verbs_want_a_reason(verb, rule, unit, supervisor):
    case = closed(unit=unit)
    if verb != "hold_legally":
        age(ARCHIVED)
        Complaint.objects.filter(pk=case.pk).update(legal_hold_at=NOW)

    with pytest.raises(Refused, match="Please say"):
        getattr(lifecycle, verb)(fresh(case), reason=" ", by=supervisor, at=NOW)


def test_a_case_is_held_once_and_released_once(unit, supervisor):
    case = closed(unit=unit)

    with pytest.raises(Refused, match="not under legal hold"):
        lifecycle.release_hold(case, reason="x", by=supervisor, at=NOW)
    lifecycle.hold_legally(case, reason="x", by=supervisor, at=NOW)
    with pytest.raises(Refused, match="already"):
        lifecycle.hold_legally(case, reason="x", by=supervisor, at=NOW)


def test_a_hold_on_the_person_keeps_the_case_too(rule, unit, supervisor):
    case = closed(unit=unit, person=PERSON)
    other = persons.record(PersonData(name="น"), at=NOW)
    persons.merge(other, into=case.person, by=supervisor, at=NOW, reason="คนเดียวกัน แน่นอน")
    reason = "ศาลปกครองขอข้อมูล"
    persons.hold(other, is_held=True, by=supervisor, at=NOW, reason=reason)

    assert age(ERASED) == (1, 0)
    persons.hold(other, is_held=False, by=supervisor, at=NOW, reason=reason)
    assert age(ERASED) == (0, 1)


# Erasure


@pytest.fixture
def told(rule, unit, supervisor):
    """A case with everything that is erased."""
    case = in_progress(
        unit=unit, person=PERSON, wish="ขอให้คืนเงิน", place="ซอยดอกปีบ", district="เมือง"
    )
    officer = case.officer
    file = SimpleUploadedFile("a.txt", "พิมพ์ใจ".encode())
    case = attach(case, files=[file], by=officer, at=NOW)
    lifecycle.ask_extension(case, days=5, reason="รอผล", by=officer, at=NOW)
    extension = case.clocks.get(measure="stage1").extensions.get()
    case = lifecycle.decide_extension(
        extension, granted=True, remark="เห็นควร", by=supervisor, at=NOW
    )
    case = lifecycle.answer(case, body="เรียนคุณพิมพ์ใจ", by=officer, at=NOW)
    return lifecycle.close(
        case, outcome="upheld", cause="คิวยาว", learning="เพิ่มช่อง", by=officer, at=NOW
    )


def everything_of(case) -> str:
    """Return every word that hangs on a case."""
    words = [fresh(case).__dict__, *Message.objects.values(), *ComplaintText.objects.values()]
    words += Person.objects.values()
    for model, (way, names) in erasing.TEXTS.items():
        words += model.objects.filter(**{way: case}).values(*names)
    return repr(words)


def test_erasure_takes_person_words_and_files_and_leaves_what_was_counted(told):
    path = Attachment.objects.get().file
    closing = Closing.objects.values().get()
    clocks = list(told.clocks.values("measure", "elapsed_days", "result", "due_at"))

    assert age(ERASED) == (1, 1)
    assert age(ERASED) == (0, 0)

    said = everything_of(told)
    for secret in ("พิมพ์ใจ", "0891112222", "ดอกปีบ", "คืนเงิน", "คิวยาว", "เพิ่มช่อง", "เห็นควร", "รอผล"):
        assert secret not in said
    assert not path.storage.exists(path.name)
    assert not Attachment.objects.exists()
    case = fresh(told)
    assert (case.subject, case.district, case.person_id) == (erasing.ERASED, "เมือง", told.person_id)
    assert Closing.objects.values().get() == closing
    assert list(case.clocks.values("measure", "elapsed_days", "result", "due_at")) == clocks
    entry = audit.entries_of(case).get(verb="text_erased")
    assert entry.data["is_person_erased"] is True
    assert AuditEntry.objects.filter(object_id=told.person_id, verb="erased").exists()


SAID = "พิมพ์ใจ สมมุติ"


@pytest.fixture
def worked_on(told, unit):
    """The same case with all that is written while people work together on it."""
    officer = told.officer
    paper = document_of(told, by=officer, to=SAID, subject=SAID, body=SAID)
    paper.pdf = attachments.attach(paper, SimpleUploadedFile("พิมพ์ใจ.txt", b"x"), by=officer, at=NOW)
    paper.save(update_fields=["pdf"])
    IncomingLetter.objects.create(complaint=told, text=SAID)
    SubTask.objects.create(
        complaint=told,
        number=1,
        unit=UnitFactory.create(),
        question=SAID,
        reply=SAID,
        asked_by=officer,
        asked_at=NOW,
        days=5,
        calendar_version=told.clocks.first().calendar_version,
        due_at=NOW,
        state="replied",
        ended_at=NOW,
    )
    Rating.objects.create(
        complaint=told, answered_at=NOW, score=5, comment=SAID, first_at=NOW, at=NOW
    )
    draft = Message.objects.filter(complaint=told).earliest("pk")
    AnswerReview.objects.create(
        complaint=told,
        draft=draft,
        drafted_by=officer,
        asked_at=NOW,
        decided_at=NOW,
        decision="dropped",
        reason=SAID,
    )
    lifecycle.note(told, body=f"@{officer.username} {SAID}", by=officer, at=NOW)
    job = Job.objects.create(
        kind="bulk",
        by=officer,
        state="done",
        created_at=NOW,
        arguments={"verb": "note", "told": {"body": SAID}},
    )
    BulkRow.objects.create(
        job=job, complaint=told, version=1, state=BulkRow.State.REFUSED, sentence="x"
    )
    return fresh(told)


def test_erasure_takes_papers_letters_sub_tasks_reviews_ratings_and_bulk_texts(worked_on):
    job, paper = Job.objects.get(), Document.objects.get()
    assert SAID in everything_of(worked_on)
    Complaint.objects.filter(pk=worked_on.pk).update(touched_at=NOW)

    assert age(ERASED) == (1, 1)

    assert "พิมพ์ใจ" not in everything_of(worked_on)
    assert "พิมพ์ใจ" not in repr([*Job.objects.values(), *Attachment.objects.values()])
    paper.refresh_from_db()
    assert (paper.pdf.size, bool(paper.pdf.file)) == (0, False)
    with pytest.raises(Refused, match="erased with the cases"):
        bulk.refused_of(job.__class__.objects.get(), by=worked_on.officer)


def test_a_rule_may_keep_the_words(told, rule):
    rule.content = RetentionRule.Content.KEEP
    rule.save(update_fields=["content"])

    assert age(ERASED) == (1, 1)

    assert fresh(told).subject == told.subject
    assert Attachment.objects.exists()
    assert Person.objects.get().name == ""


def test_a_rule_without_years_erases_nothing(told, rule):
    rule.erase_after_years = None
    rule.save(update_fields=["erase_after_years"])

    assert age(ERASED) == (1, 0)


def test_a_person_is_kept_until_the_last_case(rule, unit):
    first = closed(unit=unit, person=PERSON)
    second = closed(unit=unit, person=PERSON, at=NOW + timedelta(days=400))
    assert first.person_id == second.person_id

    assert age(ERASED) == (2, 1)
    assert fresh(first).erased_at
    assert Person.objects.get().name
    assert age(ERASED + timedelta(days=400)) == (0, 1)
    assert Person.objects.get().erased_at


def test_a_person_with_an_open_case_is_kept(rule, unit):
    closed(unit=unit, person=PERSON)
    received(unit=unit, person=PERSON)

    assert age(ERASED) == (1, 1)
    assert Person.objects.get().name


def test_a_rule_that_became_shorter_erases_words_and_person_by_it(rule, unit):
    closed(unit=unit, person=PERSON)
    RetentionRule.objects.update(erase_after_years=5)

    assert age(datetime(2031, 11, 10, 18, tzinfo=UTC)) == (1, 1)
    assert Person.objects.get().erased_at


def test_the_end_of_a_case_says_until_when_its_person_is_kept(rule, unit, supervisor):
    case = closed(unit=unit, person=PERSON)
    years = rule.erase_after_years

    first = Person.objects.get().retain_until
    later = NOW + timedelta(days=40)
    lifecycle.reopen(case, reason="x", by=supervisor, at=later)
    moved = Person.objects.get().retain_until

    day = local_day(NOW)
    assert (first, moved) == (
        day.replace(year=day.year + years),
        sla.months_after(local_day(later), 12 * years),
    )
    assert persons.retention(at=later + timedelta(days=366 * (years + 1))) == 0  # still open


def test_what_ends_without_an_answer_keeps_its_person_as_long(rule, unit, supervisor):
    case = in_progress(unit=unit, person=PERSON)
    lifecycle.withdraw(case, body="โทรมาถอนเรื่อง", by=supervisor, at=NOW)
    anonymous = in_progress(unit=unit, is_anonymous=True)
    lifecycle.withdraw(anonymous, body="x", by=supervisor, at=NOW)

    day = local_day(NOW)
    assert Person.objects.get().retain_until == day.replace(year=day.year + rule.erase_after_years)


def test_an_erased_case_takes_nothing_any_more(told, supervisor):
    age(ERASED)

    for verb in ("reopen", "hold_legally", "unarchive"):
        with pytest.raises(Refused, match="were erased"):
            getattr(lifecycle, verb)(fresh(told), reason="x", by=supervisor, at=ERASED)


def test_the_database_erases_no_held_case(told):
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=told.pk).update(
            archived_at=NOW, erased_at=NOW, legal_hold_at=NOW
        )


def test_killed_after_the_files_the_next_run_finishes(told):
    with (
        mock.patch.object(retention.audit, "record", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        age(ERASED)
    assert Attachment.objects.exists()
    assert fresh(told).erased_at is None

    assert age(ERASED) == (0, 1)
    assert not Attachment.objects.exists()


def test_built_reports_and_counted_months_do_not_change(told, unit):
    month = date(2026, 11, 1)
    cutoff = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    report = reports.build(unit=unit, month=month, cutoff=cutoff, by=None, at=cutoff)
    facts = list(report.facts.order_by("pk").values())

    age(ERASED)

    again = reports.figures_of(unit, month=month, cutoff=cutoff, tell=reports.nothing)
    assert facts
    assert list(report.facts.order_by("pk").values()) == facts
    assert reports.hash_of(again) == report.sha256


# Every column of words is named


def ways_to_a_case(model) -> list[str]:
    """Return the fields by which a row hangs on a case."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Complaint
    ]


def test_every_column_of_words_is_erased_or_named_as_kept():
    hanging = [
        model for model in apps.get_app_config("complaints").get_models() if ways_to_a_case(model)
    ]
    hanging += [model for model in erasing.TEXTS if model not in hanging]
    forgotten = {}
    for model in hanging:
        label = model._meta.label_lower
        named = set(erasing.TEXTS.get(model, ("", ()))[1]) | erasing.KEPT.get(label, set())
        named |= set(erasing.OWN_TEXTS) if model is Complaint else set()
        words = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        }
        if words - named:
            forgotten[label] = words - named

    assert forgotten == {}


# Screens


def test_archived_cases_leave_the_lists_and_stay_findable(client, rule, unit):
    officer = StaffFactory.create(unit=unit)
    case, younger = closed(unit=unit), closed(unit=unit, at=NOW + timedelta(days=30))
    age(ARCHIVED)
    client.force_login(officer)

    def shown(query):
        page = client.get(f"/complaints/?{query}").context["page"]
        return [row.number for row in page.rows]

    assert shown("scope=closed") == [younger.number]
    assert shown("scope=all") == [younger.number]
    assert shown(f"q={case.number}") == []
    assert shown("scope=archived&sort=-closed_at") == [case.number]
    assert shown(f"scope=archived&q={case.number}") == [case.number]


def test_the_list_of_held_cases(client, unit, supervisor):
    case = lifecycle.hold_legally(closed(unit=unit), reason="x", by=supervisor, at=NOW)
    closed(unit=unit)
    client.force_login(supervisor)

    page = client.get("/complaints/?scope=held").context["page"]

    assert [row.number for row in page.rows] == [case.number]


def test_a_supervisor_holds_and_releases_on_the_page(client, unit, supervisor):
    case = closed(unit=unit)
    client.force_login(supervisor)

    def press(verb):
        url = reverse("complaints:act", args=[case.pk, verb])
        told = {"reason": "คดี", "expected_version": fresh(case).version}
        return client.post(url, told, follow=True).content.decode()

    assert "ระงับการลบตั้งแต่" in press("hold_legally")
    assert "ระงับการลบตั้งแต่" not in press("release_hold")


def test_an_officer_holds_nothing(client, unit):
    client.force_login(StaffFactory.create(unit=unit))

    url = reverse("complaints:act", args=[closed(unit=unit).pk, "hold_legally"])

    assert client.get(url).status_code == 403


def a_thousand_like(case) -> None:
    """Write cases of every kind that ended over three years, two thirds of them archived, one erased."""
    facts = {
        field.attname: getattr(case, field.attname)
        for field in Complaint._meta.concrete_fields
        if not field.primary_key
    }
    Complaint.objects.bulk_create(
        Complaint(
            **facts
            | {
                "number": f"2560-{n:06}",
                "kind": Kind.values[n % 7],
                "closed_at": NOW + timedelta(days=n),
                "archived_at": NOW + timedelta(days=n) if n % 3 else None,
                "erased_at": NOW + timedelta(days=n) if n % 3 == 1 else None,
            }
        )
        for n in range(1000)
    )


def test_candidates_are_found_by_the_partial_indexes(rule, unit):
    a_thousand_like(closed(unit=unit))
    (_shelf, to_archive), *_more = shelves.to_archive(ARCHIVED + timedelta(days=900))
    rule.erase_after_years = 2
    rule.save(update_fields=["erase_after_years"])
    (_shelf, to_erase), *_more = shelves.to_erase(ARCHIVED + timedelta(days=900))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_complaint")

    assert "complaint_to_archive" in to_archive[:50].explain()
    plan = to_erase[:50].explain()
    assert "complaint_to_erase" in plan, plan


# The rules and what comes


def test_the_page_of_the_rules_counts_what_comes(client, rule, unit, supervisor):
    case = closed(unit=unit)
    with time_machine.travel(ARCHIVED - timedelta(days=40), tick=False):
        client.force_login(supervisor)
        page = client.get(reverse("complaints:retention"))
        listed = client.get(reverse("complaints:retention_due"), {"what": "archive"})
        file = client.get(reverse("complaints:retention_due"), {"what": "archive", "export": "csv"})

    assert page.context["counts"] == {"erase": "0", "archive": "1", "held": "0", "archived": "0"}
    assert [row.number for row in listed.context["page"].rows] == [case.number]
    assert case.number in b"".join(file.streaming_content).decode()
    age(ARCHIVED)
    with time_machine.travel(ERASED - timedelta(days=40), tick=False):
        client.force_login(supervisor)
        soon = client.get(reverse("complaints:retention_due"))
    assert [(row.number, row.rule_name) for row in soon.context["page"].rows] == [
        (case.number, "ทั่วไป")
    ]


def test_a_rule_is_changed_with_its_reason(client, rule, unit, supervisor):
    client.force_login(supervisor)
    url = reverse("complaints:retention_rule", args=[rule.pk])
    told = {"name_th": "ทั่วไป", "archive_after_months": "12", "content": "keep"}

    assert "reason" in client.post(url, told).context["form"].errors
    bad = client.post(url, told | {"reason": "x", "archive_after_months": "3"})
    assert "6" in str(bad.context["form"].non_field_errors())
    client.post(url, told | {"reason": "คำสั่งกรมที่ 1"})

    rule.refresh_from_db()
    assert (rule.archive_after_months, rule.erase_after_years, rule.content) == (12, None, "keep")
    entry = audit.entries_of(rule).get()
    assert (entry.by, entry.reason) == (supervisor, "คำสั่งกรมที่ 1")
    assert entry.data["changed"] == {
        "archive_after_months": [24, 12],
        "erase_after_years": [10, None],
        "content": ["erase", "keep"],
    }
    client.post(reverse("complaints:retention_new"), told | {"kind": "service", "reason": "x"})
    assert RetentionRule.objects.count() == 2


def test_who_sees_and_changes_the_rules(client, rule, unit):
    codes = {}
    for role in (Role.OFFICER, Role.AUDITOR, Role.ADMIN):
        client.force_login(StaffFactory.create(unit=unit, roles=[role]))
        codes[role] = [
            client.get(reverse(f"complaints:{name}")).status_code
            for name in ("retention", "retention_due", "retention_new")
        ]

    assert codes == {
        Role.OFFICER: [200, 200, 403],
        Role.AUDITOR: [200, 200, 403],
        Role.ADMIN: [200, 403, 200],
    }

"""Points to decide, actions, and what became of them in the next report."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from agency.audit import entries_of
from agency.models import Notice
from agency.refusal import Refused
from pmqa.reports import files
from pmqa.reports import lifecycle as reports
from pmqa.reports.chapters import chapters_of
from pmqa.reports.lifecycle import canonical
from pmqa.reports.models import PointProgress, Report, ReportPoint
from pmqa.reports.pdf import document_of
from pmqa.reports.points import lifecycle
from tests.factories.agency import AuditorFactory, ExecutiveFactory, StaffFactory, SupervisorFactory
from tests.indicators.story import at, open_office
from tests.reports.story import CUTOFF, busy_october, october_of

NOVEMBER = date(2026, 11, 1)
DUE = date(2026, 11, 20)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


class People:
    """The office with an executive and October's draft."""

    def __init__(self, office):
        self.office = office
        self.supervisor = SupervisorFactory.create(unit=office.root)
        self.executive = ExecutiveFactory.create(unit=office.root)
        self.owner = StaffFactory.create(unit=office.north)
        busy_october(office)
        self.report = october_of(office)

    @property
    def point(self):
        """The first point to decide, as it stands."""
        return self.report.points.filter(kind="decision").order_by("place").first()

    def decide(self, point=None, **facts):
        told = {"decision": "เพิ่มเจ้าหน้าที่", "owner": self.owner, "due_on": DUE, "by": self.executive}
        point = point or self.point
        return lifecycle.decide(
            point, version=point.version, **{**told, "at": at(3, month=11), **facts}
        )

    def publish(self, when=None):
        when = when or at(4, month=11)
        for verb, by in (
            (reports.review, self.supervisor),
            (reports.approve, self.executive),
            (reports.publish, self.executive),
        ):
            self.report = verb(self.report, by=by, at=when)

    def november(self, cutoff=None):
        cutoff = cutoff or at(1, month=12)
        return october_of(
            self.office, month=NOVEMBER, cutoff=cutoff, at=max(cutoff, at(1, month=12))
        )

    def tell(self, when, *, state="under_way", by=None, note="ขออัตรากำลังแล้ว"):
        return lifecycle.tell_progress(
            self.point, state=state, note=note, by=by or self.owner, at=when
        )


@pytest.fixture
def people(office):
    """Who is who."""
    return People(office)


def test_points_are_proposed_by_rule_in_both_languages_and_told_in_the_summary(people):
    rows = list(people.report.points.all())

    assert [(row.state, row.is_by_rule, row.kind) for row in rows] == [
        ("proposed", True, "decision")
    ] * len(rows)
    assert 1 <= len(rows) <= 3
    assert all(row.words["th"] != row.words["en"] for row in rows)
    assert list(chapters_of(people.report)[0].points) == [row.body for row in rows]


def test_the_preparer_writes_edits_and_leaves_out_while_it_is_a_draft(people):
    lifecycle.drop(people.point, version=1, by=people.supervisor, at=at(3, month=11))
    made = lifecycle.add(
        people.report,
        kind="decision",
        body=" ขยายเวลาเปิด ",
        by=people.supervisor,
        at=at(3, month=11),
    )
    lifecycle.edit(made, version=1, body="เปิดวันเสาร์", by=people.supervisor, at=at(3, 11, month=11))

    points = list(chapters_of(people.report)[0].points)

    assert points[-1] == "เปิดวันเสาร์"
    assert people.point.body not in points
    assert [entry.verb for entry in entries_of(made)] == ["point_edited", "point_added"]


def test_the_summary_has_room_for_three(people):
    standing = people.report.points.count()
    for number in range(3 - standing):
        lifecycle.add(
            people.report, kind="decision", body=f"ข้อ {number}", by=people.supervisor, at=CUTOFF
        )

    with pytest.raises(Refused, match="สามข้อ"):
        lifecycle.add(people.report, kind="decision", body="ข้อสี่", by=people.supervisor, at=CUTOFF)


@pytest.mark.parametrize("who", ["owner", "auditor", "stranger"])
def test_others_neither_write_nor_decide(people, office, who):
    by = {
        "owner": people.owner,
        "auditor": AuditorFactory.create(unit=office.root),
        "stranger": SupervisorFactory.create(unit=office.south),
    }[who]

    with pytest.raises(Refused):
        lifecycle.add(people.report, kind="decision", body="ก", by=by, at=CUTOFF)
    with pytest.raises(Refused):
        people.decide(by=by)


def test_what_says_nothing_or_was_changed_meanwhile_is_refused(people):
    people.decide()
    for facts in ({"decision": " "}, {"due_on": date(2026, 11, 2)}):
        with pytest.raises(Refused):
            people.decide(**facts)
    with pytest.raises(Refused, match="มีผู้แก้ไข"):
        lifecycle.drop(people.point, version=1, by=people.supervisor, at=CUTOFF)
    with pytest.raises(Refused):
        lifecycle.add(people.report, kind="action", body="ปัญหา", by=people.supervisor, at=CUTOFF)


def test_nothing_changes_once_the_report_is_published_not_even_in_the_database(people):
    people.decide()
    people.publish()

    with pytest.raises(Refused):
        people.decide()
    with pytest.raises(Refused):
        lifecycle.drop(people.point, version=2, by=people.supervisor, at=at(5, month=11))
    for change in (
        lambda rows: rows.update(decision="อื่น"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change(ReportPoint.objects.filter(pk=people.point.pk))


def test_points_are_no_part_of_the_sealed_figures(people):
    block, seal = canonical(people.report.figures), people.report.sha256

    people.decide()

    people.report.refresh_from_db()
    assert (canonical(people.report.figures), people.report.sha256) == (block, seal)
    Report.objects.filter(pk=people.report.pk).delete()
    again = october_of(people.office, at=at(20, month=12))
    assert (canonical(again.figures), again.sha256) == (block, seal)


def test_a_file_made_before_a_point_changed_is_made_anew(people):
    first = files.file_of(people.report, "open-csv", at=at(3, 9, month=11))
    same = files.file_of(people.report, "open-csv", at=at(3, 9, month=11))
    people.decide()
    people.report.refresh_from_db()

    later = files.file_of(people.report, "open-csv", at=at(3, 12, month=11))

    assert (same.pk, later.pk != first.pk) == (first.pk, True)
    assert people.report.files.filter(format="open-csv").count() == 1


@pytest.mark.parametrize(
    ("steps", "cutoff", "standing"),
    [
        ([], at(10, month=12), "late"),
        ([], at(15, month=11), "not_begun"),
        ([(at(6, month=11), "under_way")], at(15, month=11), "under_way"),
        ([(at(6, month=11), "under_way")], at(5, month=12), "late"),
        ([(at(6, month=11), "under_way"), (at(19, month=11), "done")], at(5, month=12), "done"),
        ([(at(19, month=11), "done")], at(15, month=11), "not_begun"),
    ],
)
def test_the_next_report_follows_up_as_known_at_its_cut_off(people, steps, cutoff, standing):
    people.decide()
    people.publish()
    for when, state in steps:
        people.tell(when, state=state)

    report = people.november(cutoff)

    assert [(one["point"], one["standing"]) for one in report.carried] == [
        (people.point.pk, standing)
    ]
    chapter = next(each for each in chapters_of(report) if each.name == "decisions")
    assert chapter.tables[-1].rows[0][1].text == f"{people.point.body} – เพิ่มเจ้าหน้าที่"
    assert document_of(report)["chapters"]


def test_what_is_told_later_leaves_the_follow_up_as_frozen(people):
    people.decide()
    people.publish()
    report = people.november()
    frozen = report.carried

    people.tell(at(2, month=12), state="done")

    report.refresh_from_db()
    assert report.carried == frozen
    with pytest.raises(Error), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(carried=[])


def test_older_decisions_are_followed_until_they_are_done(people):
    people.decide(due_on=date(2027, 1, 31))
    people.publish()
    december, january = date(2026, 12, 1), date(2027, 1, 1)
    people.tell(at(15, month=12), state="done")

    followed = [
        len(
            october_of(
                people.office, month=month, cutoff=cutoff, at=at(10, month=2, year=2027)
            ).carried
        )
        for month, cutoff in (
            (december, at(2, month=1, year=2027)),
            (january, at(2, month=2, year=2027)),
        )
    ]

    assert followed == [1, 0]


def test_a_new_version_takes_decisions_and_their_progress_over(people):
    people.decide()
    people.publish()
    first = people.point
    people.tell(at(6, month=11))
    people.report = october_of(people.office, cutoff=at(9, month=11), at=at(9, month=11))

    assert (people.point.first_id, people.point.decision) == (first.pk, first.decision)
    people.publish(at(10, month=11))
    people.tell(at(11, month=11), state="done")

    report = people.november()
    assert [(one["point"], one["standing"]) for one in report.carried] == [
        (people.point.pk, "done")
    ]
    assert PointProgress.objects.filter(point=first).count() == 2


def test_only_the_owner_or_who_leads_tells_progress_and_done_is_the_end(people, office):
    people.decide()
    with pytest.raises(Refused):
        people.tell(at(4, month=11))  # not published yet
    people.publish()
    with pytest.raises(Refused):
        people.tell(at(5, month=11), by=StaffFactory.create(unit=office.north))
    with pytest.raises(Refused):
        people.tell(at(5, month=11), note=" ")

    people.tell(at(5, month=11), by=people.supervisor, state="done")

    with pytest.raises(Refused, match="แล้ว"):
        people.tell(at(6, month=11))


def test_owners_are_reminded_of_each_point_once_before_and_once_after(people):
    people.decide()
    assert lifecycle.remind(at=at(20, month=11)) == 0  # not published
    people.publish()

    for day in (16, 17, 18, 20, 21, 23, 24):
        lifecycle.remind(at=at(day, month=11))

    told = Notice.objects.filter(kind__startswith="reports.point").order_by("pk")
    assert [(each.kind, each.recipient_id, each.created_at) for each in told] == [
        ("reports.point_due", people.owner.pk, at(17, month=11)),
        ("reports.point_late", people.owner.pk, at(21, month=11)),
    ]
    assert lifecycle.owed_still(list(told)) == {each.pk for each in told}
    people.tell(at(24, month=11), state="done")
    assert lifecycle.owed_still(list(told)) == set()
    assert lifecycle.remind(at=at(25, month=11)) == 0


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_page_costs_the_same_for_every_number_of_points(
    client, people, item_count, django_assert_num_queries
):
    ReportPoint.objects.filter(report=people.report).delete()
    for number in range(item_count):
        lifecycle.add(
            people.report, kind="decision", body=f"ข้อ {number}", by=people.supervisor, at=CUTOFF
        )
    client.force_login(people.supervisor)
    url = reverse("reports:points", args=[people.report.pk])
    client.get(url)

    with django_assert_num_queries(5):
        answer = client.get(url)

    assert len(answer.context["rows"]) == item_count


def test_people_do_it_on_the_pages(client, people, office, time_machine):
    time_machine.move_to(at(3, month=11))
    client.force_login(people.supervisor)
    page = reverse("reports:points", args=[people.report.pk])
    action = {
        "body": "คิวยาว",
        "decision": "เพิ่มช่อง",
        "owner": people.owner.pk,
        "due_on": "20/11/2569",
    }

    wrong = client.post(
        reverse("reports:point_add", args=[people.report.pk, "action"]), {"body": "ก"}
    )
    kept = client.post(reverse("reports:point_add", args=[people.report.pk, "action"]), action)
    edit = reverse("reports:point", args=[people.point.pk, "edit"])
    stale = client.post(edit, {"body": "ข้อความใหม่", "version": "99"})
    again = client.post(
        edit, {"body": "ข้อความใหม่", "version": stale.context["form"]["version"].value()}
    )

    assert set(wrong.context["form"].errors) == {"decision", "owner", "due_on"}
    assert (kept.status_code, stale.status_code, again.status_code) == (302, 200, 302)
    assert people.point.body == "ข้อความใหม่"
    decide = reverse("reports:point", args=[people.point.pk, "decide"])
    assert client.get(decide).status_code == 403
    client.force_login(people.executive)
    done = client.post(decide, {**action, "version": people.point.version})
    assert (done.status_code, people.point.state) == (302, "decided")
    client.force_login(SupervisorFactory.create(unit=office.south))
    assert [client.get(url).status_code for url in (page, decide, edit)] == [404, 404, 404]
    client.force_login(people.supervisor)
    assert client.get(reverse("reports:point", args=[people.point.pk, "sing"])).status_code == 404
    assert (
        client.get(reverse("reports:point_add", args=[people.report.pk, "song"])).status_code == 404
    )


@pytest.mark.django_db(transaction=True)
def test_of_four_who_decide_at_once_one_decides():
    people = People(open_office())
    point, start = people.point, Barrier(4)

    def send(number):
        try:
            start.wait()
            people.decide(point, decision=f"คำสั่ง {number}")
        except Refused:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(send, range(4)))

    assert (made, people.point.version) == (1, 2)

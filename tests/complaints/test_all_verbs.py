"""All verbs in any order, legal or not: no impossible state, no clock lost, no gap in the audit trail.

The machine presses verbs on a few cases while time goes on. A refused verb must leave no trace; one
that is done must leave an audit entry; after each step the rows of every case must fit together.

A few short runs belong to every test run. By hand, long and each time with other sequences:
`HYPOTHESIS_PROFILE=long pytest tests/complaints/test_all_verbs.py` (60 runs of 50 verbs, some minutes).
"""

import os
from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agency.models import AuditEntry
from agency.persons import PersonData
from complaints import lifecycle
from complaints.lifecycle import Part, Refused
from complaints.lifecycle.handing_over import hand_over
from complaints.lifecycle.retention import archive
from complaints.models import (
    Clock,
    Complaint,
    Escalation,
    Extension,
    Kind,
    Measure,
    RetentionRule,
    Status,
    SubTask,
)
from tests.factories.agency import (
    ChannelFactory,
    PartnerAgencyFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import (
    NOW,
    PolicyFactory,
    RejectionReasonFactory,
    filing,
    ready,
)

pytestmark = pytest.mark.django_db

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
REVIEWED = Kind.ENQUIRY  # the kind whose answers need a second person
CITIZEN = PersonData(name="นาง ก")
WHICH = st.integers(0, 3)
WHO = st.integers(0, 2)


class World:
    """Who and what the cases need; made once, outside the machine's own transaction."""

    def __init__(self):
        ready()
        PolicyFactory.create(kind=REVIEWED, needs_review=True, priority=10)
        self.unit, self.other = UnitFactory.create(), UnitFactory.create()
        self.officers = StaffFactory.create_batch(2, unit=self.unit)
        self.people = [*self.officers, SupervisorFactory.create(unit=self.unit)]
        SupervisorFactory.create(unit=self.other)
        self.agency = PartnerAgencyFactory.create()
        self.reason = RejectionReasonFactory.create()
        self.place = {"unit": self.unit, "channel": ChannelFactory.create()}
        self.keeping = RetentionRule.objects.create(name_th="ทั่วไป")


class Verbs(RuleBasedStateMachine):
    """Cases on which anybody presses anything."""

    world: World

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at = NOW
        self.cases = []
        for kind in (Kind.SERVICE, REVIEWED):
            told = filing(kind=kind, person=CITIZEN, **self.world.place)
            case = lifecycle.receive(told, by=None, at=self.at).complaint
            officer, boss = self.world.officers[0], self.world.people[2]
            case = lifecycle.assign(case, to=officer, by=boss, at=self.at)
            self.cases.append(case.pk)
        fresh = filing(**self.world.place)
        self.cases.append(lifecycle.receive(fresh, by=None, at=self.at).complaint.pk)

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # How a verb is pressed

    def case(self, which) -> Complaint:
        return Complaint.objects.select_related("unit", "policy", "officer").get(
            pk=self.cases[which % len(self.cases)]
        )

    def press(self, verb, thing, **facts):
        """Do it at the present instant; a refusal must leave everything as it was."""
        before = self.picture()
        try:
            result = verb(thing, at=self.at, **facts)
        except Refused:
            assert self.picture() == before
            return None
        assert AuditEntry.objects.count() > before[1], verb.__name__
        return result

    def picture(self) -> tuple:
        """What every verb leaves its mark on."""
        cases = list(Complaint.objects.order_by("pk").values_list())
        return cases, AuditEntry.objects.count(), list(Clock.objects.order_by("pk").values_list())

    # Verbs

    @rule(hours=st.integers(1, 400))
    def wait(self, hours):
        self.at += timedelta(hours=hours)

    @rule()
    def sweep(self):
        while lifecycle.sweep_milestones(at=self.at) or lifecycle.sweep_subtasks(at=self.at):
            pass
        lifecycle.resume_overlong_pauses(at=self.at)

    @rule(which=WHICH, who=WHO, verb=st.sampled_from(["acknowledge", "accept", "approve_answer"]))
    def plain(self, which, who, verb):
        self.press(getattr(lifecycle, verb), self.case(which), by=self.world.people[who])

    @rule(
        which=WHICH,
        who=WHO,
        verb=st.sampled_from(
            ["ask", "note", "send_progress", "answer", "send_for_review", "withdraw"]
        ),
        body=st.sampled_from(["x", "x", "x", " "]),
    )
    def say(self, which, who, verb, body):
        self.press(getattr(lifecycle, verb), self.case(which), body=body, by=self.world.people[who])

    @rule(
        which=WHICH,
        who=WHO,
        verb=st.sampled_from(["return_answer", "escalate_to_stage2", "reopen", "unlink"]),
    )
    def because(self, which, who, verb):
        by = self.world.people[who]
        self.press(getattr(lifecycle, verb), self.case(which), reason="x", by=by)

    @rule(which=WHICH, verb=st.sampled_from(["reply", "withdraw", "escalate_to_stage2", "rate"]))
    def by_the_complainant(self, which, verb):
        facts = {
            "reply": {"body": "x"},
            "withdraw": {"body": "", "by": None},
            "escalate_to_stage2": {"reason": "x", "by": None},
            "rate": {"rating": 4},
        }
        self.press(getattr(lifecycle, verb), self.case(which), **facts[verb])

    @rule(which=WHICH, who=WHO)
    def resume(self, which, who):
        self.press(lifecycle.resume, self.case(which), why="x", by=self.world.people[who])

    @rule(which=WHICH, who=WHO)
    def take_answer_back(self, which, who):
        self.press(lifecycle.take_answer_back, self.case(which), by=self.world.people[who])

    @rule(which=WHICH, who=WHO)
    def assign(self, which, who):
        by = self.world.people[2]
        self.press(lifecycle.assign, self.case(which), to=self.world.people[who], by=by)

    @rule(
        which=WHICH,
        kind=st.sampled_from([Kind.SERVICE, REVIEWED]),
        is_elsewhere=st.booleans(),
        stage2=st.sampled_from(["", "", "x"]),
    )
    def screen(self, which, kind, is_elsewhere, stage2):
        self.press(
            lifecycle.screen,
            self.case(which),
            kind=kind,
            grade=None,
            category=None,
            unit=self.world.other if is_elsewhere else self.world.unit,
            stage2_reason=stage2,
            by=self.world.people[2],
        )

    @rule(which=WHICH, who=WHO)
    def hand_over(self, which, who):
        facts = {"to": self.world.people[who], "by": self.world.people[2]}
        self.press(hand_over, self.case(which), **facts)

    @rule(which=WHICH)
    def hide_name(self, which):
        self.press(lifecycle.hide_name, self.case(which))

    @rule(
        which=WHICH,
        verb=st.sampled_from(["hold_legally", "release_hold", "unarchive", "instruct_officer"]),
    )
    def keep_or_instruct(self, which, verb):
        facts = {"body": "x"} if verb == "instruct_officer" else {"reason": "x"}
        self.press(getattr(lifecycle, verb), self.case(which), by=self.world.people[2], **facts)

    @rule(which=WHICH)
    def archive(self, which):
        """Let the night come in which an ended case goes into the archive."""
        ended = self.case(which)
        if ended.closed_at and not (ended.legal_hold_at or ended.archived_at):
            archive([ended], rule=self.world.keeping, at=self.at)

    @rule(which=WHICH)
    def close(self, which):
        by = self.world.people[2]
        self.press(lifecycle.close, self.case(which), outcome="upheld", by=by)

    @rule(which=WHICH)
    def reject(self, which):
        world = self.world
        self.press(lifecycle.reject, self.case(which), reason=world.reason, by=world.people[2])

    @rule(which=WHICH)
    def refer(self, which):
        facts = {"agency": self.world.agency, "body": "x", "by": self.world.people[2]}
        self.press(lifecycle.refer, self.case(which), **facts)

    @rule(which=WHICH)
    def record_referral_answer(self, which):
        by = self.world.people[2]
        self.press(lifecycle.record_referral_answer, self.case(which), body="x", by=by)

    @rule(which=WHICH, days=st.integers(0, 30))
    def ask_extension(self, which, days):
        facts = {"days": days, "reason": "x", "by": self.world.people[0]}
        self.press(lifecycle.ask_extension, self.case(which), **facts)

    @rule(granted=st.booleans())
    def decide_extension(self, granted):
        asked = Extension.objects.select_related("clock__complaint").order_by("-pk").first()
        if asked:
            facts = {"granted": granted, "remark": "x", "by": self.world.people[2]}
            self.press(lifecycle.decide_extension, asked, **facts)

    @rule(verb=st.sampled_from(["mark_reviewed", "take_over", "instruct", "send_back"]))
    def review(self, verb):
        row = Escalation.objects.select_related("complaint__unit").order_by("?").first()
        if row:
            facts = {"body": "x"} if verb in {"instruct", "send_back"} else {}
            self.press(getattr(lifecycle, verb), row, by=self.world.people[2], **facts)

    @rule(one=WHICH, two=WHICH)
    def link(self, one, two):
        facts = {"kind": "repeat", "reason": "x", "by": self.world.people[2]}
        self.press(lifecycle.link, self.case(one), master=self.case(two), **facts)

    @rule(which=WHICH, is_elsewhere=st.booleans())
    def split(self, which, is_elsewhere):
        unit = self.world.other if is_elsewhere else self.world.unit
        parts = [Part(subject="x", body="x", unit=unit)]
        if len(self.cases) < 4:
            made = self.press(
                lifecycle.split, self.case(which), parts=parts, by=self.world.people[0]
            )
            self.cases += [each.pk for each in made or ()]

    @rule(which=WHICH, is_agency=st.booleans())
    def fan_out(self, which, is_agency):
        world = self.world
        asked = {"agencies": [world.agency]} if is_agency else {"units": [world.other]}
        facts = {"question": "x", "days": 2, "by": world.people[0]}
        self.press(lifecycle.fan_out, self.case(which), **asked, **facts)

    @rule(verb=st.sampled_from(["reply_subtask", "return_subtask", "cancel_subtask"]))
    def end_subtask(self, verb):
        row = SubTask.objects.select_related("complaint__unit").order_by("-pk").first()
        if row:
            facts = {"body": "x"} if verb == "reply_subtask" else {"reason": "x"}
            self.press(getattr(lifecycle, verb), row, by=self.world.people[1], **facts)

    # What must hold after each step

    @invariant()
    def everything_fits(self):
        for case in Complaint.objects.filter(pk__in=self.cases).prefetch_related(*ROWS):
            status_fits(case)
            clocks_run_as_they_should(case)
            pauses_fit(case)
            others_fit(case)
        assert_no_audit_gap(self.cases)


ROWS = (
    *("closings", "endings", "referrals", "assignments", "reviews", "followers", "subtasks"),
    *("clocks__pauses", "clocks__extensions", "master"),
)


def standing(rows) -> int:
    """How many closings or endings were not taken back."""
    return sum(row.reopened_at is None for row in rows.all())


def status_fits(case):
    assert (case.closed_at is not None) == (case.status in Status.ended())
    assert (case.answered_at is not None) == (case.status in {"answered", "closed"})
    assert standing(case.closings) == (case.status == Status.CLOSED)
    assert standing(case.endings) == (case.status in Status.unanswered_ends())
    owed = [row for row in case.referrals.all() if row.is_waiting]
    assert len(owed) <= (case.status == Status.REFERRED)
    if case.officer_id:
        assert case.assignments.all()[len(case.assignments.all()) - 1].officer_id == case.officer_id


def clocks_run_as_they_should(case):
    clocks = sorted(case.clocks.all(), key=lambda clock: clock.pk)
    versions = defaultdict(list)
    for clock in clocks:
        versions[clock.measure].append(clock.version)
        assert (clock.stopped_at is None) == (clock.result == "")
    for found in versions.values():
        assert found == list(range(1, len(found) + 1))
    running = {clock.measure for clock in clocks if clock.stopped_at is None}
    stage = Measure.STAGE2 if case.stage == 2 else Measure.STAGE1
    if case.status in Status.ended():
        assert running == set()
    elif case.status == Status.ANSWERED:
        assert running == {Measure.IDLE}
    else:
        assert running - {Measure.ACKNOWLEDGE} == {stage, Measure.PROGRESS, Measure.IDLE}
        is_owed = case.acknowledged_at is None and not case.reopened_count
        assert is_owed <= (Measure.ACKNOWLEDGE in running) <= (case.acknowledged_at is None)
    last = [clock for clock in clocks if clock.measure in Measure.stages()][-1]
    assert (last.measure, case.due_at) == (stage, last.due_at)


def pauses_fit(case):
    is_waiting = case.status == Status.WAITING
    assert (case.paused_at is not None) == is_waiting
    for clock in case.clocks.all():
        is_paused = is_waiting and clock.stopped_at is None
        assert (clock.paused_at is not None) == is_paused, clock
        assert sum(each.until_at is None for each in clock.pauses.all()) == is_paused


def others_fit(case):
    assert not case.master or not (case.master.master_id or case.followers.all())
    drafts = [row for row in case.reviews.all() if row.decided_at is None]
    assert len(drafts) <= (case.status in {*Status.workable(), Status.WAITING})
    assert case.status in Status.assignable() or not any(row.is_open for row in case.subtasks.all())
    numbers = [row.number for row in case.subtasks.all()]
    assert numbers == list(range(1, len(numbers) + 1))
    for clock in case.clocks.all():
        assert sum(row.state == Extension.State.ASKED for row in clock.extensions.all()) <= 1


def assert_no_audit_gap(cases):
    """Each edit of a case has its entry: no version is without one."""
    told = defaultdict(set)
    entries = AuditEntry.objects.filter(object_id__in=cases, content_type__model="complaint")
    for pk, version in entries.values_list("object_id", "data__version"):
        told[pk].add(version)
    versions = Complaint.objects.filter(pk__in=cases).values_list("pk", "version")
    for pk, version in versions:
        assert told[pk] - {None} == set(range(1, version + 1))


def test_no_sequence_of_verbs_breaks_a_case():
    machine = type("VerbsOfWorld", (Verbs,), {"world": World()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60 if IS_LONG else 6,
            stateful_step_count=50 if IS_LONG else 30,
            deadline=None,
            derandomize=not IS_LONG,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )

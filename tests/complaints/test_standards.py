"""Standards in the browser: the table, the try, a draft, its preview, publishing, history, rights."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from agency.models import AuditEntry, Role
from complaints.lifecycle import standards
from complaints.models import Kind, Measure, Policy, Step
from complaints.selectors import standards as selectors
from complaints.selectors.whatif import Standard
from tests.factories.agency import StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import (
    CategoryFactory,
    GradeFactory,
    PolicyFactory,
    answered,
    received,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(english):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory.create()


@pytest.fixture
def head(unit):
    """A supervisor at the head of the agency."""
    return SupervisorFactory.create(unit=unit, language="en")


@pytest.fixture
def desk(client, head):
    client.force_login(head)
    return client


@pytest.fixture
def general():
    return PolicyFactory.create(code="TH15", name_th="มาตรฐานทั่วไป")


def posted(policy, **changes) -> dict[str, str]:
    """Return what the form of a draft sends, with changes."""
    told = {
        "name_th": policy.name_th,
        "priority": "0",
        "max_pause_days": "30",
        "max_extension_days": "60",
        "limit-acknowledge-days": "1",
        "limit-stage1-days": "8",
        "limit-stage2-days": "20",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "2",
        "steps-0-measure": "stage1",
        "steps-0-days": "2",
        "steps-0-place": "before",
        "steps-0-role": "officer",
        "steps-0-action": "remind",
        "steps-1-measure": "stage1",
        "steps-1-days": "",
        "steps-1-place": "before",
        "steps-1-role": "officer",
        "steps-1-action": "remind",
    }
    told |= {f"limit-{measure}-unit": "working" for measure in Measure.values}
    return told | changes


def drafted(policy, head):
    return standards.draft(policy, by=head, at=NOW)


# The table and the try


def test_the_table_says_what_holds(desk, general):
    special = PolicyFactory.create(kind=Kind.CORRUPTION, priority=10, max_extension_days=15)

    page = desk.get(reverse("complaints:standards"))

    assert [row.policy for row in page.context["rows"]] == [special, general]
    assert [row.scope for row in page.context["rows"]] == ["Corruption or misconduct", "every case"]
    assert page.context["rows"][1].limits[:2] == [
        "1 working day (first day does not count)",
        "15 working days (first day does not count)",
    ]
    assert "extension up to 15 days" in page.content.decode()


def test_the_try_names_the_winner_and_why(desk, general):
    parent = CategoryFactory.create()
    part = CategoryFactory.create(parent=parent)
    topic = PolicyFactory.create(category=parent)
    graded = PolicyFactory.create(grade=GradeFactory.create(number=3), priority=5)
    url = reverse("complaints:standards")

    def winner(query):
        candidates = desk.get(f"{url}?{query}").context["candidates"]
        return [each.policy for each in candidates], candidates[-1].why

    assert winner("kind=service")[0] == [general]
    assert winner(f"kind=service&category={part.pk}")[0] == [topic, general]
    order, why = winner(f"kind=service&category={part.pk}&grade=3")
    assert order == [graded, topic, general]
    assert "A higher priority comes first." in why


def test_tables_cost_the_same_with_more_standards(desk, general, django_assert_num_queries):
    url = reverse("complaints:standards")
    desk.get(url)
    with django_assert_num_queries(COST):
        desk.get(url)
    PolicyFactory.create_batch(2)
    with django_assert_num_queries(COST):
        desk.get(url)


COST = 8


# A draft


@pytest.mark.parametrize("is_like", [True, False])
def test_a_standard_is_begun_from_scratch_or_from_another_and_put_in_force(
    desk, general, unit, head, is_like
):
    url = reverse("complaints:standard_new")
    like = general.pk if is_like else ""

    nameless = desk.post(url, {"name": " ", "like": like})
    made = desk.post(url, {"name": "เรื่องเงิน", "like": like})

    policy = Policy.objects.get(name_th="เรื่องเงิน")
    assert "name" in nameless.context["form"].errors
    assert made.url == reverse("complaints:standard_edit", args=[policy.pk])
    assert (policy.version, policy.is_current) == (1, False)
    assert policy.targets.count() == (general.targets.count() if is_like else 0)
    assert "เรื่องเงิน" in desk.get(reverse("complaints:standards")).content.decode()
    kept = desk.post(made.url, posted(policy, keep="1", kind="corruption", priority="5"))
    assert kept.url == reverse("complaints:standard", args=[policy.pk])
    desk.post(reverse("complaints:standard_publish", args=[policy.pk]), {"reason": "ตามระเบียบ"})
    assert received(unit=unit, kind="corruption").policy == policy
    assert received(unit=unit).policy == general


def test_a_draft_is_written_in_the_browser(desk, general, head):
    made = desk.post(reverse("complaints:standard_draft", args=[general.pk]))
    draft = Policy.objects.get(version=2)
    assert made.url == reverse("complaints:standard_edit", args=[draft.pk])

    answer = desk.post(made.url, posted(draft, keep="1"))

    assert answer.url == reverse("complaints:standard", args=[draft.pk])
    limits = {target.measure: target.days for target in draft.targets.all()}
    assert limits == {"acknowledge": 1, "stage1": 8, "stage2": 20}
    assert [
        (step.offset_days, step.role) for step in Step.objects.filter(target__policy=draft)
    ] == [(-2, "officer")]
    draft.refresh_from_db()
    assert (draft.max_extension_days, draft.is_current) == (60, False)
    assert AuditEntry.objects.get(verb="revised").by == head


def test_the_form_begins_with_what_stands(desk, general, head):
    draft = drafted(general, head)

    page = desk.get(reverse("complaints:standard_edit", args=[draft.pk]))

    forms = page.context["forms"]
    assert forms.limits[1].initial == {"days": 15, "unit": "working", "first": False}
    assert len(forms.steps.forms) == 15 + 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"limit-stage2-days": ""}, "a standard needs this limit"),
        ({"limit-stage1-days": "0"}, "greater than or equal to 1"),
        ({"steps-0-days": "9"}, "would come before the case itself"),
        ({"steps-0-measure": "idle"}, "which has no days"),
        ({"steps-1-days": "2"}, "tell the same person on the same day"),
        ({"name_th": ""}, "This field is required"),
    ],
)
def test_bad_input_is_a_sentence_and_nothing_is_lost(desk, general, head, changes, sentence):
    draft = drafted(general, head)

    page = desk.post(
        reverse("complaints:standard_edit", args=[draft.pk]), posted(draft, keep="1", **changes)
    )

    body = page.content.decode()
    assert sentence in body
    assert 'value="60"' in body
    assert draft.targets.get(measure="stage1").days == 15


def test_more_rows_keep_what_was_typed(desk, general, head):
    draft = drafted(general, head)

    page = desk.post(reverse("complaints:standard_edit", args=[draft.pk]), posted(draft, more="1"))

    forms = page.context["forms"]
    assert len(forms.steps.forms) == 5
    assert forms.steps.forms[0]["days"].value() == "2"


def test_a_version_that_was_in_force_is_not_changed(desk, general, head):
    url = reverse("complaints:standard_edit", args=[general.pk])

    assert desk.post(url, posted(general, keep="1")).status_code == 302
    assert general.targets.get(measure="stage1").days == 15
    with pytest.raises(standards.Refused, match="stays as it is"):
        standards.revise(general, facts={}, bounds=[], by=head, at=NOW)


# Preview


def test_the_preview_measures_the_last_quarter(desk, general, head, unit):
    with time_machine.travel(OCTOBER, tick=False):
        quick = answered(unit=unit, at=OCTOBER)
        slow = answered(unit=unit, at=OCTOBER)
    slow.clocks.filter(measure="stage1").update(elapsed_days=12)
    received(unit=unit, at=OCTOBER, kind=Kind.SUGGESTION)
    PolicyFactory.create(kind=Kind.SUGGESTION, priority=9)
    draft = drafted(general, head)

    page = desk.post(
        reverse("complaints:standard_edit", args=[draft.pk]), posted(draft, preview="1")
    )

    found = page.context["preview"]
    assert (found.received, found.falling) == (3, 2)
    assert (str(found.first_on), str(found.last_on)) == ("2026-09-01", "2026-11-30")
    stage1 = next(line for line in found.lines if line.label == "Answer at stage 1")
    assert (stage1.before, stage1.after) == ("0.0 %", "50.0 %")
    assert stage1.found.total.over_days == 4
    assert [(line.name, line.n, line.over_days) for line in found.units] == [(unit.name, 2, 4)]
    assert draft.targets.get(measure="stage1").days == 15
    assert quick.policy == general


def test_nothing_falls_under_a_standard_that_never_wins(head, general, unit):
    received(unit=unit, at=OCTOBER)
    shadowed = PolicyFactory.create(priority=-5, is_current=False)
    limit = Standard(measure="stage1", days=5, unit="working", is_first_day_counted=False)

    found = selectors.preview(head, shadowed, {"stage1": limit}, at=NOW, today=NOW.date())

    assert (found.received, found.falling, found.lines) == (1, 0, [])


# Publishing, retiring, history


def test_publishing_says_what_happens_and_keeps_older_cases(desk, general, head, unit):
    old = received(unit=unit, at=OCTOBER)
    draft = drafted(general, head)
    url = reverse("complaints:standard_publish", args=[draft.pk])

    asked = desk.get(url)
    assert "From now on new cases (every case) go by version 2." in asked.content.decode()
    assert "1 open case keeps the version it has." in asked.content.decode()
    assert desk.post(url, {"reason": ""}).context["form"].errors["reason"]
    desk.post(url, {"reason": "มติที่ประชุม"})

    assert Policy.objects.current().get() == draft
    assert received(unit=unit).policy == draft
    old.refresh_from_db()
    assert old.policy == general
    assert AuditEntry.objects.get(verb="put_in_force").reason == "มติที่ประชุม"
    again = desk.post(url, {"reason": "x"})
    assert "in force already" in again.content.decode()


def test_retiring_leaves_no_case_without_a_standard(desk, general):
    special = PolicyFactory.create(kind=Kind.SERVICE)

    desk.post(reverse("complaints:standard_retire", args=[special.pk]), {"reason": "x"})
    refused = desk.post(reverse("complaints:standard_retire", args=[general.pk]), {"reason": "x"})

    assert "without a standard" in refused.content.decode()
    assert Policy.objects.current().get() == general


def test_the_history_compares_versions(desk, general, head):
    draft = drafted(general, head)
    bounds = [
        standards.Bound(measure=each, days=days, unit="working", is_first_day_counted=False)
        for each, days in (("stage1", 8), ("stage2", 30))
    ]
    standards.revise(draft, facts={"priority": 3}, bounds=bounds, by=head, at=NOW)

    page = desk.get(reverse("complaints:standard", args=[draft.pk]))

    found = {each.what: (each.old, each.new) for each in page.context["differences"]}
    assert found["Priority"] == ("0", "3")
    assert found["Answer at stage 1"] == (
        "15 working days (first day does not count)",
        "8 working days (first day does not count)",
    )
    assert found["Acknowledgement"][1] == ""
    assert found["Answer at stage 1: on the day of the limit, Officer"] == ("Remind", "")
    assert [words for _entry, _number, words in page.context["history"]] == [
        "changed the draft",
        "made the draft",
    ]


# Rights


def test_rights(client, general, head, unit):
    draft = drafted(general, head)
    below = UnitFactory.create(parent=unit)
    people = {
        "officer": StaffFactory.create(unit=unit),
        "leader": SupervisorFactory.create(unit=below),
        "admin": StaffFactory.create(unit=below, roles=[Role.ADMIN]),
        "nobody": StaffFactory.create(unit=unit, roles=[]),
    }
    codes = {}
    for name, person in people.items():
        client.force_login(person)
        codes[name] = [
            client.get(reverse("complaints:standards")).status_code,
            client.get(reverse("complaints:standard_edit", args=[draft.pk])).status_code,
            client.get(reverse("complaints:standard_publish", args=[draft.pk])).status_code,
        ]

    assert codes == {
        "officer": [200, 403, 403],
        "leader": [200, 200, 403],
        "admin": [200, 200, 200],
        "nobody": [403, 403, 403],
    }
    assert client.get(reverse("complaints:standard_draft", args=[draft.pk])).status_code == 405

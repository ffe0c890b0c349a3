"""Standards as drafts and versions, and what administrators may look at."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from agency.models import AuditEntry
from complaints.lifecycle import Refused, standards
from complaints.models import DayUnit, Kind, Measure, Policy, Step, Target
from tests.factories.agency import AdminFactory, SupervisorFactory
from tests.factories.complaints import (
    NOW,
    CategoryFactory,
    GradeFactory,
    PolicyFactory,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def boss():
    return AdminFactory.create(language="en")


@pytest.fixture
def site(client, boss):
    client.force_login(boss)
    return client


def limits(policy) -> list[tuple]:
    return [
        (
            target.measure,
            target.days,
            target.unit,
            target.is_first_day_counted,
            [(step.offset_days, step.role, step.action) for step in target.steps.all()],
        )
        for target in policy.targets.all()
    ]


def test_draft_copies_a_standard_into_its_next_version(boss):
    policy = PolicyFactory.create(
        kind=Kind.SERVICE,
        grade=GradeFactory.create(),
        category=CategoryFactory.create(),
        priority=7,
    )

    draft = standards.draft(policy, by=boss, at=NOW)

    assert (draft.version, draft.is_current, draft.made_by, draft.made_at) == (2, False, boss, NOW)
    for name in (*standards.DESCRIPTION, "code", "grade", "category"):
        assert getattr(draft, name) == getattr(policy, name), name
    assert limits(draft) == limits(policy)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_id, entry.data) == ("drafted", draft.pk, {"source": policy.pk})


def test_one_draft_at_a_time(boss):
    policy = PolicyFactory.create()
    standards.draft(policy, by=boss, at=NOW)

    with pytest.raises(Refused, match="already"):
        standards.draft(policy, by=boss, at=NOW)


def test_put_in_force_lets_new_cases_go_by_it(boss):
    old = received().policy
    draft = standards.draft(old, by=boss, at=NOW)
    Target.objects.filter(policy=draft, measure=Measure.STAGE1).update(days=5)

    standards.put_in_force(draft, by=boss, at=NOW)
    new = received()

    assert (new.policy, new.clocks.get(measure=Measure.STAGE1).days) == (draft, 5)
    assert list(Policy.objects.current()) == [draft]
    assert AuditEntry.objects.filter(verb="put_in_force", object_id=draft.pk).count() == 1


def test_put_in_force_refuses(boss):
    policy = PolicyFactory.create()
    bare = PolicyFactory.create(is_current=False, limits={Measure.STAGE1: (5, DayUnit.WORKING)})

    with pytest.raises(Refused, match="in force already"):
        standards.put_in_force(policy, by=boss, at=NOW)
    with pytest.raises(Refused, match="stage 1 and stage 2"):
        standards.put_in_force(bare, by=boss, at=NOW)


def test_retire_gives_no_new_case_the_standard(boss):
    policy, general = PolicyFactory.create(), PolicyFactory.create()

    standards.retire(policy, by=boss, at=NOW)

    assert Policy.objects.current().get() == general
    with pytest.raises(Refused, match="without a standard"):
        standards.retire(general, by=boss, at=NOW)
    with pytest.raises(Refused, match="not in force"):
        standards.retire(policy, by=boss, at=NOW)


def test_a_version_that_was_used_or_in_force_is_no_draft(boss):
    current = received().policy
    PolicyFactory.create()
    draft = standards.draft(current, by=boss, at=NOW)

    assert [standards.is_draft(current), standards.is_draft(draft)] == [False, True]
    standards.put_in_force(draft, by=boss, at=NOW)
    standards.retire(draft, by=boss, at=NOW)
    current.refresh_from_db()
    draft.refresh_from_db()
    assert [standards.is_draft(current), standards.is_draft(draft)] == [False, False]


# Pages


@pytest.mark.parametrize("name", ["policy", "target", "category", "grade", "complaint"])
def test_lists_open_for_administrators_only(site, client, name):
    received(grade=GradeFactory.create(), category=CategoryFactory.create())
    url = reverse(f"admin:complaints_{name}_changelist")

    page = site.get(url)
    client.force_login(SupervisorFactory.create())
    refused = client.get(url)

    assert page.status_code == 200
    assert refused.status_code in {302, 403}


def action(site, name, policy) -> list[str]:
    url = reverse("admin:complaints_policy_changelist")
    answer = site.post(url, {"action": name, "_selected_action": [policy.pk]})
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_actions_draft_put_in_force_and_retire(site):
    policy, general = PolicyFactory.create(), PolicyFactory.create()

    action(site, "draft_next", policy)
    draft = Policy.objects.get(version=2)
    told = action(site, "draft_next", policy)
    action(site, "put_in_force", draft)
    action(site, "retire", draft)

    assert told[-1].endswith("There is a draft of the next version already.")
    assert Policy.objects.current().get() == general
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["drafted", "put_in_force", "retired"]


def test_a_version_in_force_is_looked_at_and_a_draft_is_changed(site, boss):
    policy = PolicyFactory.create()
    draft = standards.draft(policy, by=boss, at=NOW)

    for row, expected in ((policy, 403), (draft, 302)):
        url = reverse("admin:complaints_policy_change", args=[row.pk])
        assert site.get(url).status_code == 200
        assert site.post(url, form_of(row)).status_code == expected
    draft.refresh_from_db()
    policy.refresh_from_db()
    assert (draft.name_th, policy.name_th == "ใหม่") == ("ใหม่", False)


def form_of(policy) -> dict:
    """What the browser would send to rename a standard and leave its limits as they are."""
    targets = list(policy.targets.all())
    sent = {
        "code": policy.code,
        "name_th": "ใหม่",
        "name_en": "",
        "source": "",
        "kind": "",
        "grade": "",
        "category": "",
        "priority": 0,
        "max_pause_days": 30,
        "max_extension_days": 60,
        "targets-TOTAL_FORMS": len(targets),
        "targets-INITIAL_FORMS": len(targets),
    }
    for place, target in enumerate(targets):
        sent[f"targets-{place}-id"] = target.pk
        sent[f"targets-{place}-policy"] = policy.pk
        sent[f"targets-{place}-measure"] = target.measure
        sent[f"targets-{place}-days"] = target.days
        sent[f"targets-{place}-unit"] = target.unit
    return sent


def test_a_new_standard_begins_as_a_draft(site, boss):
    sent = {
        "code": "NEW",
        "name_th": "มาตรฐานใหม่",
        "priority": 0,
        "max_pause_days": 30,
        "max_extension_days": 60,
        "targets-TOTAL_FORMS": 1,
        "targets-INITIAL_FORMS": 0,
        "targets-0-measure": "stage1",
        "targets-0-days": 5,
        "targets-0-unit": "working",
    }

    site.post(reverse("admin:complaints_policy_add"), sent)

    policy = Policy.objects.get()
    assert (policy.code, policy.is_current, policy.made_by) == ("NEW", False, boss)
    assert policy.targets.get().days == 5


def test_the_matrix_of_a_draft_is_changed_on_its_limit(site, boss):
    policy = PolicyFactory.create()
    draft = standards.draft(policy, by=boss, at=NOW)

    for row, expected in ((policy, 403), (draft, 302)):
        target = row.targets.get(measure=Measure.ACKNOWLEDGE)
        sent = {
            "policy": row.pk,
            "measure": target.measure,
            "days": 2,
            "unit": "working",
            "steps-TOTAL_FORMS": 1,
            "steps-INITIAL_FORMS": 0,
            "steps-0-offset_days": 0,
            "steps-0-role": "officer",
            "steps-0-action": "remind",
        }
        url = reverse("admin:complaints_target_change", args=[target.pk])
        assert site.post(url, sent).status_code == expected

    assert list(
        Step.objects.filter(target__measure="acknowledge").values_list("target__policy")
    ) == [(draft.pk,)]


def test_restricted_cases_are_not_shown_to_administrators(site):
    open_case = received()
    secret = received(kind=Kind.CORRUPTION)

    page = site.get(reverse("admin:complaints_complaint_changelist")).content.decode()
    look = site.get(reverse("admin:complaints_complaint_change", args=[open_case.pk]))
    refused = site.get(reverse("admin:complaints_complaint_change", args=[secret.pk]))

    assert (open_case.number in page, secret.number in page) == (True, False)
    assert open_case.subject not in page + look.content.decode()
    assert refused.status_code == 302

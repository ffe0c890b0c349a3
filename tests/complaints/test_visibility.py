"""Who sees which case: one queryset, and the same answer for a case at hand."""

import pytest

from agency.models import Role
from complaints import permissions
from complaints.models import Complaint, Escalation, Kind
from tests.factories.agency import StaffFactory, UnitFactory
from tests.factories.complaints import NOW, ReaderFactory, ready, received

pytestmark = pytest.mark.django_db

SEES = {  # place of the person's unit → ordinary cases seen, by any role that works with cases
    "same": {"here", "below"},
    "above": {"here", "below", "aside"},
    "below": {"below"},
    "aside": {"aside"},
    "elsewhere": set(),
}
WORKERS = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR)


@pytest.fixture
def units():
    ready()
    root = UnitFactory.create()
    here = UnitFactory.create(parent=root)
    return {
        "above": root,
        "same": here,
        "below": UnitFactory.create(parent=here),
        "aside": UnitFactory.create(parent=root),
        "elsewhere": UnitFactory.create(),
    }


@pytest.fixture
def cases(units):
    """An ordinary and a restricted case in the unit, below it and beside it."""
    found = {}
    for name, place in {"here": "same", "below": "below", "aside": "aside"}.items():
        found[name] = received(unit=units[place])
        found[f"{name}, restricted"] = received(unit=units[place], kind=Kind.CORRUPTION)
        found[f"{name}, confidential"] = received(unit=units[place], is_confidential=True)
    return found


def seen_by(staff, cases) -> set[str]:
    visible = set(Complaint.objects.visible_to(staff).values_list("pk", flat=True))
    return {name for name, complaint in cases.items() if complaint.pk in visible}


@pytest.mark.parametrize("role", WORKERS)
@pytest.mark.parametrize("place", sorted(SEES))
def test_roles_that_work_with_cases_see_their_unit_and_below(units, cases, role, place):
    staff = StaffFactory.create(unit=units[place], roles=[role])

    assert seen_by(staff, cases) == SEES[place]


@pytest.mark.parametrize("roles", [[], [Role.ADMIN]])
@pytest.mark.parametrize("place", sorted(SEES))
def test_other_roles_see_nothing(units, cases, roles, place):
    staff = StaffFactory.create(unit=units[place], roles=roles)

    assert seen_by(staff, cases) == set()


@pytest.mark.parametrize("roles", [[], [Role.OFFICER], [Role.AUDITOR]])
@pytest.mark.parametrize("place", sorted(SEES))
def test_a_named_person_sees_the_case_from_anywhere(units, cases, roles, place):
    staff = StaffFactory.create(unit=units[place], roles=roles)
    ReaderFactory.create(complaint=cases["here, restricted"], staff=staff)

    ordinary = SEES[place] if roles else set()
    assert seen_by(staff, cases) == ordinary | {"here, restricted"}


@pytest.mark.parametrize("roles", [[], [Role.OFFICER], [Role.EXECUTIVE], [Role.ADMIN]])
def test_can_see_agrees_with_the_queryset(units, cases, roles):
    for unit in units.values():
        staff = StaffFactory.create(unit=unit, roles=roles)
        ReaderFactory.create(complaint=cases["aside, restricted"], staff=staff)

        by_rule = {name for name, case in cases.items() if permissions.can_see(staff, case)}
        assert by_rule == seen_by(staff, cases)


def test_escalations_follow_their_cases(units, cases):
    rows = {
        name: Escalation.objects.create(complaint=case, why="overdue", raised_at=NOW)
        for name, case in cases.items()
    }
    staff = StaffFactory.create(unit=units["same"], roles=[Role.SUPERVISOR])

    assert set(Escalation.objects.visible_to(staff)) == {rows["here"], rows["below"]}


def test_a_case_is_listed_once_though_named_and_in_the_unit(units, cases):
    staff = StaffFactory.create(unit=units["same"])
    ReaderFactory.create(complaint=cases["here"], staff=staff)

    assert Complaint.objects.visible_to(staff).filter(pk=cases["here"].pk).count() == 1

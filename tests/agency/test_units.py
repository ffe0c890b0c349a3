"""The tree of units: paths, moves, who answers."""

from datetime import UTC, date, datetime

import pytest

from agency import units
from agency.models import AuditEntry, Role, Unit
from agency.refusal import Refused
from tests.factories.agency import (
    AdminFactory,
    ExecutiveFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """A department with two divisions, the first with a section."""
    root = UnitFactory(code="DEPT")
    first = UnitFactory(code="DIV1", parent=root)
    second = UnitFactory(code="DIV2", parent=root)
    section = UnitFactory(code="SEC", parent=first)
    return {"root": root, "first": first, "second": second, "section": section}


def paths():
    return dict(Unit.objects.values_list("code", "path"))


def test_plant_gives_the_path_from_the_root(tree):
    root, first, section = tree["root"].pk, tree["first"].pk, tree["section"].pk

    assert paths() == {
        "DEPT": f"/{root}/",
        "DIV1": f"/{root}/{first}/",
        "DIV2": f"/{root}/{tree['second'].pk}/",
        "SEC": f"/{root}/{first}/{section}/",
    }


def test_move_takes_everything_below_along(tree):
    admin = AdminFactory(unit=tree["root"])

    units.move(tree["first"], tree["second"], by=admin, at=NOW)

    root, first, second = tree["root"].pk, tree["first"].pk, tree["second"].pk
    assert paths() == {
        "DEPT": f"/{root}/",
        "DIV1": f"/{root}/{second}/{first}/",
        "DIV2": f"/{root}/{second}/",
        "SEC": f"/{root}/{second}/{first}/{tree['section'].pk}/",
    }
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.at) == ("moved", admin, NOW)
    assert entry.data == {"old": root, "new": second}


def test_move_to_the_top(tree):
    units.move(tree["first"], None, by=None, at=NOW)

    assert Unit.objects.get(code="SEC").path == f"/{tree['first'].pk}/{tree['section'].pk}/"
    assert Unit.objects.get(code="DIV1").parent is None


@pytest.mark.parametrize("where", ["first", "section"])
def test_move_below_itself_is_refused(tree, where):
    before = paths()

    with pytest.raises(Refused) as refusal:
        units.move(tree["first"], tree[where], by=None, at=NOW)

    assert str(refusal.value) == "หน่วยงานจะสังกัดตนเองหรือหน่วยงานในสังกัดของตนไม่ได้ โปรดเลือกหน่วยงานอื่น"
    assert paths() == before


def test_a_path_that_only_begins_alike_is_not_moved(tree):
    """/1/2/ must not take /1/20/ along."""
    look_alike = UnitFactory(code="ALIKE", parent=tree["root"])
    Unit.objects.filter(pk=look_alike.pk).update(path=f"/{tree['root'].pk}/{tree['first'].pk}0/")

    units.move(tree["first"], tree["second"], by=None, at=NOW)

    assert paths()["ALIKE"] == f"/{tree['root'].pk}/{tree['first'].pk}0/"


def test_supervisors_are_those_of_the_nearest_unit_that_has_one(tree):
    SupervisorFactory(unit=tree["root"])
    SupervisorFactory(unit=tree["second"])
    near = SupervisorFactory(unit=tree["first"])
    also = StaffFactory(unit=tree["first"], roles=[Role.OFFICER, Role.SUPERVISOR])
    SupervisorFactory(unit=tree["section"], is_active=False)

    assert units.supervisors_of(tree["section"]) == [near, also]


def test_executives_are_found_at_the_top(tree):
    head = ExecutiveFactory(unit=tree["root"])

    assert units.executives_of(tree["section"]) == [head]


def test_a_tree_without_supervisor_has_none(tree):
    assert units.supervisors_of(tree["section"]) == []


def test_acting_is_the_person_when_not_on_leave(tree):
    deputy = StaffFactory(unit=tree["first"])
    staff = StaffFactory(unit=tree["first"], deputy=deputy)

    assert units.acting(staff, TODAY) == staff


@pytest.mark.parametrize(
    ("day", "who"),
    [
        (date(2026, 4, 8), "staff"),
        (date(2026, 4, 9), "deputy"),
        (date(2026, 4, 12), "deputy"),
        (date(2026, 4, 13), "staff"),
    ],
)
def test_acting_is_the_deputy_from_the_first_to_the_last_day_of_leave(tree, day, who):
    deputy = StaffFactory(unit=tree["first"])
    staff = StaffFactory(
        unit=tree["first"],
        deputy=deputy,
        leave_from=date(2026, 4, 9),
        leave_until=date(2026, 4, 12),
    )

    assert units.acting(staff, day) == {"staff": staff, "deputy": deputy}[who]


def on_leave(**kwargs):
    return StaffFactory(leave_from=TODAY, leave_until=TODAY, **kwargs)


def test_acting_follows_the_chain_of_deputies(tree):
    last = StaffFactory(unit=tree["first"])
    middle = on_leave(unit=tree["first"], deputy=last)
    gone = StaffFactory(unit=tree["first"], is_active=False, deputy=middle)
    staff = on_leave(unit=tree["first"], deputy=gone)

    assert units.acting(staff, TODAY) == last


def test_acting_stays_with_the_person_when_deputies_go_round_in_a_circle(tree):
    staff = on_leave(unit=tree["first"])
    other = on_leave(unit=tree["first"], deputy=staff)
    staff.deputy = other
    staff.save(update_fields=["deputy"])

    assert units.acting(staff, TODAY) == staff


def test_acting_stays_with_the_person_without_a_deputy(tree):
    staff = on_leave(unit=tree["first"])

    assert units.acting(staff, TODAY) == staff

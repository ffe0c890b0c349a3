"""The indicators 3.1-01 to 3.1-04 against a plain recomputation; a cut-off and later work change nothing."""

from datetime import timedelta

import pytest

from listening import lifecycle
from listening.lifecycle import Heard
from listening.models import Voice
from pmqa.indicators import periods
from pmqa.indicators.compute import rows_of, sums_of
from tests.factories.agency import ChannelFactory, StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.indicators.story import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(at(1, month=11).date())
CUTOFF = at(5, month=12)


def told(unit, *, cutoff=CUTOFF):
    """Return the figures by id and key."""
    rows = rows_of(sums_of(NOVEMBER, unit=unit, cutoff=cutoff))
    return {
        (row.id, row.key): (row.numerator, row.denominator) for row in rows if row.id < "3.1-05"
    }


def test_voices_are_counted_as_they_were_known():
    ThaiCalendarFactory()
    root = UnitFactory()
    officer = StaffFactory(unit=UnitFactory(parent=root))
    line = ChannelFactory(code="line", is_digital=True)
    desk, visit = ChannelFactory(code="desk"), ChannelFactory(code="visit", mode="proactive")
    who = {"by": officer}

    def hear(channel, day):
        heard = Heard(body="รอนาน", channel=channel, unit=officer.unit)
        return lifecycle.receive(heard, by=None, at=at(day, month=11))

    in_time, late, never, converted = (
        hear(channel, day) for channel, day in ((line, 2), (line, 3), (desk, 4), (visit, 5))
    )
    hear(desk, 30)  # its limits come in December
    classes = lifecycle.Classes(kind="request")
    lifecycle.triage(in_time, classes=classes, at=at(4, month=11), **who)
    lifecycle.triage(late, classes=classes, at=at(20, month=11), **who)
    lifecycle.reply(in_time, text="แก้แล้ว", way="spoken", at=at(6, month=11), **who)
    lifecycle.convert(converted, at=at(6, month=11), **who)

    found = told(root)

    assert found == {
        ("3.1-01", ""): (5, None),
        ("3.1-01", "desk"): (2, None),
        ("3.1-01", "line"): (2, None),
        ("3.1-01", "visit"): (1, None),
        ("3.1-01", "proactive"): (1, None),
        ("3.1-01", "reactive"): (4, None),
        ("3.1-02", ""): (2, 4),
        ("3.1-03", ""): (2, 4),
        ("3.1-04", ""): (1, 3),
    }
    assert told(UnitFactory(parent=root))["3.1-01", ""] == (0, None)
    early = at(10, month=11)
    assert told(root, cutoff=early)["3.1-01", ""] == (4, None)
    assert told(root, cutoff=early)["3.1-04", ""] == (0, 0)

    # What is done or keyed in after the cut-off
    after = CUTOFF + timedelta(days=1)
    lifecycle.assign(never, unit=UnitFactory(), at=after, **who)
    lifecycle.triage(late, classes=classes, at=after, **who)
    lifecycle.close(late, action="แก้แล้ว", at=after, **who)
    lifecycle.convert(Voice.objects.get(pk=in_time.pk), at=after, **who)
    keyed = Heard(body="ก", channel=desk, unit=root, received_at=at(9, month=11))
    lifecycle.receive(keyed, by=None, at=after)
    assert told(root) == found

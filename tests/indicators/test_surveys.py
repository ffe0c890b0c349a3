"""The indicators 3.2 against a plain recomputation, and what a cut-off, a unit and few answers change."""

import random
from datetime import timedelta
from statistics import mean

import pytest

from pmqa.indicators import periods
from pmqa.indicators.compute import opinion_of, rows_of, sums_of
from surveys.lifecycle import answering
from surveys.models import Response
from tests.factories.agency import StaffFactory, ThaiCalendarFactory, UnitFactory
from tests.factories.surveys import (
    DOCUMENT,
    FollowUpFactory,
    InvitationFactory,
    ResponseFactory,
    StratumFactory,
    VersionFactory,
    WaveFactory,
)
from tests.indicators.story import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(at(1, month=11).date())
CUTOFF = at(20, month=12)
CLOSED = at(28, month=11)


@pytest.fixture
def root():
    ThaiCalendarFactory()
    return UnitFactory(parent=None)


def fielded(root, *, n=80, strata=(), **facts):
    """Return a wave that closed on 28 November, answered at random by two units."""
    chance = random.Random(32)  # noqa: S311  the same answers every time
    units = [UnitFactory(parent=root) for _each in range(2)]
    survey = {"survey__unit": root, "survey__owner": StaffFactory(unit=root)}
    wave = WaveFactory(
        version=VersionFactory(document=DOCUMENT, **survey),
        state="closed",
        closed_at=CLOSED,
        weighting="strata" if strata else "none",
        **facts,
    )
    made = [StratumFactory(wave=wave, population=people) for people in strata] or [None]
    for number in range(n):
        ResponseFactory(
            wave=wave,
            unit=units[number % 2],
            stratum=made[0 if number % 4 else -1],
            answers={
                "overall": min(5, chance.randint(1, 5) + number % 2),
                "channel": "counter",
                "comment": "เฉย ๆ",
            },
            submitted_at=at(5, month=11),
        )
    return wave


def told(root, *, cutoff=CUTOFF, unit=None):
    """Return the portal's figures over all."""
    found = opinion_of(NOVEMBER, unit=unit or root, cutoff=cutoff)
    return {(f.id, f.key): f for f in found.figures}


def scores_of(wave):
    """Return the overall answers with the stratum's population over its answers as weight."""
    rows = list(wave.responses.filter(state="complete").select_related("stratum", "unit"))
    sizes = {}
    for row in rows:
        sizes[row.stratum_id] = sizes.get(row.stratum_id, 0) + 1
    weigh = dict.fromkeys(sizes, 1)
    if wave.weighting == "strata":
        weigh = {s.pk: s.population / sizes[s.pk] for s in wave.strata.all()}
    return [(row.answers["overall"], weigh[row.stratum_id], row.unit_id) for row in rows]


@pytest.mark.parametrize("strata", [(), (900, 100)])
def test_figures_equal_a_plain_recomputation(root, strata):
    wave = fielded(root, strata=strata)
    rows = scores_of(wave)
    whole = sum(w for _s, w, _u in rows)
    by_unit = {u: [(s, w) for s, w, unit in rows if unit == u] for u in {u for _s, _w, u in rows}}
    means = [sum(s * w for s, w in part) / sum(w for _s, w in part) for part in by_unit.values()]

    found = told(root)

    assert found["3.2-01", ""].value == pytest.approx(
        20 * sum(s * w for s, w, _u in rows) / whole, abs=1e-3
    )
    assert found["3.2-02", ""].value == pytest.approx(
        100 * sum(w for s, w, _u in rows if s >= 4) / whole, abs=1e-3
    )
    assert found["3.2-03", ""].value == pytest.approx(
        100 * sum(w for s, w, _u in rows if s <= 2) / whole, abs=1e-3
    )
    assert found["3.2-08", "unit"].value == pytest.approx(20 * (max(means) - min(means)), abs=1e-3)
    for place in (("3.2-01", ""), ("3.2-02", ""), ("3.2-03", "")):
        assert found[place].low < found[place].value < found[place].high
        assert found[place].n == 80


def test_what_is_sent_or_made_void_after_the_cut_off_changes_nothing(root):
    wave = fielded(root)
    before = told(root, cutoff=at(29, month=11))
    ResponseFactory(wave=wave, answers={"overall": 1}, submitted_at=at(2, month=12))
    officer = StaffFactory(unit=root)
    answering.void(Response.objects.earliest("pk"), reason="ซ้ำ", by=officer, at=at(3, month=12))

    assert told(root, cutoff=at(29, month=11)) == before
    assert told(root)["3.2-01", ""].n == 80  # one more, one void
    assert told(root, cutoff=CLOSED - timedelta(minutes=1))["3.2-01", ""].value is None


def test_unit_counts_its_own_respondents_and_few_are_not_told(root):
    wave = fielded(root, n=24)
    north = wave.responses.earliest("pk").unit
    mine = [s for s, _w, unit in scores_of(wave) if unit == north.pk]

    found = told(root, unit=north)
    stranger = told(root, unit=UnitFactory(parent=root))

    assert found["3.2-01", ""].value == pytest.approx(20 * mean(mine), abs=1e-3)
    assert (found["3.2-01", ""].n, stranger["3.2-01", ""].value) == (12, None)
    assert found["3.2-08", ""].value is None  # no segment of thirty


def test_response_rate_and_follow_ups(root):
    wave = fielded(root, n=12)
    for state, is_spent in (("sent", True), ("sent", False), ("bounced", False), ("failed", False)):
        spent = CLOSED if is_spent else None
        InvitationFactory(wave=wave, state=state, is_spent=is_spent, spent_at=spent)
    for closed_at in (at(9, month=11), at(11, month=11), None):
        outcome = "resolved" if closed_at else ""
        FollowUpFactory(
            wave=wave,
            unit=root,
            opened_at=at(1),
            due_at=at(10, month=11),
            closed_at=closed_at,
            outcome=outcome,
        )
    FollowUpFactory(wave=wave, unit=root, due_at=at(10, month=12))

    found = told(root)

    rate, loop = found["3.2-06", ""], found["3.2-07", ""]
    assert (rate.numerator, rate.denominator, rate.value) == (1, 2, 50.0)
    assert (loop.numerator, loop.denominator) == (1, 3)
    assert [(each.low, each.high) for each in (rate, loop)] == [(9.4531, 90.5469), (6.1492, 79.234)]


def test_rows_stand_in_the_report_and_nothing_is_faked(root):
    rows = rows_of(sums_of(NOVEMBER, unit=root, cutoff=CUTOFF), targets={("3.2-01", "percent"): 85})
    named = {(row.id, row.measure): row for row in rows if row.id.startswith("3.2")}

    assert len(named) == 7  # 3.2-04 has figures by dimension only
    assert all(row.value is None for row in named.values())
    assert named["3.2-01", "percent"].target == 85

"""Four workers give out twenty cases each at once: everybody gets as many, nobody twice; on real PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from complaints import lifecycle
from complaints.models import Complaint, Rota
from tests.factories.agency import (
    ChannelFactory,
    StaffFactory,
    SupervisorFactory,
    UnitFactory,
)
from tests.factories.complaints import NOW, filing, ready

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 4
ROWS = 20


@pytest.mark.parametrize("mode", [Rota.Mode.ROUND, Rota.Mode.LEAST])
def test_cases_that_come_at_once_are_spread_evenly(mode):
    ready()
    unit = UnitFactory.create()
    officers = StaffFactory.create_batch(PEOPLE, unit=unit)
    supervisor = SupervisorFactory.create(unit=unit)
    lifecycle.set_rota(unit, mode=mode, is_automatic=False, by=supervisor, at=NOW)
    told = filing(unit=unit, channel=ChannelFactory.create())
    cases = [lifecycle.receive(told, by=None, at=NOW).complaint for _row in range(ROWS)]

    def work(_thread):
        went = []
        try:
            for case in cases:
                try:
                    lifecycle.give(case, by=supervisor, at=NOW)
                except lifecycle.Refused:
                    went.append("told")
                else:
                    went.append("won")
        finally:
            connection.close()
        return went

    with ThreadPoolExecutor(PEOPLE) as pool:
        rows = list(zip(*pool.map(work, range(PEOPLE)), strict=True))

    assert [Counter(row) for row in rows] == [Counter(won=1, told=PEOPLE - 1)] * ROWS
    given = Counter(Complaint.objects.values_list("officer", flat=True))
    assert given == {officer.pk: ROWS // PEOPLE for officer in officers}

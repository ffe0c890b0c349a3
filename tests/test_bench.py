"""The bench: its cases hold together, and its table tells growth."""

import json
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from complaints import lifecycle
from complaints.models import Clock, Closing, Complaint, ComplaintText, Message, Milestone
from pmqa.bench import estimating, seeding, snapshot, wave
from pmqa.bench.measuring import Row
from pmqa.management.commands import bench
from surveys.models import Response, Wave
from surveys.selectors import analysis
from surveys.selectors.results import results_of
from tests.factories.agency import StaffFactory, UnitFactory

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def filled(transactional_db):
    """Sixty cases of the bench."""
    seeding.fill(60, at=NOW, say=lambda _text: None)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_done")
        cursor.execute("DROP TABLE IF EXISTS piece, officer_list")
        cursor.execute("RESET synchronous_commit")
        cursor.execute("RESET maintenance_work_mem")


def test_fill_makes_cases_that_hold_together(filled):
    assert (Complaint.objects.count(), ComplaintText.objects.count()) == (60, 60)
    assert (Complaint.objects.open().count(), Closing.objects.count()) == (12, 48)
    assert Clock.objects.unstopped().count() == 12 * 3
    assert Message.objects.filter(complaint=60).count() == 48
    assert (seeding.is_complete(60), seeding.is_complete(61)) == (True, False)
    assert not Complaint.objects.filter(received_at__gt=NOW).exists()
    came = list(Complaint.objects.order_by("received_at").values_list("received_at", flat=True))
    assert max((after - before).days for before, after in pairwise(came)) < 45  # no empty months


def test_make_due_lets_the_sweep_tell_every_clock(filled):
    due = seeding.make_due(NOW)

    while lifecycle.sweep_milestones(at=NOW):
        pass

    assert due == 36
    assert set(Milestone.objects.values_list("clock", flat=True)) <= set(
        Clock.objects.unstopped().values_list("pk", flat=True)
    )
    assert not Clock.objects.filter(next_milestone_at__lte=NOW).exists()


def test_results_are_written_and_compared_with_smaller_runs(settings, tmp_path):
    settings.VAR = tmp_path
    bench.write_results(1000, [Row("queue", 20.0, 40.0, queries=9)])
    bench.write_results(5000, [Row("queue", 30.0, 60.0, queries=9)])

    smaller = bench.earlier_results(5000)

    assert list(smaller) == [1000]
    assert smaller[1000]["queue"] == {
        "work": "queue",
        "median_ms": 20.0,
        "p95_ms": 40.0,
        "queries": 9,
    }
    assert bench.growth_of(Row("queue", 30.0, 60.0, queries=9), smaller[1000]) == "× 1.50"
    assert bench.growth_of(Row("home", 30.0, 60.0, queries=9), smaller[1000]) == ""
    rates = {"sweep": {"per_second": 3000.0}, "report": {"median_ms": 100}}
    assert bench.growth_of(Row("sweep", per_second=1500.0), rates) == "× 2.00"
    assert bench.growth_of(Row("report", 400), rates) == "× 4.00"
    assert json.loads((tmp_path / "bench" / "5000.json").read_text())["complaints"] == 5000


def test_parts_measured_before_stay_in_the_file(settings, tmp_path):
    settings.VAR = tmp_path
    bench.write_results(1000, [Row("queue", 20.0, 40.0, queries=9), Row("sweep", per_second=1.0)])

    bench.write_results(1000, [Row("sweep", per_second=2.0)])

    rows = json.loads((tmp_path / "bench" / "1000.json").read_text())["rows"]
    assert {row["work"]: row.get("per_second") for row in rows} == {"queue": None, "sweep": 2.0}


def test_a_survey_is_estimated_with_errors_in_every_group():
    errors = estimating.estimate(estimating.answers(8000))

    assert len(errors) == estimating.QUESTIONS
    assert all(0.02 < error < 0.1 for error in errors)  # 1.41 / √1,550 is 0.036, and clusters


def test_unknown_part_is_refused(monkeypatch):
    monkeypatch.setattr(seeding, "use_database", lambda name: pytest.fail("too late"))

    with pytest.raises(CommandError, match="nonsense"):
        call_command("bench", "1000", only="sweep,nonsense")


def test_row_is_printed_in_columns():
    command = bench.Command(stdout=StringIO())

    command.print_row(Row("sweep, 10,000 due", per_second=2100.5, note="4.8 s"), {})

    expected = f"{'sweep, 10,000 due':<26}{'':>37}{'2,100.5':>10}  4.8 s\n"
    assert command.stdout.getvalue() == expected


def test_a_wave_of_the_bench_is_answered_once_and_read_out_of_its_snapshot(db):
    by = StaffFactory.create(unit=UnitFactory.create_batch(10)[0])

    pk = wave.wave_with(400, by=by, at=NOW)
    again = wave.wave_with(400, by=by, at=NOW)
    spent = snapshot.spent_on(Wave.objects.get(pk=pk), at=NOW)

    assert (again, Response.objects.filter(wave=pk).count()) == (pk, 400)
    assert Response.objects.filter(answers__has_key="q30").count() > 300
    cells = analysis.by_group(results_of(Wave.objects.get(pk=pk)).sampling, "q1", by="who")
    assert [cell["mean"]["state"] for cell in cells] == ["ok"] * wave.GROUPS
    assert all(seconds > 0 for seconds in spent)

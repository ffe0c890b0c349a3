"""A job whose worker is killed is begun anew, and done once."""

from datetime import UTC, datetime, timedelta

import pytest

from agency import jobs, wakeup
from agency.models import Job
from tests.factories.agency import JobFactory, UnitFactory

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
LATER = NOW + jobs.STALE_AFTER

WORKER = """
import sys
from datetime import datetime
import django
django.setup()
from agency import jobs
from agency.models import Unit

def work(progress):
    progress.total(10)
    left = [number for number in range(10) if not Unit.objects.filter(code=f"J{number}").exists()]
    for number in left:
        Unit.objects.create(code=f"J{number}", name_th=f"หน่วย {number}")
        progress.advance()
        print(number, flush=True)
        sys.stdin.readline()
    return {"made": len(left)}

jobs.run(int(sys.argv[1]), work, clock=lambda: datetime.fromisoformat(sys.argv[2]))
print("end", flush=True)
"""


@pytest.fixture
def published(monkeypatch):
    """What was handed to the broker."""
    sent = []
    monkeypatch.setattr(wakeup, "publish", lambda *words: sent.append(words) or True)
    return sent


def test_a_killed_job_goes_on_where_it_was_left(program, published):
    UnitFactory()
    job = JobFactory(task="test.work")
    first = program(WORKER, job.pk, NOW.isoformat())
    for step in range(4):
        assert first.hear() == f"{step}"
        if step < 3:
            first.say()
    idle = program(WORKER, job.pk, NOW.isoformat())
    assert idle.hear() == "end"  # the first is at it
    first.kill()

    restarted = [jobs.restart_stale(at=at) for at in (NOW + timedelta(seconds=119), LATER)]
    second = program(WORKER, job.pk, LATER.isoformat())
    for step in range(4, 10):
        assert second.hear() == f"{step}"
        second.say()
    assert second.hear() == "end"

    job.refresh_from_db()
    assert (restarted, published) == ([0, 1], [("test.work", job.pk)])
    assert (job.state, job.result, job.ended_at) == (Job.State.DONE, {"made": 6}, LATER)
    assert jobs.restart_stale(at=LATER + jobs.STALE_AFTER) == 0


def test_a_job_that_no_broker_took_is_done_by_a_real_worker(celery_worker_process, monkeypatch):
    """The job is an export whose arguments nobody can read: what counts is that it was taken up."""
    job = JobFactory(task="complaints.export_queue", title="ส่งออก")
    monkeypatch.setattr(wakeup, "publish", lambda *words: False)
    none = jobs.restart_stale(at=NOW)
    monkeypatch.undo()

    worker = celery_worker_process()
    taken = jobs.restart_stale(at=NOW)
    worker.wait_for(f"job {job.pk} (test) failed: KeyError")
    worker.stop()

    job.refresh_from_db()
    assert (none, taken, job.state) == (0, 1, Job.State.FAILED)

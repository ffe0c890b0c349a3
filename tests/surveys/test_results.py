"""Results: the oracle's figures out of a wave, suppression, and files that give the same figures anew."""

import csv
import json
from io import StringIO
from pathlib import Path

import pyreadstat
import pytest
from django.core.management import call_command
from django.urls import reverse

from agency.masking import mask_text
from agency.models import Job, Role
from surveys import tasks
from surveys.lifecycle import snapshots
from surveys.models import Margin, Mode, Response, Stratum, Version, Wave, Weighting
from surveys.selectors import analysis
from surveys.selectors.results import results_of
from surveys.selectors.sampling import specification
from tests.factories.agency import JobFactory, StaffFactory
from tests.factories.surveys import (
    NOW,
    POINTS,
    ResponseFactory,
    SurveyFactory,
    WaveFactory,
    text,
)
from tests.surveys.conftest import Satisfaction

PAGES = (
    *("results", "results_questions", "results_groups", "results_drivers"),
    *("results_texts", "results_method"),
)
pytestmark = pytest.mark.django_db


def single(code, values):
    """Return a question of one choice."""
    options = [{"code": value, "text": text(value)} for value in values]
    return {"code": code, "type": "single", "text": text(code), "options": options}


def scale(code, dimension=""):
    """Return a question of five points."""
    facts = {"code": code, "type": "scale", "text": text(code), "options": POINTS}
    return {**facts, "dimension": dimension}


@pytest.fixture
def waves():
    """The oracle's survey: both years, drawn by region and office, with its weights."""
    rows = Satisfaction().rows
    offices = sorted({row["office"] for row in rows})
    questions = [
        *(scale("overall", "overall"), scale("q1", "process"), scale("q2", "staff")),
        {"code": "nps", "type": "nps", "text": text("nps")},
        *(single("channel", ["counter", "online", "phone"]), single("office", offices)),
        single("sex", ["F", "M"]),
    ]
    section = {"code": "s", "text": text("s"), "rule": None, "questions": questions}
    document = {"survey": "sat", "title": text("ความพึงพอใจ"), "sections": [section]}
    survey = SurveyFactory.create()
    version = Version.objects.create(
        survey=survey,
        number=1,
        document=document,
        sha256="",
        published_at=NOW,
        published_by=survey.owner,
    )
    found, earlier = [], None
    for year in ("2025", "2026"):
        wave = WaveFactory.create(
            version=version,
            is_probability=True,
            weighting=Weighting.GIVEN,
            cluster_column="office",
            previous=earlier,
            is_same_clusters=earlier is not None,
        )
        fill(wave, [row for row in rows if row["wave"] == year])
        snapshots.build(wave, at=NOW)
        found.append(wave)
        earlier = wave
    return found


def fill(wave: Wave, rows: list[dict[str, str]]) -> None:
    """Let the people of the file answer."""
    strata = {
        code: Stratum.objects.create(wave=wave, code=code, label_th=code, population=60_000)
        for code in sorted({row["region"] for row in rows})
    }
    numbers, words = ("overall", "q1", "q2", "nps"), ("channel", "office", "sex")
    Response.objects.bulk_create(
        Response(
            wave=wave,
            version=wave.version,
            uid=f"{int(row['id']):032x}",
            mode=Mode.LINK,
            state="complete",
            answers={name: int(row[name]) for name in numbers if row[name]}
            | {name: row[name] for name in words if row[name]},
            stratum=strata[row["region"]],
            weight=float(row["w"]),
            saved_on=NOW.date(),
            submitted_on=NOW.date(),
            submitted_at=NOW,
        )
        for row in rows
    )


def half(cell):
    """Return half the width of an interval."""
    return (cell["high"] - cell["low"]) / 2


def test_headline_and_nps_know_of_weights_and_clusters(waves):
    results = results_of(waves[1])
    nps = next(one for one in results.whole["questions"] if one["code"] == "nps")

    headline = results.headline

    assert headline["mean"]["n"] > 700
    assert headline["mean"]["deff"] == pytest.approx(5.55, abs=0.02)
    assert headline["percent"]["value"] == pytest.approx(headline["mean"]["value"] * 20)
    assert 1 <= abs(headline["satisfied"]["value"] - headline["percent"]["value"]) <= 20
    assert (nps["nps"]["value"], nps["nps"]["low"], nps["nps"]["high"]) == pytest.approx(
        (4.5, -7.8, 16.7), abs=0.1
    )


def test_trend_tests_waves_in_the_same_offices_together(waves):
    points = results_of(waves[1]).trend

    assert [point["wave"] for point in points] == [wave.pk for wave in waves]
    assert points[0]["p"] is None
    assert 0 <= points[1]["p"] <= 1

    Wave.objects.filter(pk=waves[1].pk).update(is_same_clusters=False)
    apart = results_of(Wave.objects.get(pk=waves[1].pk)).trend

    assert apart[1]["p"] > points[1]["p"]


def test_groups_below_the_smallest_cell_are_hidden_with_another(waves):
    results = results_of(waves[1])
    results.wave.smallest_cell = 30

    groups = analysis.by_group(results.sampling, "overall", by="office")

    states = [group["mean"]["state"] for group in groups]
    assert set(states) <= {"ok", "few"}
    assert states.count("few") != 1
    assert all(group["mean"]["n"] is None for group in groups if group["mean"]["state"] == "few")


def test_a_convenience_sample_has_no_interval_and_no_test(waves):
    Wave.objects.filter(pk=waves[1].pk).update(is_probability=False)

    results = results_of(Wave.objects.get(pk=waves[1].pk))

    assert results.headline["mean"]["low"] is None
    assert results.more_likely == []
    assert [point["p"] for point in results.trend] == [None, None]


def exported(wave: Wave, kind: str) -> Job:
    """Run an export as a worker does."""
    by = StaffFactory.create(unit=wave.survey.unit, roles=[Role.OFFICER])
    job = JobFactory.create(by=by, kind="export", arguments={"wave": wave.pk, "kind": kind})
    tasks.export_answers(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return job


@pytest.mark.parametrize("weighting", [Weighting.GIVEN, Weighting.STRATA, Weighting.RAKE])
def test_the_export_and_its_specification_give_the_published_figures(waves, tmp_path, weighting):
    Wave.objects.filter(pk=waves[1].pk).update(weighting=weighting)
    for sex, people in (("F", 123_600), ("M", 116_400)):
        Margin.objects.create(wave=waves[1], column="sex", value=sex, population=people)
    results = results_of(Wave.objects.get(pk=waves[1].pk))
    assert not results.whole["problem"]
    spec, out = tmp_path / "spec.json", StringIO()
    spec.write_text(json.dumps(specification(results.sampling)))

    call_command("estimate", exported(waves[1], "csv").file.path, "--spec", spec, stdout=out)

    found = {(row["op"], row["variable"]): row for row in json.loads(out.getvalue())}
    mean, satisfied = found["mean", "overall"], found["proportion", "overall"]
    for row, cell, factor in (
        (mean, results.headline["mean"], 1),
        (satisfied, results.headline["satisfied"], 100),
    ):
        assert row["n"] == cell["n"]
        assert [row[name] * factor for name in ("estimate", "low", "high")] == pytest.approx(
            [cell[name] for name in ("value", "low", "high")], rel=1e-9
        )


def test_anonymous_answers_are_exported_coarse_and_in_an_order_of_chance():
    wave = WaveFactory.create(
        version__survey=SurveyFactory.create(is_anonymous=True), modes=[Mode.INVITATION]
    )
    texts = [f"ข้อเสนอ {number:02}" for number in range(30)]
    for written in texts:
        answers = {"channel": "counter", "overall": 4, "comment": written}
        ResponseFactory.create(wave=wave, mode=Mode.INVITATION, answers=answers)
    snapshots.build(wave, at=NOW)

    first, second = (Path(exported(wave, "csv").file.path).read_text() for _twice in range(2))
    rows = list(csv.DictReader(StringIO(first.removeprefix("\ufeff"))))

    assert first == second, "two exports side by side tell nothing more than one"
    assert {row["submitted"] for row in rows} == {"2026-11"}
    assert not rows[0].keys() & {"keyed_by", "uid", "id", "invitation", "person", "reference"}
    found = [row["comment"] for row in rows]
    assert sorted(found) == texts
    assert found != texts
    secrets = [str(uid) for uid in wave.responses.values_list("uid", flat=True)]
    assert not [secret for secret in secrets if secret in first]


def test_spss_has_labels_and_every_row(waves, tmp_path):
    job = exported(waves[0], "sav")

    rows, facts = pyreadstat.read_sav(job.file.path)

    assert len(rows) == waves[0].responses.count()
    assert facts.column_names_to_labels["overall"] == "overall"
    assert facts.variable_value_labels["channel"][1.0] == "counter"
    assert facts.variable_value_labels["overall"][5.0] == "ระดับ 5"


def test_csv_opens_in_excel_and_names_version_way_and_time(waves):
    raw = Path(exported(waves[0], "csv").file.path).read_text()

    row = next(csv.DictReader(StringIO(raw.removeprefix("\ufeff"))))

    assert raw.startswith("\ufeff")
    assert (row["version"], row["mode"], row["submitted"]) == ("1", "link", "2026-11-02 10:00:00")


@pytest.mark.parametrize("name", PAGES)
def test_pages_show_results_to_readers_and_to_nobody_else(client, waves, name):
    url = reverse(f"surveys:{name}", args=[waves[1].pk])
    client.force_login(StaffFactory.create(unit=waves[1].survey.unit, roles=[Role.EXECUTIVE]))

    assert client.get(url).status_code == 200

    other = StaffFactory.create(roles=[Role.EXECUTIVE])
    client.force_login(other)
    assert client.get(url).status_code == 404
    waves[1].survey.shared_with.add(other.unit)
    assert client.get(url).status_code == (403 if name == "results_texts" else 200)
    export = reverse("surveys:results_export", args=[waves[1].pk])
    assert client.post(export, {"kind": "csv"}).status_code == 403


def test_texts_hide_long_numbers():
    assert mask_text("โทร 081-234-5678 หรือ a@b.co.th ห้อง 12") == "โทร *** หรือ *** ห้อง 12"


def test_the_question_that_most_wrote_to_is_shown_first():
    wave = WaveFactory.create()
    other = {"channel": "else", "channel_other": "ไปรษณีย์", "overall": 4}
    for words in ({"comment": "ดี"}, {"comment": "ช้า"}, other):
        ResponseFactory.create(wave=wave, answers={"channel": "counter", "overall": 4} | words)
    snapshots.build(wave, at=NOW)

    assert results_of(wave).open_questions == ["comment", "channel_other"]

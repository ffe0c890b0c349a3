"""`manage.py estimate` as an auditor sees it."""

import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.surveys.conftest import ORACLE

pytestmark = pytest.mark.usefixtures("english")

DESIGN = {"weights": "w", "strata": "region", "psu": ["psu"]}
KEYS = ["op", "variable", "group", "n", "estimate", "se", "df", "low", "high", "deff"]
SMALL = "office,score,paid,fee,w\nA,5,1,10,2\nA,4,0,20,2\nB,3,1,30,1\nB,,1,40,1\nB,1,0,NA,1\n"
REGIONS = {"C": 33600, "N": 26400, "NE": 43200, "S": 16800}
SEXES = {"F": 61800, "M": 58200}
AGES = {"18-29": 25200, "30-44": 32400, "45-59": 33600, "60+": 28800}


@pytest.fixture
def small(tmp_path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text(SMALL, encoding="utf-8-sig")
    return path


@pytest.fixture
def estimate(tmp_path, capsys):
    def run(spec, *, file: Path = ORACLE / "sat.csv"):
        path = tmp_path / "spec.json"
        path.write_text(spec if isinstance(spec, str) else json.dumps(spec), encoding="utf-8")
        call_command("estimate", str(file), "--spec", str(path))
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def refusal(estimate):
    def run(spec, **more):
        with pytest.raises(CommandError) as refused:
            estimate(spec, **more)
        return str(refused.value)

    return run


def wave(*estimates, **parts):
    return {"design": DESIGN, "where": {"wave": 2026}, "estimates": list(estimates), **parts}


def close(**figures):
    return {name: pytest.approx(value, rel=1e-9) for name, value in figures.items()}


def chosen(row, *names):
    return {name: row[name] for name in names}


def test_estimate_prints_what_is_documented(estimate):
    [row] = estimate(wave({"op": "mean", "variable": "overall"}))

    assert list(row) == KEYS
    assert row == {
        "op": "mean",
        "variable": "overall",
        "group": None,
        "n": 749,
        **close(estimate=3.860250449816712, se=0.08830159229341533),
        "df": 20,
        **close(low=3.6760565559572744, high=4.044444343676149, deff=5.5524976667546735),
    }


def test_estimate_groups_by_columns(estimate):
    rows = estimate(wave({"op": "mean", "variable": "overall", "by": ["region", "channel"]}))

    assert len(rows) == 12
    assert rows[-1]["group"] == {"region": "S", "channel": "phone"}
    assert chosen(rows[-1], "n", "se", "df") == {"n": 10, **close(se=0.21150682656106398), "df": 3}


def test_a_condition_within_clusters_keeps_the_design(estimate):
    spec = wave({"op": "mean", "variable": "overall"})
    spec["where"] |= {"channel": "phone", "region": "S"}

    [row] = estimate(spec)

    assert chosen(row, "n", "se", "df") == {"n": 10, **close(se=0.21150682656106398), "df": 3}


def test_a_domain_keeps_the_design_of_a_sample_without_clusters(estimate, small):
    wish = {"estimates": [{"op": "total", "variable": "score"}]}

    [sample] = estimate(wish | {"where": {"office": "A"}}, file=small)
    [domain] = estimate(wish | {"domain": {"office": "A"}}, file=small)

    # 2 rows: 2 * (0.5² + 0.5²); 5 rows with three zeros: 5/4 * (41 - 81/5)
    assert chosen(sample, "estimate", "se", "df") == {"estimate": 9, **close(se=1), "df": 1}
    assert domain["se"] == pytest.approx((5 / 4 * (41 - 81 / 5)) ** 0.5)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (
            {"op": "nps", "variable": "nps"},
            {"n": 759, **close(estimate=4.462398478939543, se=5.8616915551589965)},
        ),
        (
            {"op": "proportion", "variable": "overall", "values": [4, 5]},
            {"n": 749, **close(low=0.6009740514308943, high=0.740668132380861)},
        ),
        (
            {"op": "proportion", "variable": "overall", "values": [4, 5], "method": "beta"},
            {"n": 749, **close(low=0.5990900255992622, high=0.7441342985749251)},
        ),
        (
            {"op": "difference", "variable": "overall", "by": ["sex"]},
            {
                "group": {"sex": ["F", "M"]},
                "n": 749,
                "df": 19,
                **close(
                    estimate=-0.07136373233175805,
                    low=-0.21228316164898642,
                    p=0.3024614182563663,
                    p_holm=0.3024614182563663,
                ),
            },
        ),
        (
            {"op": "quantile", "variable": "nps", "p": 0.25},
            {"n": 759, "estimate": 6, "low": 6, "high": 7, "p": 0.25, "deff": None},
        ),
    ],
)
def test_operations(estimate, wish, expected):
    [row] = estimate(wave(wish))

    assert chosen(row, *expected) == expected


def test_shares_of_all_answers(estimate):
    rows = estimate(wave({"op": "proportion", "variable": "overall"}))

    assert [row["category"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["estimate"] == pytest.approx(0.018899405028259847)
    assert sum(row["estimate"] for row in rows) == pytest.approx(1)


def test_every_pair_is_compared_and_adjusted(estimate):
    rows = estimate(wave({"op": "difference", "variable": "overall", "by": "channel"}))

    assert [row["group"]["channel"] for row in rows] == [
        ["counter", "online"],
        ["counter", "phone"],
        ["online", "phone"],
    ]
    assert rows[0]["p_holm"] == pytest.approx(3 * rows[0]["p"])


def test_waves_of_the_same_offices(estimate):
    [row] = estimate(
        {
            "design": DESIGN | {"psu": "office"},
            "estimates": [{"op": "difference", "variable": "overall", "by": ["wave"]}],
        }
    )

    assert row["group"] == {"wave": ["2025", "2026"]}
    assert chosen(row, "se", "df") == {**close(se=0.06523167621249187), "df": 19}


def test_independence(estimate, tmp_path):
    columns = ("w", "region", "psu", "channel", "wave")
    lines = (ORACLE / "sat.csv").read_text(encoding="utf-8-sig").splitlines()
    header = lines[0].split(",")
    path = tmp_path / "satisfied.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join([*columns, "satisfied"]) + "\n")
        for line in lines[1:]:
            row = dict(zip(header, line.split(","), strict=True))
            satisfied = str(int(int(row["overall"]) >= 4)) if row["overall"] else "NA"
            file.write(",".join([*(row[name] for name in columns), satisfied]) + "\n")

    wish = {"op": "chisq", "variable": "satisfied", "by": ["channel"]}
    [row] = estimate(wave(wish), file=path)
    [wald] = estimate(wave(wish | {"method": "Wald"}), file=path)
    [share] = estimate(wave({"op": "proportion", "variable": "satisfied"}), file=path)

    assert row["by"] == ["channel"]
    assert chosen(row, "estimate", "df", "denominator_df", "p") == close(
        estimate=2.2823144299610316,
        df=1.7434261778694546,
        denominator_df=34.868523557389096,
        p=0.12314334086678333,
    )
    assert wald["p"] == pytest.approx(0.056171176697445736)
    assert share["estimate"] == pytest.approx(0.6746921818199054)


def test_a_ratio_and_a_plain_mean(estimate, small):
    ratio, mean, total = estimate(
        {
            "estimates": [
                {"op": "ratio", "variable": "fee", "denominator": "score"},
                {"op": "mean", "variable": "score"},
                {"op": "total", "variable": "fee"},
            ],
            "design": {"weights": "w"},
        },
        file=small,
    )

    assert (ratio["n"], ratio["estimate"]) == (3, pytest.approx(90 / 21))
    assert (mean["n"], mean["estimate"]) == (4, pytest.approx(22 / 6))
    assert (total["n"], total["estimate"]) == (4, 130)


def test_a_group_with_too_few_units_has_null_for_its_error(estimate):
    rows = estimate(wave({"op": "mean", "variable": "overall", "by": ["office"]}))

    assert len(rows) == 24
    assert {(row["se"], row["df"], row["low"], row["deff"]) for row in rows} == {
        (None, 0, None, None)
    }


@pytest.mark.parametrize(
    ("calibration", "se"),
    [
        (
            {"method": "rake", "margins": {"region": REGIONS, "sex": SEXES, "age": AGES}},
            0.0855235674318,
        ),
        (
            {"method": "calibrate", "margins": {"region": REGIONS, "sex": SEXES, "age": AGES}},
            0.0839790164914,
        ),
        (
            {
                "method": "poststratify",
                "margins": {
                    "region+sex": {
                        "C+F": 17304,
                        "N+F": 13596,
                        "NE+F": 22248,
                        "S+F": 8652,
                        "C+M": 16296,
                        "N+M": 12804,
                        "NE+M": 20952,
                        "S+M": 8148,
                    }
                },
            },
            0.0865385905057,
        ),
    ],
)
def test_calibration(estimate, calibration, se):
    [row] = estimate(wave({"op": "mean", "variable": "overall"}, calibration=calibration))

    assert row["se"] == pytest.approx(se, rel=1e-9)


def test_several_strata_columns_and_lonely_units(estimate):
    wish = [{"op": "mean", "variable": "overall"}]
    design = DESIGN | {"strata": ["wave", "region"]}

    [both] = estimate({"design": design, "estimates": wish})
    [lonely] = estimate(
        {
            "design": {**DESIGN, "lonely": "adjust"},
            "where": {"wave": "2026", "office": ["C01", "C02", "S01"]},
            "estimates": wish,
        }
    )

    assert both["df"] == 40
    assert lonely["df"] == 1


def test_a_workbook_is_read(estimate, tmp_path):
    book = openpyxl.Workbook()
    for line in SMALL.splitlines():
        book.active.append([int(x) if x.isdigit() else x or None for x in line.split(",")])
    path = tmp_path / "answers.xlsx"
    book.save(path)

    [row] = estimate({"estimates": [{"op": "mean", "variable": "score"}]}, file=path)

    assert (row["n"], row["estimate"]) == (4, 3.25)


def test_nothing_asked_is_nothing_told(estimate, small):
    assert estimate({}, file=small) == []


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("{", "The specification is not valid JSON"),
        ("[]", "The specification must be a JSON object."),
        ({"weigths": "w"}, "unknown part weigths"),
        ({"design": []}, "“design” must be a JSON object."),
        ({"calibration": {"margins": []}}, "“margins” must be a JSON object."),
        ({"estimates": {"op": "mean"}}, "“estimates” must be a list"),
        ({"estimates": [{"op": "guess"}]}, "Unknown operation “guess”."),
        ({"estimates": [{"op": "mean"}]}, "Each estimate needs a “variable”"),
        ({"estimates": [{"op": "mean", "variable": "score", "method": []}]}, "names columns"),
        ({"level": True}, "The confidence level must lie between 0 and 1."),
        ({"level": 95, "estimates": [{"op": "mean", "variable": "score"}]}, "confidence level"),
        ({"design": {"weights": ["w", "fee"]}}, "Name one column of weights."),
        ({"design": {"strata": [1]}}, "Columns are named as text."),
        ({"design": {"weights": "weight"}}, "The file has no column “weight”."),
        ({"design": {"weights": "fee"}}, "Weights must be numbers"),
        ({"design": {"weights": "office"}}, "Row 2: “A” in column office is not a number."),
        ({"design": {"fpc": "fee"}}, "must be positive numbers"),
        ({"design": {"lonely": "hope"}}, "Unknown rule for lonely units: “hope”."),
        ({"where": {"office": "C"}}, "No row meets the conditions"),
        ({"estimates": [{"op": "mean", "variable": "office"}]}, "Row 2: “A” in column office"),
        ({"estimates": [{"op": "ratio", "variable": "fee"}]}, "A ratio needs a “denominator”."),
        ({"estimates": [{"op": "chisq", "variable": "paid"}]}, "“chisq” needs “by”."),
        ({"estimates": [{"op": "difference", "variable": "fee"}]}, "“difference” needs “by”."),
        (
            {"estimates": [{"op": "proportion", "variable": "paid", "method": "x"}]},
            "The method is not known: x.",
        ),
        ({"estimates": [{"op": "quantile", "variable": "fee", "p": "a"}]}, "must lie between"),
        ({"estimates": [{"op": "quantile", "variable": "fee", "p": 2}]}, "must lie between"),
        (
            {"estimates": [{"op": "difference", "variable": "w", "by": "w"}], "where": {"w": 1}},
            "at least two groups",
        ),
        ({"calibration": {"method": "x", "margins": {"office": {"A": 1, "B": 1}}}}, "not known: x"),
        ({"calibration": {"margins": {"office": {"A": 1, "B": "x"}}}}, "must be positive numbers"),
        ({"calibration": {"margins": {"office": 5}}}, "must be positive numbers"),
        ({"calibration": {"margins": {"office": {"A": 1}}}}, "“B” has no population figure"),
        ({"calibration": {"margins": {"office": {"A": 1, "B": 1, "C": 1}}}}, "category “C”"),
        (
            {
                "calibration": {
                    "method": "poststratify",
                    "margins": {"office": {"A": 1, "B": 1}, "paid": {"0": 1, "1": 1}},
                }
            },
            "Post-stratification takes one margin",
        ),
        (
            {
                "calibration": {
                    "method": "calibrate",
                    "margins": {"office": {"A": 1, "B": 1}},
                    "bounds": "wide",
                }
            },
            "Bounds must be positive and enclose 1.",
        ),
    ],
)
def test_a_bad_specification_is_a_sentence(refusal, small, spec, sentence):
    assert sentence in refusal(spec, file=small)


def test_a_lonely_unit_is_a_sentence(refusal, small):
    spec = {
        "design": {"strata": "score"},
        "where": {"office": "A"},
        "estimates": [{"op": "mean", "variable": "fee"}],
    }

    assert "set “lonely” in the design" in refusal(spec, file=small)


def test_missing_files_and_broken_rows_are_sentences(refusal, small, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("score\n1\n2,3\n", encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.write_text("score\n", encoding="utf-8")
    wish = {"estimates": [{"op": "mean", "variable": "score"}]}

    assert "Row 3: The row has 2 cells" in refusal(wish, file=broken)
    assert "There is no answer" in refusal(wish, file=empty)
    assert "cannot be opened" in refusal(wish, file=tmp_path / "none.csv")
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("estimate", str(small), "--spec", str(tmp_path / "none.json"))

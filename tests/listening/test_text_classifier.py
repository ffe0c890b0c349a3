"""Training, classifying and the files of a model, on fictional texts."""

import csv
import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from listening.text import card, model, normalise, training, trust
from listening.text.segmentation import words

PLACES = ("ตลาดเก่า", "หน้าโรงเรียน", "ซอยสามัคคี", "ริมคลอง", "ข้างวัด", "ท้ายหมู่บ้าน", "ปากทาง", "หลังอำเภอ")
MATTERS = {
    "น้ำท่วม": ("น้ำท่วมขังสูงมากที่{}", "ฝนตกแล้วน้ำท่วม{}ทุกครั้ง"),
    "ถนน": ("ถนนเป็นหลุมลึกที่{}", "ขอให้ซ่อมถนน{}ด้วยครับ"),
}
ROWS = [
    (text.format(place), label)
    for label, two in MATTERS.items()
    for text in two
    for place in PLACES
]


@pytest.fixture(scope="module")
def trained():
    return training.train([text for text, _label in ROWS], [label for _text, label in ROWS])


@pytest.fixture
def folder(tmp_path, settings):
    settings.VAR = tmp_path
    return tmp_path / "models"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("นํ้าท่วม", "น้ำท่วม"),
        ("เเย่มากกกกก", "แย่มาก"),
        ("๑๒๓", "123"),
        ("ดี\u200bมาก", "ดีมาก"),
        ("ต่าง ๆๆ กัน", "ต่างๆ กัน"),
        ("👍🏽", "👍"),
    ],
)
def test_spellings_become_one(typed, plain):
    assert normalise.normalise(typed) == plain


def test_what_a_classifier_reads_has_signs_for_links_laughter_and_numbers():
    read = normalise.reduced("ดู https://example.org/a 5555 โทร 191").split()

    assert read == ["ดู", "\ue000", "\ue002", "โทร", "0"]


def test_words_are_thai_words():
    assert words("น้ำท่วมถนน") == ["น้ำท่วม", "ถนน"]


def test_a_model_is_measured_on_texts_it_did_not_see(trained):
    classifier, told = trained

    assert classifier.labels == ("ถนน", "น้ำท่วม")
    assert told["n"] == 32
    assert np.sum(told["confusion"]) == 32
    assert told["accuracy"] >= 0.9
    assert classifier.classify(["น้ำท่วมสูงที่หน้าบ้าน"])[0][0] == "น้ำท่วม"


def test_equal_texts_stay_in_one_fold():
    truth = np.array([0, 0, 0, 0, 1, 1, 1])

    fold = training.folds(truth, ["a", "a", "b", "c", "d", "d", "e"])

    assert fold[0] == fold[1]
    assert fold[4] == fold[5]


def test_rare_labels_are_left_out_and_named():
    texts, names = [text for text, _label in ROWS], [label for _text, label in ROWS]

    classifier, told = training.train([*texts, "เรื่องเดียว"], [*names, "หายาก"])

    assert told["left_out"] == {"หายาก": 1}
    assert "หายาก" not in classifier.labels


def test_one_label_cannot_be_learnt():
    with pytest.raises(training.Untrainable):
        training.train(["ก"] * 10, ["x"] * 10)


def test_calibration_error_of_sure_and_wrong_is_one():
    likely = np.array([[1.0, 0.0], [1.0, 0.0]])

    assert card.calibration_error(likely, np.array([1, 1])) == pytest.approx(1)
    assert card.calibration_error(likely, np.array([0, 0])) == pytest.approx(0)


def test_a_kept_model_says_the_same(trained, tmp_path):
    classifier, told = trained
    model.save(classifier, tmp_path, name="m", card=told)

    again = model.load(tmp_path, "m")

    texts = ["น้ำท่วมหน้าวัด", "ถนนพัง", ""]
    assert again.probabilities(texts) == pytest.approx(classifier.probabilities(texts), abs=0.01)


def test_an_altered_model_is_refused(trained, tmp_path):
    kept = model.save(trained[0], tmp_path, name="m", card=trained[1])
    file = tmp_path / kept["file"]
    file.write_bytes(file.read_bytes()[:-1] + b"?")

    with pytest.raises(model.Unreadable, match="altered"):
        model.load(tmp_path, "m")


@pytest.mark.parametrize("name", ["none", "../m", ""])
def test_a_model_that_is_not_there_is_refused(tmp_path, name):
    with pytest.raises(model.Unreadable):
        model.load(tmp_path, name)


def test_train_and_classify_a_file(folder, tmp_path, capsys):
    source, out = tmp_path / "texts.csv", tmp_path / "said.csv"
    with source.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("text", "topic"), *ROWS])

    call_command("train_classifier", str(source), text="text", label="topic", name="topics")
    told = json.loads(capsys.readouterr().out)
    call_command("classify", str(source), text="text", name="topics", out=str(out))

    assert told["name"] == "topics"
    assert json.loads(capsys.readouterr().out)["rows"] == 32
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == [label for _text, label in ROWS]
    assert all(0.5 <= float(row["probability"]) <= 1 for row in rows)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "Bad Name"}, "no name for a model"),
        ({"text": "body"}, "body"),
        ({"file": "nowhere.csv"}, "cannot be opened"),
    ],
)
def test_bad_input_is_a_sentence(folder, tmp_path, change, sentence):
    source = tmp_path / "texts.csv"
    source.write_text("text,topic\nน้ำ,a\n", encoding="utf-8")
    wish = {"file": str(source), "text": "text", "label": "topic", "name": "m", **change}

    with pytest.raises(CommandError, match=sentence):
        call_command("train_classifier", wish.pop("file"), **wish)


@pytest.mark.usefixtures("english")
def test_classify_needs_a_model(folder, tmp_path):
    with pytest.raises(CommandError, match="no usable model"):
        call_command("classify", "x.csv", text="t", name="m", out=str(tmp_path / "o.csv"))


def test_a_model_is_bound_to_its_list_of_labels():
    version = trust.taxonomy_version(["a", "b"])

    assert trust.fits(model_version=version, labels_in_use=["b", "a"])
    assert not trust.fits(model_version=version, labels_in_use=["a", "b", "c"])


@pytest.mark.parametrize(
    ("probability", "precision", "filled"),
    [(0.7, 0.98, True), (0.69, 0.98, False), (0.9, 0.89, False), (0.9, None, False)],
)
def test_filling_needs_a_sure_and_proven_model(probability, precision, filled):
    assert trust.may_fill(probability, precision=precision) is filled


def test_two_bad_weeks_switch_a_model_off():
    good, bad, few = trust.Week(100, 90), trust.Week(100, 70), trust.Week(5, 0)

    assert trust.is_stale([good, bad, few, bad], accuracy=0.9)
    assert not trust.is_stale([bad, bad, good], accuracy=0.9)
    assert not trust.is_stale([bad], accuracy=0.9)


def test_only_a_better_model_replaces_another():
    def pair(only_new, only_old, *, both=100):
        return trust.pair_of(
            [True] * (both + only_new) + [False] * only_old,
            [True] * both + [False] * only_new + [True] * only_old,
        )

    assert pair(12, 4).is_better
    assert pair(12, 4).chance == pytest.approx(0.0384, abs=1e-4)
    assert not pair(9, 6).is_better  # might be an accident
    assert not pair(0, 0).is_better
    assert not pair(4, 12).is_better
    assert not pair(12, 4, both=13).is_better  # too few texts

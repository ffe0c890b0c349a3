"""Open forms ask the machine, or the person, for a small effort."""

import time
from itertools import count

import pytest
import time_machine
from django.http import QueryDict
from django.utils import translation

from agency.proof import STANDS_SECONDS, ProofMixin, is_found


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def found_for(seed: str) -> str:
    """Do what the script does."""
    return next(str(number) for number in count() if is_found(seed, str(number)))


def sent(**facts) -> ProofMixin:
    """Return the form as it came back."""
    data = QueryDict(mutable=True)
    data.update(facts)
    return ProofMixin(data)


@pytest.fixture
def asked():
    return ProofMixin()


def test_the_machine_or_the_person_makes_the_effort(asked):
    seed, whole = asked.asked["seed"], asked.asked["one"] + asked.asked["two"]
    task = asked.initial["proof_task"]
    thai = str(whole).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))

    assert not is_found(seed, "no")
    assert sent(proof_task=task, proof_found=found_for(seed)).is_valid()
    assert sent(proof_task=task, proof_sum=thai).is_valid()


@pytest.mark.parametrize(
    ("facts", "words"),
    [({}, "no machine"), ({"proof_sum": "99"}, "no machine"), ({"proof_task": "x"}, "too long")],
)
def test_without_it_the_form_stays_and_asks_the_sum(asked, facts, words):
    form = sent(**{"proof_task": asked.initial["proof_task"], **facts})

    assert not form.is_valid()
    assert words in str(form.errors["proof_sum"])
    assert form.asked["one"] + form.asked["two"] > 3


def test_a_task_stands_two_hours_and_the_unseen_field_stays_empty(asked):
    answer = str(asked.asked["one"] + asked.asked["two"])
    facts = {"proof_task": asked.initial["proof_task"], "proof_sum": answer}

    with time_machine.travel(STANDS_SECONDS + 2 + time.time(), tick=False):
        assert not sent(**facts).is_valid()
    assert "contact_url" in sent(**facts, contact_url="https://spam.example").errors

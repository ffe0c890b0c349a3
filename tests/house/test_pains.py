"""docs/PAINS.md names tests that exist; and what its last line says of mail holds."""

import re

import pytest

from pmqa.launch.places import PROJECT

TABLE = (PROJECT / "docs" / "PAINS.md").read_text(encoding="utf-8")
PROOFS = list(dict.fromkeys(re.findall(r"`(tests/[\w/]+\.py)`: ([\w, ]+)", TABLE)))
MAIL_INTAKE = range(12, 17)
SENDERS = {"agency/outbox.py"}
MAIL = re.compile(
    r"\bsend_mail\(|\bEmail(Message|MultiAlternatives)\(|\bsmtplib\b|\.send_messages\("
)


def test_every_pain_has_an_answer():
    numbers = [int(number) for number in re.findall(r"^\| (\d+) ", TABLE, re.MULTILINE)]

    assert numbers == [number for number in range(1, 32) if number not in MAIL_INTAKE]


@pytest.mark.parametrize(("file", "names"), PROOFS, ids=[f"{f}:{n}" for f, n in PROOFS])
def test_the_tests_that_prove_it_exist(file, names):
    text = (PROJECT / file).read_text(encoding="utf-8")

    missing = [name for name in names.split(", ") if f"def test_{name.strip()}(" not in text]

    assert missing == []


def test_only_the_outbox_sends_mail():
    senders = {
        str(path.relative_to(PROJECT))
        for room in ("agency", "complaints", "surveys", "pmqa")
        for path in (PROJECT / room).rglob("*.py")
        if MAIL.search(path.read_text(encoding="utf-8"))
    }

    assert senders == SENDERS

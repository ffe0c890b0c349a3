"""The secrets of an installation."""

import base64
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pmqa.launch import LaunchError, keys


def test_secrets_are_made_once_and_private(tmp_path: Path):
    made = keys.load_secrets(tmp_path)

    assert keys.load_secrets(tmp_path) == made
    assert sorted(made) == ["DJANGO_SECRET_KEY", "PERSON_INDEX_KEY", "PERSON_KEYS"]
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    name, _, key = made["PERSON_KEYS"].partition(":")
    assert (name, len(base64.b64decode(key)), len(base64.b64decode(made["PERSON_INDEX_KEY"]))) == (
        "k1",
        32,
        32,
    )


def test_starts_at_once_agree_on_the_secrets(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.load_secrets(tmp_path), range(8)))

    assert made == [json.loads((tmp_path / "secrets.json").read_text())] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_given_secret_wins(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DJANGO_SECRET_KEY", "given")
    monkeypatch.setenv("PERSON_KEYS", "")
    monkeypatch.delenv("PERSON_INDEX_KEY", raising=False)

    keys.into_environment(
        {"DJANGO_SECRET_KEY": "a", "PERSON_KEYS": "b", "PERSON_INDEX_KEY": "c", "OTHER": "d"}
    )

    assert [os.environ.get(name) for name in (*keys.NAMES, "OTHER")] == ["given", "b", "c", None]


def test_damaged_secrets_are_never_replaced(tmp_path: Path):
    (tmp_path / "secrets.json").write_text("{")

    with pytest.raises(LaunchError, match="Bring it back from the backup"):
        keys.load_secrets(tmp_path)

    assert (tmp_path / "secrets.json").read_text() == "{"


def test_production_is_never_given_made_up_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "pmqa.settings.prod")

    keys.provide(tmp_path)

    assert list(tmp_path.iterdir()) == []

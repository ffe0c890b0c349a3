"""HOST and PORT, and what is said when they cannot be had."""

import errno
import fcntl
from pathlib import Path

import pytest

from pmqa.launch import LaunchError
from pmqa.launch.address import Address, asked_address, require_free, running_portal, why_not


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without HOST and PORT."""
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    return monkeypatch


def test_default_is_only_for_this_machine(asked: pytest.MonkeyPatch):
    assert asked_address() == Address("127.0.0.1", 8000)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "๘๐๐๐", "80 80"])
def test_port_that_is_none_is_a_sentence(asked: pytest.MonkeyPatch, port: str):
    asked.setenv("PORT", port)

    with pytest.raises(LaunchError) as caught:
        asked_address()

    assert str(caught.value) == (
        f"PORT={port} is not a port. Give a number from 1 to 65535: PORT=8001 make run"
    )


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),  # noqa: S104
        ("::", "http://[::1]:8000/"),
        ("fe80::1", "http://[fe80::1]:8000/"),
        ("portal.example", "http://portal.example:8000/"),
    ],
)
def test_url_is_what_a_browser_takes(host: str, url: str):
    assert Address(host, 8000).url == url


def test_host_of_another_machine_is_a_sentence():
    with pytest.raises(LaunchError) as caught:
        require_free(Address("192.0.2.1", 8000))

    assert str(caught.value) == "HOST=192.0.2.1 is not an address of this machine."


def test_forbidden_port_is_a_sentence():
    assert why_not(Address("127.0.0.1", 80), errno.EACCES) == (
        "Port 80 may be opened by root only. Choose another one: PORT=8000 make run"
    )


def test_running_portal_is_known_by_its_lock_not_by_its_file(tmp_path: Path):
    lock = tmp_path / "run.lock"
    assert running_portal(tmp_path) is None
    lock.write_text('{"pid": 7, "url": "http://127.0.0.1:8000/"}')
    assert running_portal(tmp_path) is None

    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert running_portal(tmp_path) == (7, "http://127.0.0.1:8000/")

"""The set-up: what is done already is known without pip and without the network."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from pmqa.launch import LaunchError, bootstrap


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose locks ask for nothing new, and an environment that is this one's Python."""
    environment = tmp_path / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("")
    for lock in bootstrap.LOCKS_OF_TOOLS:
        (tmp_path / lock).write_text(
            f"pip=={version('pip')} --hash=sha256:{'0' * 64}\n"
        )  # is there
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", environment)
    monkeypatch.setattr(bootstrap, "STAMP", environment / "installed.txt")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")  # nobody answers there
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    return tmp_path


def test_installed_locks_are_remembered_until_one_changes(project: Path):
    assert not bootstrap.installed(bootstrap.LOCKS)

    bootstrap.install(bootstrap.LOCKS_OF_TOOLS)

    assert bootstrap.installed(bootstrap.LOCKS)
    assert bootstrap.installed(bootstrap.LOCKS_OF_TOOLS)
    (project / "requirements-dev.txt").write_text("# nothing\n")
    assert bootstrap.installed(bootstrap.LOCKS)
    assert not bootstrap.installed(bootstrap.LOCKS_OF_TOOLS)


def test_new_environment_forgets_what_the_old_one_had(project: Path):
    bootstrap.install(bootstrap.LOCKS)

    os.utime(project / ".venv" / "pyvenv.cfg", (1, 1))

    assert not bootstrap.installed(bootstrap.LOCKS)


def test_set_up_that_is_done_needs_no_network(project: Path, monkeypatch: pytest.MonkeyPatch):
    bootstrap.install(bootstrap.LOCKS)
    called: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "install", called.append)
    monkeypatch.setattr(bootstrap, "run_quietly", called.append)

    bootstrap.set_up(tools=False)

    assert called == [[sys.executable, "-m", "pmqa.launch.assets"]]


def test_missing_network_is_a_sentence(project: Path):
    (project / "requirements.txt").write_text(f"no-such-package==1 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(
        LaunchError, match="could not be installed; what is done stays done"
    ) as caught:
        bootstrap.install(bootstrap.LOCKS)

    assert "no-such-package" in str(caught.value)
    assert not bootstrap.installed(bootstrap.LOCKS)


def test_python_without_venv_is_a_sentence(project: Path, monkeypatch: pytest.MonkeyPatch):
    broken = project / "python"
    broken.write_text("#!/bin/sh\necho ensurepip is not available; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))

    with pytest.raises(LaunchError, match="apt-get install python3-venv") as caught:
        bootstrap.make_environment()

    assert "ensurepip is not available" in str(caught.value)


def test_old_python_without_a_newer_one_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit) as caught:
        bootstrap.require_python()

    assert str(caught.value) == (
        "The portal needs Python 3.11 or newer; this machine has 3.9.2. "
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
    )


def test_old_python_goes_on_as_a_newer_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    newer = tmp_path / "python3.12"
    newer.symlink_to(sys.executable)
    became: list[list[str]] = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "argv", ["bootstrap", "run"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(
        os, "execv", lambda program, arguments: became.append([program, *arguments])
    )

    with pytest.raises(SystemExit):
        bootstrap.require_python()

    assert became == [[str(newer), str(newer), "-m", "pmqa.launch.bootstrap", "run"]]


def test_bootstrap_needs_only_the_standard_library():
    script = (
        "import sys; import pmqa.launch.bootstrap, pmqa.launch.address, pmqa.launch.terminal;"
        "print([n for n in ('django', 'celery', 'psycopg', 'redis') if n in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        cwd=bootstrap.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")

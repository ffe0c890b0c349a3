"""First step of every `make` command: standard library only, run by the machine's own Python.

`python3 -m pmqa.launch.bootstrap run|setup|base|tools` makes `.venv`, installs the locked packages
and the front-end assets, then becomes the command; `tools` adds what building and testing needs.
What is done already is known by the hash of the locks: a second start needs neither pip nor network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCKS = ["requirements.txt"]
LOCKS_OF_TOOLS = ["requirements.txt", "requirements-dev.txt"]
STAMP = ENVIRONMENT / "installed.txt"
BECOMES = {
    "run": ["-m", "pmqa.launch.supervise"],
    "setup": ["-m", "pmqa.launch.prepare"],
    "base": ["-c", ""],
    "tools": ["-c", ""],
}
PIP_SAYS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}


def main() -> None:
    """Set up, then become the command."""
    require_python()
    from pmqa.launch import LaunchError  # noqa: PLC0415

    purpose = sys.argv[1]
    os.chdir(PROJECT)
    try:
        if purpose == "run":
            leave_if_running()
        set_up(tools=purpose == "tools")
    except LaunchError as error:
        raise SystemExit(str(error)) from None
    except KeyboardInterrupt:
        raise SystemExit("Stopped. Type the same command to go on where it was.") from None
    os.execv(PYTHON, [str(PYTHON), *BECOMES[purpose]])  # noqa: S606


def require_python() -> None:
    """Go on with a newer Python when this one is too old; say so when there is none."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, "-m", "pmqa.launch.bootstrap", *sys.argv[1:]])  # noqa: S606
    version = ".".join(str(part) for part in sys.version_info[:3])
    raise SystemExit(
        f"The portal needs Python 3.11 or newer; this machine has {version}. "
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
    )


def leave_if_running() -> None:
    """Before anything slow: a portal that runs already, or a port that is taken."""
    from pmqa.launch import address  # noqa: PLC0415

    found = address.running_portal(Path(os.environ.get("VAR") or PROJECT / "var").absolute())
    if found:
        sys.stdout.write(f"{address.already_running(found)}\n")
        raise SystemExit(0)
    address.require_free(address.asked_address())


def set_up(*, tools: bool) -> None:
    """Make the environment and the assets, each only when something changed."""
    from pmqa.launch.terminal import step  # noqa: PLC0415

    with alone():
        if not works(PYTHON):
            with step("Python environment"):
                make_environment()
        locks = LOCKS_OF_TOOLS if tools else LOCKS
        if not installed(locks):
            with step("Packages (needs the network, about a minute the first time)"):
                install(locks)
        run_quietly([str(PYTHON), "-m", "pmqa.launch.assets"])


@contextmanager
def alone() -> Iterator[None]:
    """Let only one command set the project up; others wait."""
    handle = os.open(PROJECT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stdout.write("Another command sets the project up; waiting for it.\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def works(python: Path) -> bool:
    """Tell whether the environment's Python starts and has pip."""
    try:
        command = [
            str(python),
            "-c",
            "import importlib.util as u; raise SystemExit(not u.find_spec('pip'))",
        ]
        return subprocess.call(command, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make `.venv`; some systems ship Python without the parts for it."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode or not works(PYTHON):
        refuse(
            "Python cannot make a virtual environment here. On Debian and Ubuntu: "
            "apt-get install python3-venv. Otherwise look at what it said:\n"
            + (made.stdout + made.stderr)[-800:]
        )


def installed(locks: list[str]) -> bool:
    """Tell whether exactly these locks were installed by this Python."""
    try:
        done = STAMP.read_text().splitlines()
    except OSError:
        return False
    return stamp_of(locks) in done


def stamp_of(locks: list[str]) -> str:
    """Return a name for the content of the locks and the Python that took them."""
    digest = hashlib.sha256()
    for lock in locks:
        digest.update((PROJECT / lock).read_bytes())
    return (
        f"{digest.hexdigest()} {' '.join(locks)} {(ENVIRONMENT / 'pyvenv.cfg').stat().st_mtime_ns}"
    )


def install(locks: list[str]) -> None:
    """Install the locked packages by hash, counting them aloud."""
    wanted = [f"--requirement={PROJECT / lock}" for lock in locks]
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--progress-bar=off",
        *wanted,
    ]
    total = sum(
        line[:1].isalnum() for lock in locks for line in (PROJECT / lock).read_text().splitlines()
    )
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | PIP_SAYS,
    ) as pip:
        said = count_aloud(pip, total)
    if pip.returncode:
        refuse(
            "The packages could not be installed; what is done stays done. Is the network there? "
            f"pip said:\n{''.join(said[-12:])}"
        )
    STAMP.write_text(f"{stamp_of(LOCKS)}\n{stamp_of(locks)}\n")


def count_aloud(pip: subprocess.Popen[str], total: int) -> list[str]:
    """Say every few seconds how many packages are here; return what pip said."""
    said: list[str] = []
    count, spoke = 0, time.monotonic()
    for line in pip.stdout or ():
        said.append(line)
        count += line.startswith(("Collecting ", "Requirement already satisfied"))
        if line.startswith("Installing collected"):
            sys.stdout.write("    unpacking …\n")
        elif time.monotonic() - spoke > 3:
            sys.stdout.write(f"    {min(count, total)} of about {total}\n")
            spoke = time.monotonic()
        sys.stdout.flush()
    return said


def run_quietly(command: list[str]) -> None:
    """Run a step that speaks for itself."""
    code = subprocess.call(command)
    if code:
        raise SystemExit(code)


def refuse(sentence: str) -> None:
    """Stop with a sentence for the person at the terminal."""
    from pmqa.launch import LaunchError  # noqa: PLC0415

    raise LaunchError(sentence)


if __name__ == "__main__":
    main()

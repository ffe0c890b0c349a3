"""Finds the Chromium of the browser tests, or installs it where that is allowed."""

import os
import shutil
import subprocess

from pmqa.launch.terminal import say, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = (
    ["apt-get", "update", "-q"],
    ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"],
)


def main() -> None:
    """Make sure of a browser; REQUIRE_BROWSER=1 makes its absence an error."""
    if find_chromium() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with step("Chromium for the browser tests (apt-get)"):
            install()
    if find_chromium() is None:
        sentence = (
            "No Chromium was found (as root: apt-get install chromium; or name one in CHROMIUM)."
        )
        if os.environ.get("REQUIRE_BROWSER") == "1":
            raise SystemExit(sentence)
        say(f"{sentence} The browser tests will be reported as skipped.")


def find_chromium() -> str | None:
    """Return the browser that CHROMIUM names, or one on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> None:
    """Ask apt-get; what it says is shown only when it fails."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in APT:
        done = subprocess.run(
            command,
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            say(f"    {' '.join(command)} failed: {done.stderr[-400:]}")
            return


if __name__ == "__main__":
    main()

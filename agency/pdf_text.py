"""The text layer of a PDF, read by a process of its own: a broken or hostile file ends that process only.

No character recognition: of a scan without a text layer nothing is found, and the text is typed or pasted.
"""

from __future__ import annotations

import subprocess
import sys

SECONDS = 15
PAGES = 50
CHARACTERS = 100_000
COUNT = "--count"


def text_layer(content: bytes) -> str:
    """Return the text of a PDF, nothing when there is none or it cannot be read in time."""
    return read_apart(content).replace("\x00", "").strip()[:CHARACTERS]


def page_count(content: bytes) -> int:
    """Return how many pages a PDF has, 0 when it cannot be opened."""
    return int(read_apart(content, COUNT) or 0)


def read_apart(content: bytes, *wish: str) -> str:
    """Let a process of its own read a PDF; nothing when it fails or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603  our own module; no word of a person is in it
            [sys.executable, "-m", "agency.pdf_text", *wish],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return "" if done.returncode else done.stdout.decode("utf-8", "replace")


def main(*wish: str) -> None:
    """Read a PDF from stdin, write its text to stdout, or only how many pages it has."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - not in the web process

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    if COUNT in wish:
        sys.stdout.write(str(len(document)))
        return
    for number in range(min(len(document), PAGES)):
        text = document[number].get_textpage().get_text_range(errors="replace")
        sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))


if __name__ == "__main__":
    main(*sys.argv[1:])

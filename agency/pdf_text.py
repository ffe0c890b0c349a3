"""The text layer of a PDF, read by a process of its own: a broken or hostile file ends that process only.

No character recognition: of a scan without a text layer nothing is found, and the text is typed or pasted.
"""

from __future__ import annotations

import subprocess
import sys

SECONDS = 15
PAGES = 50
CHARACTERS = 100_000


def text_layer(content: bytes) -> str:
    """Return the text of a PDF, nothing when there is none or it cannot be read in time."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "agency.pdf_text"],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode:
        return ""
    return done.stdout.decode("utf-8", "replace").replace("\x00", "").strip()[:CHARACTERS]


def main() -> None:
    """Read a PDF from stdin, write its text to stdout."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - not in the web process

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for number in range(min(len(document), PAGES)):
        text = document[number].get_textpage().get_text_range(errors="replace")
        sys.stdout.buffer.write(f"{text}\n".encode("utf-8", "replace"))


if __name__ == "__main__":
    main()

"""Front-end files out of the locked packages: nothing from a CDN, nothing committed.

`python -m pmqa.launch.assets` fills `static/vendor` and compiles the translations when what they
are made from changed. Each file is replaced in one step, so that a kill leaves old or new.
"""

import hashlib
import importlib.util
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from pmqa.launch import LaunchError, typeface
from pmqa.launch.places import PROJECT
from pmqa.launch.terminal import step

VENDOR = PROJECT / "static" / "vendor"
STAMP = VENDOR / ".made-from"
PDF_WEIGHTS = ("Regular", "SemiBold")
BRAND = "#0b5d66"
MARK_SIDE = 28  # as in static/pmqa/mark.svg
MARK_LINES = (
    (6, 18.5, 22, 18.5),
    (8, 18.5, 8, 13.5),
    (12, 18.5, 12, 10.5),
    (16, 18.5, 16, 13.5),
    (20, 18.5, 20, 8.5),
)
SOURCE_MAP = re.compile(rb"\n?(/\*#|//#) sourceMappingURL=\S+( \*/)?\s*$")
FONT_CHARACTERS = [
    *range(0x20, 0x7F),  # Latin
    *range(0xA0, 0x180),  # its accents
    *range(0xE00, 0xE80),  # Thai
    *range(0x2010, 0x2040),  # dashes, quotation marks, ellipsis
    *(0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
    0x25CC,  # the circle under a Thai mark that stands alone
]


def main() -> None:
    """Make what is missing or older than its sources."""
    try:
        if stamp() != written_stamp():
            with step("Styles, scripts and the Thai font"):
                make_vendor()
        if stale_translations():
            with step("Translations"):
                compile_translations()
    except LaunchError as error:
        raise SystemExit(str(error)) from None
    except PermissionError as error:
        raise SystemExit(
            f"{error.filename} cannot be written; set up as the project's owner."
        ) from None


def recipes() -> dict[str, Callable[[], bytes]]:
    """Return what lies in static/vendor, and how each file is made."""
    bootstrap = package("bootstrap") / "static" / "bootstrap"
    htmx = package("django_htmx") / "static" / "django_htmx"
    sarabun = package("fontpkg_sarabun") / "files"
    return {
        "bootstrap/bootstrap.min.css": lambda: without_map(bootstrap / "css" / "bootstrap.min.css"),
        "bootstrap/bootstrap.bundle.min.js": lambda: without_map(
            bootstrap / "js" / "bootstrap.bundle.min.js"
        ),
        "htmx/htmx.min.js": lambda: without_map(htmx / "htmx-2.min.js"),
        "fonts/sarabun-400.woff2": lambda: web_font(sarabun / "Sarabun-Regular.ttf"),
        "fonts/sarabun-600.woff2": lambda: web_font(sarabun / "Sarabun-SemiBold.ttf"),
        "icons/icon-192.png": lambda: app_icon(192),
        "icons/icon-512.png": lambda: app_icon(512),
        "icons/icon-maskable-512.png": lambda: app_icon(512, margin=0.1),
        "fonts/LICENSE.txt": (sarabun.parent / "LICENSE").read_bytes,
        **{f"pdf/Sarabun-{weight}.ttf": pdf_font(sarabun, weight) for weight in PDF_WEIGHTS},
    }


def pdf_font(folder: Path, weight: str) -> Callable[[], bytes]:
    """Return how the font of our PDFs is made in one weight."""
    return lambda: typeface.with_pairs(folder / f"Sarabun-{weight}.ttf")


def package(name: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise LaunchError(f"The package {name} is not installed. Type `make setup`.")
    return Path(spec.origin).parent


def make_vendor() -> None:
    """Write every file, the stamp last."""
    for name, make in recipes().items():
        replace(VENDOR / name, make())
    replace(STAMP, stamp().encode())


def without_map(path: Path) -> bytes:
    """Return a script or style without its pointer to a source map that we do not ship."""
    return SOURCE_MAP.sub(b"\n", path.read_bytes())


def web_font(path: Path) -> bytes:
    """Return a font as WOFF2 with only the characters that the portal writes."""
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = TTFont(path)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=FONT_CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def app_icon(size: int, *, margin: float = 0.0) -> bytes:
    """Draw the portal's mark as a picture for phones; with a margin on full ground, for round masks."""
    whole = Image.new("RGBA", (size, size), BRAND if margin else (0, 0, 0, 0))
    draw = ImageDraw.Draw(whole)
    unit = size * (1 - 2 * margin) / MARK_SIDE
    start = size * margin

    def place(x: float, y: float) -> tuple[float, float]:
        return start + x * unit, start + y * unit

    if not margin:
        draw.rounded_rectangle((place(1, 1), place(27, 27)), radius=6 * unit, fill=BRAND)
    for from_x, from_y, to_x, to_y in MARK_LINES:
        ends = (place(from_x, from_y), place(to_x, to_y))
        draw.line(ends, fill="#ffffff", width=round(2 * unit))
        for x, y in ends:
            draw.ellipse((x - unit, y - unit, x + unit, y + unit), fill="#ffffff")
    buffer = io.BytesIO()
    whole.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def replace(path: Path, content: bytes) -> None:
    """Put a file in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}.new")
    scratch.write_bytes(content)
    scratch.replace(path)


def stamp() -> str:
    """Return a name for this recipe and the packages it takes from."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update(Path(typeface.__file__).read_bytes())
    digest.update((PROJECT / "requirements.txt").read_bytes())
    return digest.hexdigest()


def written_stamp() -> str:
    """Return the stamp of what lies there; empty when a file is missing."""
    complete = STAMP.exists() and all((VENDOR / name).exists() for name in recipes())
    return STAMP.read_text() if complete else ""


def stale_translations() -> bool:
    """Tell whether a text file is newer than its compiled form."""
    return any(
        not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns
        for source, compiled in translation_files()
    )


def translation_files() -> Iterator[tuple[Path, Path]]:
    """Yield each text file with the name of its compiled form."""
    for source in (PROJECT / "locale").glob("*/LC_MESSAGES/*.po"):
        yield source, source.with_suffix(".mo")


def compile_translations() -> None:
    """Let the portal's own command compile; it needs no gettext tools."""
    command = [sys.executable, str(PROJECT / "manage.py"), "messages", "--compile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LaunchError(f"The translations could not be compiled:\n{done.stderr[-800:]}")


if __name__ == "__main__":
    main()

"""Uploaded pictures: drawn anew, so that place, camera and anything hidden behind the picture are gone."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from typing import IO

import pi_heif
from PIL import Image, ImageOps

pi_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
DRAWN_AS = {"HEIF": "JPEG"}  # what phones take in and few others can open
MAX_PIXELS = 50_000_000
QUALITY = 90
KEPT = ("transparency",)  # everything else a file says about itself is dropped


class Unreadable(Exception):
    """Not a picture that can be opened, or one that would fill the memory."""


def redraw(file: IO[bytes]) -> bytes:
    """Return the picture upright, with no metadata, in its own format; a HEIC of a phone as JPEG."""
    file.seek(0)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=FORMATS) as picture:
            return encoded(picture, DRAWN_AS.get(str(picture.format), str(picture.format)))
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as error:
        raise Unreadable from error


def encoded(picture: Image.Image, name: str) -> bytes:
    """Return the pixels in the named format; refuse too many before they are unpacked."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ValueError("too many pixels")
    ImageOps.exif_transpose(picture, in_place=True)
    picture.info = {key: value for key, value in picture.info.items() if key in KEPT}
    page = BytesIO()
    is_odd = name == "JPEG" and picture.mode not in {"L", "RGB", "CMYK"}  # JPEG knows no others
    drawn = picture.convert("RGB") if is_odd else picture
    drawn.save(page, name, quality=QUALITY)
    return page.getvalue()

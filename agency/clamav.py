"""Asks a ClamAV daemon whether a file is clean (INSTREAM); used only where CLAMAV_ADDRESS is set."""

from __future__ import annotations

import socket
import struct

from django.core.files import File

TIMEOUT = 30
CHUNK_BYTES = 64 * 1024
CLEAN = b"stream: OK"
FOUND = b"FOUND"


class Unavailable(Exception):
    """The scanner does not answer, or not in its own words."""


def is_clean(file: File[bytes], *, address: str) -> bool:
    """Whether the scanner finds nothing; address is `host:port` or the path of a socket."""
    try:
        with connected(address) as wire:
            answer = ask(wire, file)
    except (OSError, ValueError) as error:
        raise Unavailable(address) from error
    if answer == CLEAN:
        return True
    if answer.endswith(FOUND):
        return False
    raise Unavailable(answer.decode(errors="replace"))


def connected(address: str) -> socket.socket:
    """Return an open connection to the scanner."""
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=TIMEOUT)
    wire = socket.socket(socket.AF_UNIX)
    wire.settimeout(TIMEOUT)
    try:
        wire.connect(address)
    except OSError:
        wire.close()
        raise
    return wire


def ask(wire: socket.socket, file: File[bytes]) -> bytes:
    """Send the file in pieces, each with its length, and return the answer."""
    wire.sendall(b"zINSTREAM\0")
    file.seek(0)
    for chunk in file.chunks(CHUNK_BYTES):
        wire.sendall(struct.pack(">I", len(chunk)) + chunk)
    wire.sendall(struct.pack(">I", 0))
    answer = b""
    while piece := wire.recv(4096):
        answer += piece
    return answer.rstrip(b"\0\n")

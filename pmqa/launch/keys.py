"""The secrets of one installation, made once for the embedded default."""

import base64
import json
import os
import secrets
import tempfile
from pathlib import Path

from pmqa.launch import LaunchError

NAMES = ("DJANGO_SECRET_KEY", "PERSON_KEYS", "PERSON_INDEX_KEY")


def random_key() -> str:
    """Return 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def new_secrets() -> dict[str, str]:
    """Return fresh secrets; what the keys of persons encrypt is lost without them."""
    return {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "PERSON_KEYS": f"k1:{random_key()}",
        "PERSON_INDEX_KEY": random_key(),
    }


def load_secrets(var: Path) -> dict[str, str]:
    """Return the secrets of `var`, made now if there are none."""
    path = var / "secrets.json"
    if not path.exists():
        write_once(path, json.dumps(new_secrets(), indent=1))
    try:
        return {name: str(value) for name, value in json.loads(path.read_text()).items()}
    except PermissionError as error:
        raise LaunchError(
            f"{path} belongs to another user. Start as its owner, or name another VAR."
        ) from error
    except ValueError as error:
        raise LaunchError(
            f"{path} is damaged. Bring it back from the backup; without it no national ID can be read."
        ) from error


def write_once(path: Path, text: str) -> None:
    """Write a private file that is whole or not there; who comes second keeps the first one's."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        Path(scratch).unlink()


def provide(var: Path) -> None:
    """Give this process the secrets of `var`; production brings its own and is never given made-up ones."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".prod"):
        into_environment(load_secrets(var))


def into_environment(values: dict[str, str]) -> None:
    """Put the secrets where the settings read them; what is set already wins."""
    for name in NAMES:
        if not os.environ.get(name) and name in values:
            os.environ[name] = values[name]

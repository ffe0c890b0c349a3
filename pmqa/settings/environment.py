"""Reads settings out of environment variables."""

import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

from psycopg.conninfo import conninfo_to_dict

DJANGO_NAMES = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}


def flag(name: str, *, default: bool = False) -> bool:
    """Return True for 1, true, yes or on."""
    value = os.environ.get(name, "")
    return value.strip().lower() in {"1", "true", "yes", "on"} if value else default


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of a variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, Any]:
    """Turn a PostgreSQL URL into Django's DATABASES entry; sockets as `?host=/folder`."""
    parts = conninfo_to_dict(url)
    entry: dict[str, Any] = {
        DJANGO_NAMES[name]: str(value) for name, value in parts.items() if name in DJANGO_NAMES
    }
    entry["OPTIONS"] = {name: value for name, value in parts.items() if name not in DJANGO_NAMES}
    return entry


def celery_broker(url: str) -> str:
    """The queue is the database after the cache's: emptying a cache must not lose a task.

    Celery calls a Redis socket `redis+socket://`, Django's cache calls it `unix://`.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = int(parse_qs(parts.query).get("db", ["0"])[0])
        return f"redis+socket://{parts.path}?virtual_host={number + 1}"
    number = int(parts.path.strip("/") or 0)
    return parts._replace(path=f"/{number + 1}").geturl()

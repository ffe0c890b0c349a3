"""Asks a running site whether it is well; also the health check of a container."""

import http.client
import os

from pmqa.launch.address import asked_address


def main() -> None:
    """Fail unless the site on this machine says that it is well."""
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "").split(",")[0].strip(" .*")
    headers = {"Host": host or "localhost", "X-Forwarded-Proto": "https"}
    if health_of("127.0.0.1", asked_address().port, headers) != 200:
        raise SystemExit(1)


def health_of(host: str, port: int, headers: dict[str, str] | None = None) -> int:
    """Return the status of the health page, 0 when nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers=headers or {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


if __name__ == "__main__":
    main()

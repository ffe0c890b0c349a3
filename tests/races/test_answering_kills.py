"""Two hundred people answer at once while the web server is killed: each answer is there once, each refusal was told."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from pmqa.launch.places import PROJECT
from surveys.models import Invitation, Mode, Quota, Response
from surveys.selectors.links import hash_of, token_of
from tests.factories.surveys import (
    DOCUMENT,
    InvitationFactory,
    QuotaFactory,
    SurveyFactory,
    WaveFactory,
)
from tests.fixtures.celery_process import child_environment
from tests.fixtures.engines import eventually
from tests.fixtures.smtp import free_port

PEOPLE = 200
INVITED = 40
ROOM = 50  # answers by the counter that are wanted; every second person was there
ONE_PAGE = {**DOCUMENT, "sections": DOCUMENT["sections"][:1]}
SECRET = "a" * 32  # of the form's protection against other sites: cookie and field must agree


class WebServer:
    """The portal's web server in processes of its own, on this test's database."""

    def __init__(self):
        self.port = free_port()
        self.start()

    def start(self):
        """Start it, on the same port as before."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "pmqa.wsgi:application"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--no-access-log"),
                *("--workers", "1", "--blocking-threads", "4"),
            ],
            cwd=PROJECT,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self):
        """End it with SIGKILL, its workers too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def web_server(transactional_db, empty_queue):
    """A running web server."""
    server = WebServer()
    eventually(lambda: Client(server, Counter()).can_reach())
    yield server
    server.kill()


class Client:
    """One person's browser: it keeps its cookies and presses the button again until there is a reply."""

    def __init__(self, server, replies):
        self.server, self.replies = server, replies
        self.cookies = {"csrftoken": SECRET}

    def answer(self, wave, *, number, link):
        """Answer once; returns the number of the form and where it led."""
        uid, path = uuid.uuid4(), f"/s/{wave.code}/answer/"
        form = {"page": "s1", "shown": ["channel", "overall"], "overall": number % 5 + 1}
        form |= {"uid": uid, "channel": "counter" if number % 2 else "online"}
        if link:
            self.ask("GET", link)
        place, page = self.ask("POST", path, **form)
        while place is None:  # the killed server's connection still holds the link
            assert "โปรดรอสักครู่" in page, page
            place, page = self.ask("POST", path, **form)
        self.replies["told"] += 1
        return uid, place.removeprefix(f"/s/{wave.code}/")

    def ask(self, method, path, **fields):
        """Return place and page of the reply."""
        deadline = time.monotonic() + 120
        while True:
            try:
                return self.ask_once(method, path, fields)
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < deadline, "no reply"
                self.replies["lost"] += 1
                time.sleep(1)

    def can_reach(self):
        """Whether somebody listens."""
        try:
            return bool(self.ask_once("GET", "/s/none/", {}))
        except OSError:
            return False

    def ask_once(self, method, path, fields):
        """Send a request; the connection may break at any point."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            line.request(
                method,
                path,
                urlencode(fields | {"csrfmiddlewaretoken": SECRET}, doseq=True),
                headers,
            )
            reply = line.getresponse()
            page = reply.read().decode()
        finally:
            line.close()
        assert reply.status in {200, 302, 404}, page
        for cookie in reply.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return reply.headers["Location"], page


def waves():
    """Return a wave with a public link and a quota, and an anonymous one by invitation."""
    now = timezone.now()
    field = {"opens_at": now - timedelta(days=1), "opened_at": now, "version__document": ONE_PAGE}
    field["closes_at"] = now + timedelta(days=1)
    public = WaveFactory.create(**field)
    QuotaFactory.create(wave=public, column="channel", value="counter", limit=ROOM)
    survey = SurveyFactory.create(is_anonymous=True)
    closed = WaveFactory.create(**field, version__survey=survey, modes=[Mode.INVITATION])
    for _each in range(INVITED):
        pk = InvitationFactory.create(wave=closed, state="sent").pk
        Invitation.objects.filter(pk=pk).update(token_hash=hash_of(token_of(pk)))
    return public, closed


def test_two_hundred_answer_while_the_web_server_is_killed(web_server):
    public, closed = waves()
    links = [f"/i/{token_of(row.pk)}/" for row in closed.invitations.all()]
    replies, gate = Counter(), threading.Barrier(PEOPLE)

    def answer(number):
        gate.wait(60)
        link = links[number] if number < INVITED else ""
        client = Client(web_server, replies)
        return client.answer(closed if link else public, number=number, link=link)

    with ThreadPoolExecutor(PEOPLE) as pool:
        people = [pool.submit(answer, number) for number in range(PEOPLE)]
        eventually(lambda: replies["told"] >= PEOPLE // 4)
        web_server.kill()
        web_server.start()
        said = dict(person.result() for person in people)

    full = f"thanks/?full={Quota.objects.get().pk}"
    expected = {"complete": "thanks/", "screened": full}
    assert {row.uid: expected[row.state] for row in Response.objects.all()} == said
    assert Response.objects.count() == PEOPLE
    assert Quota.objects.get().filled_count == ROOM
    assert Counter(said.values()) == {"thanks/": PEOPLE - 80 + ROOM, full: 80 - ROOM}
    assert set(Invitation.objects.values_list("is_spent", flat=True)) == {True}
    assert replies["lost"] > 0, "nobody noticed the kill"

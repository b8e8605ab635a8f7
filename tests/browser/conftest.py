"""A live server in a thread and the installed Chromium: every page is opened as people open it.

A test fails on anything the browser reports as an error. With BATON_PICTURES set, `picture(page, name)` writes there.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in the thread of the test

PROGRAMS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]  # the first draws no windows: quicker
CHROMIUM = Path(os.environ.get("BATON_CHROMIUM") or next((path for path in PROGRAMS if path.exists()), PROGRAMS[-1]))
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STATIC = Path(__file__).resolve().parents[2] / "web" / "static_build" / "manifest.json"
OFFICE = {
    "viewport": {"width": 1440, "height": 900},
    "locale": "en-GB",
    "service_workers": "block",
    "reduced_motion": "reduce",
}
# how static files reach an ASGI server is WhiteNoise's affair; a browser that closes leaves them half read
NOT_OURS = (
    "ignore:StreamingHttpResponse must consume synchronous iterators",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => undefined))).then(() => undefined)"""
JUDGED = """(standards) => axe.run(document, {runOnly: standards, resultTypes: ['violations']})
  .then((result) => result.violations)"""
STANDARDS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def _missing() -> str:
    """What is not there on this machine; empty when browser tests can run."""
    if not CHROMIUM.exists():
        return f"Chromium is not installed at {CHROMIUM}: browser tests are not run"
    return "" if STATIC.exists() else "the front end is not built (npm run build): browser tests are not run"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say plainly why browser tests are skipped; with BATON_REQUIRE_BROWSER they fail instead."""
    here = Path(__file__).parent
    ours = [item for item in items if here in item.path.parents]
    for item in ours:
        for quiet in NOT_OURS:
            item.add_marker(pytest.mark.filterwarnings(quiet))
    reason = _missing()
    if reason and not os.environ.get("BATON_REQUIRE_BROWSER"):
        for item in ours:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """The Chromium of the system, for one file: Playwright keeps a loop in this thread that no other test can bear."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
        connections.close_all()
    connections.close_all()  # without the loop this thread has connections of its own, and `server` has ended them


class Server:
    """The product on a port of its own, in a thread of the test process, with its listener for nudges.

    It lives by the clock that the test lives by.
    """

    def __init__(self) -> None:
        import uvicorn

        from config.asgi import application

        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = uvicorn.Config(
            application, lifespan="on", ws="websockets-sansio", log_level="error", timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(settings)
        here = contextvars.copy_context()
        self._thread = threading.Thread(target=here.run, args=[self._run], daemon=True)

    def _run(self) -> None:
        asyncio.run(self._server.serve([self._socket]))

    def start(self) -> None:
        """Serve, and come back when it does."""
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it and everything it started."""
        self._server.should_exit = True
        self._thread.join(15)
        assert not self._thread.is_alive(), "the server did not stop"
        self._socket.close()


@pytest.fixture
def server(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The product, without jobs of its own: tests settle what is due themselves."""
    monkeypatch.setenv("BATON_WORKER", "0")
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    running = Server()
    running.start()
    yield running
    running.stop()
    _close_other_connections()


def _close_other_connections() -> None:
    """Connections of the server's threads would keep the test database from being emptied."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


Open = Callable[..., Any]


@pytest.fixture
def open_as(server: Server, chromium: Browser) -> Iterator[Open]:
    """`open_as(alice)` gives a page signed in as alice, in a browser of her own."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(person: Any = None, path: str = "/", script: str = "", **more: Any) -> Page:
        context = somebodys(chromium, **({"base_url": server.url} | OFFICE | more))
        if script:
            context.add_init_script(script)
        contexts.append(context)
        if person is not None:
            context.add_cookies([{"name": "sessionid", "value": _session(person), "url": server.url}])
        page = context.new_page()
        _press_on_whole_pages(page)
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("console", lambda message: _note(message, problems))
        page.goto(path)
        return page

    open_page.problems = problems
    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def somebodys(chromium: Browser, **more: Any) -> BrowserContext:
    """A browser of somebody's own in which every page has axe from its beginning: put there later, it takes longer."""
    context = chromium.new_context(**more)
    context.add_init_script(path=AXE)
    return context


def _press_on_whole_pages(page: Page) -> None:
    """Keys pressed while the next page is still read are nobody's: people wait until it is there, and so do tests."""
    press, type_ = page.keyboard.press, page.keyboard.type

    def waiting(act: Callable[..., None]) -> Callable[..., None]:
        def acts(*args: Any, **more: Any) -> None:
            page.wait_for_load_state()
            act(*args, **more)

        return acts

    page.keyboard.press, page.keyboard.type = waiting(press), waiting(type_)  # type: ignore[method-assign]


def _note(message: Any, problems: list[str]) -> None:
    if message.type == "error":
        problems.append(f"{message.text} ({message.location.get('url', '')})")


def _session(person: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    assert session.session_key
    return str(session.session_key)


def violations(page: Any) -> list[str]:
    """What axe finds once everything has stopped moving, as sentences: half faded in, no text has its contrast."""
    page.evaluate(STILL)
    found = page.evaluate(JUDGED, STANDARDS)
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def picture(page: Any, name: str) -> None:
    """Writes the page as it looks into the folder BATON_PICTURES, when that is asked for."""
    folder = os.environ.get("BATON_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def office_of(clock: Any, open_as: Open, cast: Any) -> Callable[[str, str], Any]:
    """`office_of("service-dispatch", "en")`: the company of one process folder on a driven clock."""
    from django.db.models import F

    from accounts.models import OrgUnit
    from tests.browser.office import Office
    from tests.crm import deploy

    def run(folder: str, language: str, *others: str) -> Office:
        deploy(folder, *others)
        if language != "en":  # units are called in one language only, whoever asks
            OrgUnit.objects.update(name=F("name_zh"))
        OrgUnit.objects.update(name_zh="")
        return Office(folder, language, open_as, cast, clock)

    return run

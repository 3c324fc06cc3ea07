"""Pages judge deadlines by the day: what was made before midnight is not served after it, whatever a client knows."""

from __future__ import annotations

import asyncio
import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from mineralkg.server import front
from mineralkg.server.config import Config
from mineralkg.server.front import Front
from mineralkg.server.reply import Reply
from mineralkg.server.state import Cache

EVE, DAY = dt.date(2026, 11, 28), dt.date(2026, 11, 29)


class Clock:
    """A calendar that a test turns over; it stands in the place of the date class, of which the front asks today."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def today(self) -> dt.date:
        return self.day


class Site:
    """The front around an application that tells the day on which it was asked, and how often it was."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.made = 0
        self.midnight_while_made = False
        keeper = SimpleNamespace(config=Config(rate=0, access_log=False), state=SimpleNamespace(cache=Cache(1 << 20)))
        self._front = Front(self._page, keeper, {})  # type: ignore[arg-type]

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        data = f"due in {(dt.date(2026, 12, 1) - self.clock.day).days} days".encode()
        if self.midnight_while_made:
            self.clock.day = DAY
        await Reply(data, "text/html")(scope, receive, send)

    def ask(self, method: str = "GET", **headers: str) -> tuple[int, str, str]:
        """Return the status, the body and the entity tag."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("there is no body to read")

        named = [(b"host", b"kg.example"), *((k.replace("_", "-").encode(), v.encode()) for k, v in headers.items())]
        scope = {
            "type": "http", "method": method, "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"",
            "headers": named, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        asyncio.run(self._front(scope, receive, send))
        return sent[0]["status"], sent[1]["body"].decode(), dict(sent[0]["headers"])[b"etag"].decode()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    clock = Clock(EVE)
    monkeypatch.setattr(front, "date", clock)
    return Site(clock)


def test_a_page_is_kept_within_the_day(site: Site) -> None:
    assert [site.ask()[:2] for _ in range(3)] == [(200, "due in 3 days")] * 3
    assert site.made == 1


def test_a_page_of_the_day_before_is_not_served(site: Site) -> None:
    _, _, known = site.ask()
    site.clock.day = DAY

    status, body, tag = site.ask()

    assert (status, body) == (200, "due in 2 days")
    assert tag != known
    assert site.made == 2


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_knows_the_page_of_the_day_before_gets_the_new_one(site: Site, method: str) -> None:
    _, _, known = site.ask()
    assert site.ask(method, if_none_match=known)[0] == 304  # the same day
    site.clock.day = DAY

    status, _, tag = site.ask(method, if_none_match=known)

    assert status == 200
    assert site.ask(method, if_none_match=tag)[0] == 304


def test_a_page_that_was_made_over_midnight_is_of_the_day_on_which_it_was_asked_for(site: Site) -> None:
    site.midnight_while_made = True

    assert site.ask()[1] == "due in 3 days"  # it was looked up before midnight
    assert site.ask()[1] == "due in 2 days"

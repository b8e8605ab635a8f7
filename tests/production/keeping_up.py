"""Many open screens beside a stream of changes, with accidents at given moments; what they show wrong at rest."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from scripts.programs import run
from tests.production.living import LivingScreen

CROWD = [sys.executable, "tests/production/crowd.py"]
HEARTBEAT = 15.0
LEFT_BEHIND = 4 * HEARTBEAT
"""A screen that hears no beat for so long is not late but forgotten."""
TROUBLE = 0.07
"""What part of the screens something befalls in each step."""
MANAGER, TEAM = "member.00", "/team/"
VIEWS = (
    "/inbox/groups/",
    "/inbox/mine/",
    "/inbox/started/",
    "/inbox/done/",
    "/inbox/mine/?q=process:relay",
    "/inbox/groups/?sort=newest",
    "/inbox/snoozed/",
    "/inbox/mine/?group=process",
    "/inbox/groups/?q=C-1",
)


@dataclass
class Stage:
    """Where it happens: an installation, how many screens and changes, and what goes wrong after how many changes."""

    environment: Mapping[str, str]
    cwd: Path
    ports: list[int]
    seed: int
    screens: int
    changes: int
    accidents: Mapping[int, Callable[[], None]] = field(default_factory=dict)


@dataclass
class Outcome:
    """What the screens showed wrong at rest, by person, and what happened on the way there."""

    stale: dict[str, list[str]]
    heard: Counter[str]
    made: dict[str, int]
    rows: int

    def __str__(self) -> str:
        wrong = sum(len(each) for each in self.stale.values())
        happened = ", ".join(f"{count} {what}" for what, count in sorted(self.heard.items()))
        return (
            f"{sum(self.made.values())} changes {self.made}; {len(self.stale)} screens with {self.rows} rows: "
            f"{happened}; stale rows at rest: {wrong}"
        )


def keep_up(stage: Stage) -> Outcome:
    """Open the screens, let the changes and the accidents happen, wait for rest, and compare."""
    told = run("people", [*CROWD, "people"], stage.environment, stage.cwd)
    sessions: dict[str, str] = json.loads(told.strip().splitlines()[-1])
    with ThreadPoolExecutor(stage.screens + 2) as pool:
        return asyncio.run(_kept_up(stage, dict(list(sessions.items())[: stage.screens]), pool))


async def _kept_up(stage: Stage, sessions: Mapping[str, str], pool: ThreadPoolExecutor) -> Outcome:
    screens = {name: _screen(stage, name, session, pool) for name, session in sessions.items()}
    await asyncio.gather(*(screen.open() for screen in screens.values()))
    made = await _changed(stage, list(screens.values()), pool)
    await asyncio.sleep(1)  # a beat that was computed before the last change is on its way
    await asyncio.gather(*(screen.told_how_it_looks(LEFT_BEHIND) for screen in screens.values()))
    stale = {name: await screen.stale() for name, screen in screens.items()}
    await asyncio.gather(*(screen.close() for screen in screens.values()))
    heard = sum((screen.heard for screen in screens.values()), Counter[str]())
    return Outcome(stale, heard, made, sum(screen.rows for screen in screens.values()))


def _screen(stage: Stage, name: str, session: str, pool: ThreadPoolExecutor) -> LivingScreen:
    number = int(name.rpartition(".")[2])
    address = TEAM if name == MANAGER else VIEWS[number % len(VIEWS)]
    chance = Random(f"{stage.seed} {name} ports")  # noqa: S311 - nothing secret
    pages = 2 if address == VIEWS[0] else 1
    return LivingScreen(session, stage.ports, address, chance=chance, pool=pool, pages=pages)


async def _changed(stage: Stage, screens: list[LivingScreen], pool: ThreadPoolExecutor) -> dict[str, int]:
    """The changes, in steps; with each step something befalls some screens, and at given ones a server.

    The next step begins when most screens are connected again, or after two seconds without that.
    """
    crowd = await asyncio.create_subprocess_exec(
        *CROWD,
        *("changes", str(stage.seed), str(stage.changes)),
        env=dict(stage.environment),
        cwd=stage.cwd,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert crowd.stdin is not None
    assert crowd.stdout is not None
    chance, said, waiting = Random(stage.seed), "", sorted(stage.accidents)  # noqa: S311 - nothing secret
    befalling: list[Awaitable[None]] = []
    try:
        async for line in crowd.stdout:
            said = line.decode().strip()
            if not said.isdigit():
                break
            while waiting and int(said) >= waiting[0]:
                befalling.append(asyncio.get_running_loop().run_in_executor(pool, stage.accidents[waiting.pop(0)]))
            troubled = [screen for screen in screens if chance.random() < TROUBLE]
            befalling += [asyncio.create_task(_befall(screen, chance)) for screen in troubled]
            await _most_connected(screens)
            crowd.stdin.write(b"\n")
        await asyncio.gather(*befalling)
        assert await crowd.wait() == 0, "the stream of changes broke off"
    finally:
        if crowd.returncode is None:
            crowd.kill()
    assert not waiting, "not every accident happened"
    made: dict[str, int] = json.loads(said)
    return made


async def _most_connected(screens: list[LivingScreen]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            while sum(screen.is_connected for screen in screens) < len(screens) * 2 / 3:
                await asyncio.sleep(0.02)


async def _befall(screen: LivingScreen, chance: Random) -> None:
    """A broken connection, some sleep, or going to another page."""
    match chance.choices(["break", "sleep", "go"], [5, 2, 3])[0]:
        case "break":
            screen.break_connection()
        case "sleep":
            await screen.sleep(chance.uniform(1, 4))
        case _ if screen.address != TEAM:
            await screen.open(chance.choice(VIEWS))

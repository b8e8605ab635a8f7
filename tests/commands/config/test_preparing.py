"""What a start does before it serves: a demo company is whole, or it is made anew, and nobody's work is deleted."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from config import clock, preparing
from config.management.commands import launch, reset_data, serve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(tmp_path, settings, monkeypatch) -> Path:
    """A folder of this installation's own, and the embedded default."""
    settings.VAR_DIR = tmp_path
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def acts(monkeypatch) -> list[str]:
    """What a launch does, in order, without doing it."""
    done: list[str] = []

    def act(name: str) -> bool:
        done.append(name)
        return False

    monkeypatch.setattr(preparing, "begin_anew", lambda: act("begin anew"))
    monkeypatch.setattr(preparing, "prepare_database", lambda step: act("database"))
    monkeypatch.setattr(preparing, "make_demo", lambda step: act("demo"))
    monkeypatch.setattr(launch, "call_command", lambda *words: act(" ".join(words)))
    return done


def _step(title: str) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


def _half_made(var: Path) -> Path:
    mark = var / "demo-unfinished"
    mark.touch()
    return mark


# --- the demo company ---------------------------------------------------------------------------------------------


def test_a_demo_that_is_stopped_half_way_is_known_as_such(var, monkeypatch):
    def stopped(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(preparing, "call_command", stopped)
    with pytest.raises(KeyboardInterrupt):
        preparing.make_demo(_step)
    assert preparing.has_half_a_demo()


def test_a_whole_demo_leaves_no_mark(monkeypatch):
    monkeypatch.setattr(preparing, "call_command", lambda name: None)
    assert preparing.make_demo(_step)
    assert not preparing.has_half_a_demo()


def test_a_company_with_people_gets_no_demo(alice, monkeypatch):
    monkeypatch.setattr(preparing, "call_command", lambda name: pytest.fail("made a demo among people"))
    assert not preparing.make_demo(_step)


def test_half_a_demo_in_which_somebody_has_worked_stays(var, alice):
    """Deleting it would delete what they have entered."""
    mark = _half_made(var)
    alice.last_login = clock.now()
    alice.save(update_fields=["last_login"])
    assert not preparing.has_half_a_demo()
    assert not mark.exists()


def test_half_a_demo_in_a_database_of_ones_own_is_not_deleted(var, monkeypatch):
    _half_made(var)
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with pytest.raises(CommandError, match="half made"):
        preparing.has_half_a_demo()


# --- the order of a launch ----------------------------------------------------------------------------------------


def test_it_prepares_and_serves(acts):
    call_command("launch", port=8123)
    assert acts == ["database", "demo", "serve --host 127.0.0.1 --port 8123 --show-logins"]


def test_without_demo(acts):
    call_command("launch", no_demo=True)
    assert acts == ["database", "serve --host 127.0.0.1 --port 8000"]


def test_setting_up_without_serving(acts, capsys):
    call_command("launch", setup=True)
    assert acts == ["database", "demo"]
    assert "Ready" in capsys.readouterr().out


def test_fresh_begins_anew(acts):
    call_command("launch", fresh=True, setup=True)
    assert acts == ["begin anew", "database", "demo"]


def test_half_a_demo_is_made_anew(acts, var):
    _half_made(var)
    call_command("launch", setup=True)
    assert acts == ["database", "begin anew", "database", "demo"]


def test_after_much_work_it_serves_in_a_process_begun_anew(acts, monkeypatch):
    """The memory which the demo company took would else stay taken."""
    monkeypatch.setattr(preparing, "make_demo", lambda step: True)
    monkeypatch.setattr(launch.connection, "close", lambda: None)

    def become(program: str, words: list[str]) -> None:
        acts.append(" ".join(words[2:]))
        raise SystemExit(0)

    monkeypatch.setattr(launch.os, "execv", become)
    with pytest.raises(SystemExit):
        call_command("launch")
    assert acts == ["database", "serve --host 127.0.0.1 --port 8000 --show-logins"]


# --- what stands in the way ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError('could not extend file "base/5/16": No space left on device'),
    ],
)
def test_a_full_disk_is_one_sentence(acts, monkeypatch, capsys, error):
    def full(step: object) -> bool:
        raise error

    monkeypatch.setattr(preparing, "prepare_database", full)
    with pytest.raises(SystemExit) as ended:
        call_command("launch")
    assert ended.value.code == 1
    assert capsys.readouterr().err.strip().startswith("The disk is full: free some space near")


def test_a_database_server_that_died_of_a_full_disk_is_told_from_one_that_died_of_something_else(monkeypatch):
    gone = OperationalError("server closed the connection unexpectedly")
    assert not preparing.is_out_of_space(gone)
    monkeypatch.setattr(preparing.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))
    assert preparing.is_out_of_space(gone)


def test_data_that_are_in_use_are_not_deleted(monkeypatch):
    monkeypatch.setattr(reset_data.embedded_postgres, "users", lambda cluster: {1})
    monkeypatch.setattr(reset_data.embedded_postgres, "destroy", lambda cluster: pytest.fail("deleted data in use"))
    with pytest.raises(CommandError, match="Baton is running on these data"):
        call_command("reset_data", yes=True)


def test_a_port_taken_meanwhile_is_one_sentence():
    with contextlib.closing(serve.listen("127.0.0.1", 0)) as other:
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} on 127.0.0.1 is taken by another program"):
            serve.listen("127.0.0.1", port)

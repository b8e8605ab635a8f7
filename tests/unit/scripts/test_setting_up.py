"""Setting a checkout up: what stands in the way is one sentence, what was done is not done again, halves are redone."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import bootstrap, running, setting_up
from scripts.running import SetupRefusedError

CHECKOUT = Path(__file__).resolve().parents[3]
NETWORK = "could not be fetched: check the network"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with an environment in which nothing was done yet."""
    (tmp_path / "var").mkdir()
    (tmp_path / "requirements").mkdir()
    for name in ("run", "dev"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(name)
    for module in (running, setting_up):
        monkeypatch.setattr(module, "CHECKOUT", tmp_path)
        monkeypatch.setattr(module, "VAR", tmp_path / "var")
        monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setting_up, "UV", tmp_path / ".venv" / "bin" / "uv")
    return tmp_path


@pytest.fixture
def commands(monkeypatch) -> list[list[str]]:
    """What would have been run."""
    ran: list[list[str]] = []
    monkeypatch.setattr(setting_up, "run", lambda command: ran.append([str(part) for part in command]))
    return ran


def _refusing(error: BaseException) -> Callable[[object], None]:
    def run(command: object) -> None:
        raise error

    return run


# --- what was done already ----------------------------------------------------------------------------------------


def test_packages_are_installed_once_and_again_when_the_lock_changes(checkout, commands):
    setting_up.install_packages("run")
    setting_up.install_packages("run")
    assert [command[1:3] for command in commands] == [["-m", "pip"], ["pip", "sync"]]
    (checkout / "requirements" / "run.lock").write_text("newer")
    setting_up.install_packages("run")
    assert len(commands) == 4  # uv is still missing here, so it is asked for again


def test_the_test_packages_contain_those_to_run(checkout, commands):
    setting_up.install_packages("dev")
    count = len(commands)
    setting_up.install_packages("run")
    assert len(commands) == count
    assert commands[-1][-1] == "requirements/dev.lock"


def test_an_installation_stopped_half_way_is_done_again_from_the_ground(checkout, commands, monkeypatch):
    """uv takes a package whose files are half there for installed; psycopg2 then misses its libraries."""
    with monkeypatch.context() as patched:
        patched.setattr(setting_up, "run", _refusing(SetupRefusedError("full")))
        setting_up.UV.parent.mkdir(parents=True)
        setting_up.UV.touch()
        with pytest.raises(SetupRefusedError):
            setting_up.install_packages("run")
    setting_up.install_packages("run")
    assert "--reinstall" in commands[-1]
    (checkout / "requirements" / "run.lock").write_text("newer")
    setting_up.install_packages("run")
    assert "--reinstall" not in commands[-1]


def test_a_half_made_environment_is_removed(checkout, monkeypatch):
    def half(command: object) -> None:
        (checkout / ".venv" / "bin").mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(setting_up, "run", half)
    with pytest.raises(KeyboardInterrupt):
        setting_up.make_venv()
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param(lambda folder: None, False, id="nothing"),
        pytest.param(lambda folder: (folder / "frontend/src.ts").write_text("b"), True, id="a source"),
        pytest.param(
            lambda folder: (folder / "frontend" / "src.ts").rename(folder / "frontend" / "x.ts"), True, id="a name"
        ),
        pytest.param(lambda folder: (folder / "web/static_build/manifest.json").unlink(), True, id="the result"),
    ],
)
def test_the_front_end_is_built_again_when_something_changed(checkout, monkeypatch, change, again):
    built: list[str] = []

    def build(command: list[str]) -> None:
        built.append(command[1])
        (checkout / "node_modules").mkdir(exist_ok=True)
        (checkout / "web" / "static_build").mkdir(parents=True, exist_ok=True)
        (checkout / "web" / "static_build" / "manifest.json").touch()

    monkeypatch.setattr(setting_up, "run", build)
    monkeypatch.setattr(setting_up, "ensure_node", lambda: None)
    (checkout / "package-lock.json").write_text("{}")
    (checkout / "frontend").mkdir()
    (checkout / "frontend" / "src.ts").write_text("a")
    setting_up.build_front_end()
    assert built == ["ci", "run"]
    change(checkout)
    setting_up.build_front_end()
    assert built[2:] == (["run"] if again else [])


def test_a_failed_step_is_tried_again(checkout):
    done = []
    with pytest.raises(SetupRefusedError):
        setting_up.step_if_changed("x", "1", "x", lambda: _refusing(SetupRefusedError())(None), valid=True)
    setting_up.step_if_changed("x", "1", "x", lambda: done.append(1), valid=True)
    setting_up.step_if_changed("x", "1", "x", lambda: done.append(2), valid=True)
    assert done == [1]


def test_two_set_ups_of_one_checkout_wait_for_each_other(checkout):
    script = "from scripts import setting_up as s; import pathlib, sys\ns.VAR = pathlib.Path(sys.argv[1])\n"
    script += "with s.only_one_at_a_time(): print('mine')"
    with setting_up.only_one_at_a_time():
        command = [sys.executable, "-c", script, str(checkout / "var")]
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
        assert other.stdout is not None
        assert "Waiting for another set-up" in other.stdout.readline()
        assert other.poll() is None
    assert other.communicate(timeout=20)[0] == "mine\n"


# --- Node.js ------------------------------------------------------------------------------------------------------


def _program(folder, name: str, says: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {says}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("programs", "enough"),
    [
        ({"node": "v20.19.0", "npm": "10"}, True),
        ({"node": "v24.1.0", "npm": "10"}, True),
        ({"node": "v20.18.9", "npm": "10"}, False),
        ({"node": "v22.1.0"}, False),
        ({"npm": "10"}, False),
        ({}, False),
    ],
)
def test_node_is_good_with_npm_and_new_enough(checkout, monkeypatch, programs, enough):
    """Distributions ship Node.js without npm, or an old one."""
    monkeypatch.setenv("PATH", "/nowhere")
    for name, says in programs.items():
        _program(checkout / ".venv" / "bin", name, says)
    assert setting_up.has_node() is enough


def test_a_machine_without_node_gets_one_in_the_environment(checkout, monkeypatch, commands):
    monkeypatch.setenv("PATH", "/nowhere")

    def install(command: list[str]) -> None:
        commands.append([str(part) for part in command])
        if "requirements/node.lock" in command:
            _program(checkout / ".venv" / "bin", "node", "v24.0.0")
            _program(checkout / ".venv" / "bin", "npm", "11")

    monkeypatch.setattr(setting_up, "run", install)
    (checkout / "package-lock.json").write_text("{}")
    setting_up.build_front_end()
    assert [command[-1] for command in commands] == ["requirements/node.lock", "--no-progress", "build"]
    assert "--require-hashes" in commands[0]


def test_a_node_that_cannot_be_had_is_one_sentence(checkout, monkeypatch, commands):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SetupRefusedError, match=r"Node.js 20\.19 or newer is needed"):
        setting_up.ensure_node()


# --- what stands in the way ---------------------------------------------------------------------------------------


def test_a_python_without_ensurepip_names_the_package_to_install(checkout, monkeypatch):
    monkeypatch.setattr(setting_up.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupRefusedError, match="python3-venv"):
        setting_up.make_venv()


def test_too_little_space_is_said_before_anything_is_fetched(checkout, monkeypatch):
    monkeypatch.setattr(setting_up.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 300_000_000}))
    monkeypatch.setattr(setting_up, "PYTHON", checkout / ".venv" / "bin" / "python")
    with pytest.raises(SetupRefusedError, match=r"0\.3 GB are free"):
        setting_up.set_up("run")
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
        ("npm error code ENOSPC", "The disk is full"),
        (
            "error: Failed to fetch\n  cause: dns error: failed to lookup address",
            "could not be fetched: check the network",
        ),
        ("npm error code ENOTFOUND", NETWORK),
        ("WARNING: Retrying ... Temporary failure in name resolution", NETWORK),
        ("SyntaxError: invalid syntax", "This did not work: uv pip sync"),
    ],
)
def test_what_a_program_said_becomes_a_sentence(said, sentence):
    assert sentence in running.what_went_wrong(["uv", "pip", "sync"], said)


def test_a_program_that_could_not_even_write_its_log_met_a_full_disk(monkeypatch):
    monkeypatch.setattr(running.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 5_000_000}))
    assert "The disk is full" in running.what_went_wrong(["uv"], "")


def test_a_failing_program_is_refused_with_the_end_of_what_it_said(checkout):
    with pytest.raises(SetupRefusedError, match="the last word"):
        running.run([sys.executable, "-c", "import sys; print('the last word'); sys.exit(3)"])


def test_stopping_the_set_up_stops_what_it_runs_and_its_children(checkout, monkeypatch):
    """npm's own children would go on building in a checkout nobody waits for."""
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    class Interrupted(real):  # type: ignore[misc, valid-type]
        def wait(self, timeout: float | None = None) -> int:
            if not started:
                started.append(self)
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr(running.subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        running.run([sys.executable, "-c", script])
    with pytest.raises(ProcessLookupError):
        running.os.killpg(started[0].pid, 0)


# --- scripts/start ------------------------------------------------------------------------------------------------


@pytest.fixture
def launched(monkeypatch) -> list[list[str]]:
    """The command that would have taken over; nothing is set up."""
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "end_on_signals", lambda: None)
    monkeypatch.setattr(bootstrap, "set_up", lambda packages: commands.append([packages]))

    def take_over(command: list[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(bootstrap, "take_over", take_over)
    return commands


def test_a_taken_port_is_refused_before_anything_slow(launched, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert bootstrap.main(["start", "--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"\nPort {port} on 127.0.0.1 is taken by another program: choose another one with --port.\n"
    )
    assert launched == []


def test_an_address_of_another_machine_is_refused(launched, capsys):
    assert bootstrap.main(["start", "--host", "192.0.2.1"]) == 1
    assert "on 192.0.2.1 cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "-1", "web"])
def test_what_is_no_port_is_refused(launched, capsys, port):
    with pytest.raises(SystemExit) as ended:
        bootstrap.main(["start", f"--port={port}"])
    assert ended.value.code == 2


def test_the_options_reach_the_product(launched):
    assert bootstrap.main(["start", "--setup", "--fresh", "--no-demo", "--host", "::1", "--port", "9"]) == 0
    assert launched[0] == ["run"]
    assert launched[1][1:] == [
        "manage.py", "launch", "--host", "::1", "--port", "9", "--setup", "--fresh", "--no-demo"
    ]  # fmt: skip


def test_a_full_disk_anywhere_is_one_sentence(monkeypatch, launched, capsys):
    monkeypatch.setattr(bootstrap, "set_up", _refusing(OSError(errno.ENOSPC, "No space left on device")))
    assert bootstrap.main(["start", "--setup"]) == 1
    assert "The disk is full" in capsys.readouterr().err


def test_ctrl_c_is_one_word(monkeypatch, launched, capsys):
    monkeypatch.setattr(bootstrap, "set_up", _refusing(KeyboardInterrupt()))
    assert bootstrap.main(["start", "--setup"]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"

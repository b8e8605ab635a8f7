"""How the set-up runs other programs: their environment, what is shown, what a failure or Ctrl-C does."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
VAR = CHECKOUT / "var"
PYTHON = VENV / "bin" / "python"
SECONDS_TO_END = 3
LEAST_BYTES = 10_000_000
FULL_DISK = ("No space left on device", "ENOSPC", "Disk quota exceeded")
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Failed to establish a new connection",
    "Network is unreachable",
    "Connection refused",
    "dns error",
    "error sending request",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ETIMEDOUT",
)


class SetupRefusedError(Exception):
    """Something about this machine stands in the way; the message says what in one sentence."""


class EndedError(KeyboardInterrupt):
    """Somebody asked this program to end, not by Ctrl-C: the programs it runs have not been asked yet."""


def end_on_signals() -> None:
    """Let Ctrl-C, a plain kill and a closed terminal end the set-up tidily; with nohup the terminal may close."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell switches it off for what it starts with "&"
    signal.signal(signal.SIGTERM, _end)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _end)


def _end(number: int, frame: FrameType | None) -> None:
    raise EndedError


def environment() -> dict[str, str]:
    """The machine's environment with .venv's programs first and no downloads of Pythons.

    Compiled Python is kept in .venv whatever the machine's habit: without it every start takes two seconds longer.
    uv trusts whom the machine trusts, as pip does: a company's proxy may have a certificate of the company.
    """
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    compiled = str(VENV / "baton" / "compiled")
    ours = {
        "PATH": path,
        "VIRTUAL_ENV": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": compiled,
    }
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"UV_SYSTEM_CERTS": "1"} | given | ours


def run(command: Sequence[str]) -> None:
    """Run a command to its end; when it fails, refuse with the end of what it said, which is kept in var/setup.log."""
    log = VAR / "setup.log"
    with log.open("wb") as output:
        code = _finish(
            subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        )
    if code:
        raise SetupRefusedError(what_went_wrong(command, log.read_text(errors="replace")))


def _finish(process: subprocess.Popen[bytes]) -> int:
    """Wait for a program in a process group of its own; whoever stops us stops the whole group."""
    try:
        return process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise


def what_went_wrong(command: Sequence[str], said: str) -> str:
    """The sentence for a command that failed, from what it said."""
    if any(words in said for words in FULL_DISK) or shutil.disk_usage(CHECKOUT).free < LEAST_BYTES:
        return full_disk()
    shown = " ".join(Path(part).name if part.startswith(str(CHECKOUT)) else part for part in command)
    tail = "\n".join(f"    {line[:160]}" for line in said.strip().splitlines()[-8:])
    if any(words in said for words in NO_NETWORK):
        return f"The packages could not be fetched: check the network (or its proxy) and try again.\n  {shown}\n{tail}"
    return f"This did not work: {shown}\n{tail}"


def full_disk() -> str:
    """The sentence for a disk without space."""
    return f"The disk is full: free some space near {CHECKOUT} and try again."


def is_full_disk(error: OSError) -> bool:
    """Whether the operating system refused for want of space."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def run_visibly(command: Sequence[str], *, announce: bool = False) -> int:
    """Run a command with its output shown; returns its exit status. On Ctrl-C it gets the time to tidy up."""
    if announce:
        print(f"$ {' '.join(Path(part).name if part.startswith('/') else part for part in command)}", flush=True)
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment())
    try:
        return process.wait()
    except KeyboardInterrupt as interruption:
        if isinstance(interruption, EndedError):
            process.send_signal(signal.SIGINT)
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def take_over(command: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    """Let a command take this process over: it gets the terminal, Ctrl-C and the exit status."""
    sys.stdout.flush()
    os.chdir(CHECKOUT)
    return os.execve(command[0], list(command), environment() | dict(extra or {}))  # noqa: S606 - that is the purpose


def step(title: str, action: Callable[[], None]) -> None:
    """Do something slow, saying what and how long it took."""
    began = time.monotonic()
    print(f"  {title} ... ", end="", flush=True)
    action()
    print(f"{time.monotonic() - began:.1f} s", flush=True)

"""Sets the checkout up (packages, front end, texts, database) and runs one of: start, test, check, bench."""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
VAR = CHECKOUT / "var"
PYTHON = VENV / "bin" / "python"
FIRST_SETUP_BYTES = 1_500_000_000
NODE_MINIMUM = (20, 19)


_showing = False


class SetupRefusedError(Exception):
    """Something about this machine stands in the way; the message says what in one sentence."""


def main(arguments: Sequence[str]) -> int:
    """Run the named task; every expected trouble is one sentence on stderr and exit status 1."""
    task, rest = arguments[0], list(arguments[1:])
    try:
        return {"start": start, "test": test, "check": check, "bench": bench}[task](rest)
    except SetupRefusedError as refusal:
        print(f"\n{refusal}", file=sys.stderr)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"\nThe disk is full: free some space near {CHECKOUT} and try again.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 1


# --- the tasks ----------------------------------------------------------------------------------------------------


def start(arguments: list[str]) -> int:
    """Set up and serve."""
    parser = argparse.ArgumentParser(prog="scripts/start", description="Set Baton up and serve it.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    parser.add_argument("--setup", action="store_true", help="set up without serving")
    parser.add_argument("--fresh", action="store_true", help="delete the embedded database and begin anew")
    parser.add_argument("--no-demo", action="store_true", help="begin with an empty company")
    options = parser.parse_args(arguments)
    if not options.setup:
        refuse_taken_port(options.host, options.port)
    set_up("run")
    if options.fresh:
        step("Deleting the old data", lambda: manage("reset_data", "--yes"))
    step("Preparing the database", lambda: manage("migrate", "--no-input"))
    if not options.no_demo:
        step("Preparing the demo company", lambda: manage("demo", "--if-empty"), show=True)
    if options.setup:
        print("Ready. Run scripts/start to serve.")
        return 0
    demo = [] if options.no_demo else ["--show-logins"]
    serve = [str(PYTHON), "manage.py", "serve", "--host", options.host, "--port", str(options.port), *demo]
    os.chdir(CHECKOUT)
    return os.execve(serve[0], serve, environment())  # noqa: S606 - the server takes this process over


def test(arguments: list[str]) -> int:
    """Set up with the test packages and run pytest."""
    set_up("dev")
    if not arguments:
        code = run_visibly(["npm", "test"])
        if code:
            return code
    return run_visibly([str(PYTHON), "-m", "pytest", *(arguments or ["-n", "2", "--dist", "loadfile"])])


def check(_: list[str]) -> int:
    """Run every static check, all of them, and fail when one fails."""
    set_up("dev")
    tools = VENV / "bin"
    commands: list[list[str]] = [
        [str(tools / "ruff"), "check", "."],
        [str(tools / "ruff"), "format", "--check", "."],
        [str(tools / "mypy"), "."],
        [str(tools / "lint-imports")],
        [str(PYTHON), "manage.py", "check", "--fail-level", "WARNING"],
        [str(PYTHON), "manage.py", "makemigrations", "--check", "--dry-run"],
        ["npm", "run", "--silent", "check"],
    ]
    failed = [" ".join(command[:3]) for command in commands if run_visibly(command, announce=True)]
    for name in failed:
        print(f"FAILED: {name}", file=sys.stderr)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Measure; see scripts/benchmark."""
    set_up("dev")
    return run_visibly([str(PYTHON), "-m", "scripts.benchmark", *arguments])


# --- setting up ---------------------------------------------------------------------------------------------------


def set_up(packages: str) -> None:
    """Bring packages, front end and texts up to date; does nothing that was done already."""
    with only_one_at_a_time():
        if not PYTHON.exists():
            refuse_full_disk()
            step("Making the Python environment (.venv)", make_venv)
        install_packages(packages)
        ensure_node()
        build_front_end()
        step_if_changed(
            "texts",
            digest(CHECKOUT.glob("locale/*/LC_MESSAGES/*.po")),
            "Compiling the Chinese texts",
            lambda: run([str(PYTHON), "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", "django"]),
            valid=all(po.with_suffix(".mo").exists() for po in CHECKOUT.glob("locale/*/LC_MESSAGES/*.po")),
        )


def make_venv() -> None:
    """Make .venv with pip in it."""
    if not __import__("importlib.util").util.find_spec("ensurepip"):
        raise SetupRefusedError(
            "This Python has no ensurepip: install the venv package of your system (Debian: python3-venv) first."
        )
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(VENV)
    try:
        run([sys.executable, "-m", "venv", str(VENV)])
    except SetupRefusedError:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def install_packages(packages: str) -> None:
    """Sync .venv with the lock file; the test packages contain the run packages."""
    run_digest = digest([CHECKOUT / "requirements" / "run.lock"])
    dev_digest = digest([CHECKOUT / "requirements" / "dev.lock"])
    wanted = dev_digest if packages == "dev" else run_digest
    installed = stamp("packages").read_text() if stamp("packages").exists() else ""
    if installed in {wanted, dev_digest}:
        return
    if not (VENV / "bin" / "uv").exists():
        step(
            "Installing the installer uv (20 MB)",
            lambda: run(
                [
                    str(PYTHON),
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--require-hashes",
                    "-r",
                    "requirements/bootstrap.lock",
                ]
            ),
        )
    size = "180 MB" if packages == "dev" else "120 MB"
    step(
        f"Downloading and installing the Python packages (about {size})",
        lambda: run(
            [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes", f"requirements/{packages}.lock"]
        ),
    )
    stamp("node").unlink(missing_ok=True)
    stamp("packages").write_text(wanted)


def ensure_node() -> None:
    """Use the machine's Node.js when it is new enough, else install the wheel into .venv."""
    if node_version() >= NODE_MINIMUM:
        return
    step(
        "Installing Node.js into .venv (60 MB)",
        lambda: run(
            [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--require-hashes", "-r", "requirements/node.lock"]
        ),
    )
    if node_version() < NODE_MINIMUM:
        raise SetupRefusedError("Node.js 20.19 or newer is needed and could not be installed.")


def node_version() -> tuple[int, ...]:
    """The version of the Node.js found first, () when there is none."""
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        said = subprocess.run(["node", "--version"], env=environment(), capture_output=True, text=True, check=True)
        return tuple(int(part) for part in said.stdout.strip().lstrip("v").split("."))
    return ()


def build_front_end() -> None:
    """Install the front end's packages and build it when lock file or sources changed."""
    if not (CHECKOUT / "package-lock.json").exists():
        return
    step_if_changed(
        "npm",
        digest([CHECKOUT / "package-lock.json"]),
        "Downloading and installing the front-end packages (about 70 MB)",
        lambda: run(["npm", "ci", "--ignore-scripts", "--no-progress"]),
        valid=(CHECKOUT / "node_modules").exists(),
    )
    sources = [path for path in sorted((CHECKOUT / "frontend").rglob("*")) if path.is_file()]
    step_if_changed(
        "front-end",
        digest([*sources, CHECKOUT / "package-lock.json", *CHECKOUT.glob("vite.config.*")]),
        "Building the front end",
        lambda: run(["npm", "run", "build"]),
        valid=(CHECKOUT / "web" / "static_build" / "manifest.json").exists(),
    )


# --- small tools --------------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """The machine's environment with .venv's programs first and no downloads of Pythons."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    given = {"PATH": path, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **given}


def manage(*arguments: str) -> None:
    """Run a management command."""
    run([str(PYTHON), "manage.py", *arguments])


def run(command: Sequence[str]) -> None:
    """Run a command; when it fails, refuse with the end of what it said."""
    log = VAR / "setup.log"
    VAR.mkdir(exist_ok=True)
    with log.open("wb") as output:
        visible = None if _showing else output
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment(), stdin=subprocess.DEVNULL, stdout=visible, stderr=output
        )
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    if code == 0:
        return
    said = log.read_text(errors="replace")
    if "No space left on device" in said or "ENOSPC" in said:
        raise SetupRefusedError(f"The disk is full: free some space near {CHECKOUT} and try again.")
    tail = "\n".join(f"    {line}" for line in said.strip().splitlines()[-12:])
    raise SetupRefusedError(f"This did not work: {' '.join(command)}\n{tail}")


def run_visibly(command: Sequence[str], *, announce: bool = False) -> int:
    """Run a command with its output shown; returns its exit status."""
    if announce:
        print(f"$ {' '.join(Path(part).name if part.startswith('/') else part for part in command)}", flush=True)
    return subprocess.run(command, cwd=CHECKOUT, env=environment(), check=False).returncode


def step(title: str, action: Callable[[], None], *, show: bool = False) -> None:
    """Do something slow, saying what and how long it took."""
    global _showing  # noqa: PLW0603 - one script, one screen
    began = time.monotonic()
    print(f"  {title} ...", end="\n" if show else " ", flush=True)
    _showing = show
    try:
        action()
    finally:
        _showing = False
    print(f"{'  done in ' if show else ''}{time.monotonic() - began:.1f} s", flush=True)


def step_if_changed(name: str, wanted: str, title: str, action: Callable[[], None], *, valid: bool) -> None:
    """Do a step unless it was done for the same input and its result is still there."""
    mark = stamp(name)
    if valid and mark.exists() and mark.read_text() == wanted:
        return
    step(title, action)
    mark.write_text(wanted)


def stamp(name: str) -> Path:
    """The file that remembers for which input a step was done last."""
    folder = VENV / "baton"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def digest(paths: Iterator[Path] | Sequence[Path]) -> str:
    """A hash over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(CHECKOUT)).encode())
        total.update(path.read_bytes())
    return total.hexdigest()


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Keep two set-ups of one checkout from mixing."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("  Waiting for another set-up of this checkout ...", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse before anything slow when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
            raise SetupRefusedError(f"Port {port} on {host} {reason}: choose another one with --port.") from error


def refuse_full_disk() -> None:
    """Refuse a first set-up that would not fit."""
    free = shutil.disk_usage(CHECKOUT).free
    if free < FIRST_SETUP_BYTES:
        raise SetupRefusedError(
            f"The disk is nearly full: the first set-up needs 1.5 GB near {CHECKOUT}, {free / 1e9:.1f} GB are free."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

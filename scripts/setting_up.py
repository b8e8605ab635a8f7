"""Brings packages, front end and texts of a checkout up to date; what was done for the same input is not done again."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scripts.running import CHECKOUT, PYTHON, VAR, VENV, SetupRefusedError, environment, run, step

FIRST_SETUP_BYTES = 1_500_000_000
NODE_MINIMUM = (20, 19)
UV = VENV / "bin" / "uv"
UNFINISHED = "unfinished"


def set_up(packages: str) -> None:
    """Bring everything up to date but the database; ``packages`` is "run", or "dev" with what tests and checks need."""
    VAR.mkdir(exist_ok=True)
    with only_one_at_a_time():
        if not PYTHON.exists():
            refuse_full_disk()
            step("Making the Python environment (.venv)", make_venv)
        install_packages(packages)
        build_front_end()
        compile_texts()


def make_venv() -> None:
    """Make .venv with pip in it."""
    if not importlib.util.find_spec("ensurepip"):
        raise SetupRefusedError(
            "This Python has no ensurepip: install the venv package of your system (Debian: python3-venv) first."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", str(VENV)])
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)  # half an environment would pass for a whole one
        raise


def install_packages(packages: str) -> None:
    """Sync .venv with the lock file; the test packages contain the run packages."""
    wanted = digest([CHECKOUT / "requirements" / f"{packages}.lock"])
    everything = digest([CHECKOUT / "requirements" / "dev.lock"])
    installed = stamp("packages").read_text() if stamp("packages").exists() else ""
    if installed in {wanted, everything}:
        return
    if not UV.exists():
        step("Installing the installer uv (20 MB)", install_uv)
    size = "180 MB" if packages == "dev" else "120 MB"
    sync = [str(UV), "pip", "sync", "--quiet", "--require-hashes", f"requirements/{packages}.lock"]
    if installed == UNFINISHED:
        sync.append("--reinstall")  # what was stopped half way passes for installed
    stamp("packages").write_text(UNFINISHED)
    step(f"Downloading and installing the Python packages (about {size})", lambda: run(sync))
    stamp("packages").write_text(wanted)


def install_uv() -> None:
    """Install uv into .venv with pip."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    try:
        run([*pip, "-r", "requirements/bootstrap.lock"])
    except BaseException:
        UV.unlink(missing_ok=True)
        raise


def build_front_end() -> None:
    """Install the front end's packages and build it when lock file or sources changed."""
    lock = CHECKOUT / "package-lock.json"
    step_if_changed(
        "npm",
        digest([lock]),
        "Downloading and installing the front-end packages (about 70 MB)",
        lambda: run(["npm", "ci", "--ignore-scripts", "--no-progress"]),
        valid=(CHECKOUT / "node_modules").exists(),
        first=ensure_node,
    )
    sources = [path for path in (CHECKOUT / "frontend").rglob("*") if path.is_file()]
    step_if_changed(
        "front-end",
        digest([*sources, lock, *CHECKOUT.glob("vite.config.*")]),
        "Building the front end",
        lambda: run(["npm", "run", "build"]),
        valid=(CHECKOUT / "web" / "static_build" / "manifest.json").exists(),
        first=ensure_node,
    )


def compile_texts() -> None:
    """Compile the translations when they changed."""
    sources = list(CHECKOUT.glob("locale/*/LC_MESSAGES/*.po"))
    step_if_changed(
        "texts",
        digest(sources),
        "Compiling the Chinese texts",
        lambda: run([str(PYTHON), "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", "django"]),
        valid=all(source.with_suffix(".mo").exists() for source in sources),
    )


# --- Node.js ------------------------------------------------------------------------------------------------------


def ensure_node() -> None:
    """Install Node.js into .venv where the machine has none that is new enough."""
    if has_node():
        return
    install = [str(UV), "pip", "install", "--quiet", "--require-hashes", "-r", "requirements/node.lock"]
    step("Installing Node.js into .venv (60 MB)", lambda: run(install))
    if not has_node():
        raise SetupRefusedError("Node.js 20.19 or newer is needed and could not be installed.")


def has_node() -> bool:
    """Whether npm and a Node.js that is new enough are at hand."""
    return shutil.which("npm", path=environment()["PATH"]) is not None and node_version() >= NODE_MINIMUM


def node_version() -> tuple[int, ...]:
    """The version of the Node.js found first, () when there is none."""
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        said = subprocess.run(["node", "--version"], env=environment(), capture_output=True, text=True, check=True)
        return tuple(int(part) for part in said.stdout.strip().lstrip("v").split("."))
    return ()


# --- what was done already ----------------------------------------------------------------------------------------


def step_if_changed(
    name: str,
    wanted: str,
    title: str,
    action: Callable[[], None],
    *,
    valid: bool,
    first: Callable[[], None] | None = None,
) -> None:
    """Do a step, and ``first`` what it needs, unless it was done for the same input and its result is still there."""
    mark = stamp(name)
    if valid and mark.exists() and mark.read_text() == wanted:
        return
    mark.unlink(missing_ok=True)
    if first:
        first()
    step(title, action)
    mark.write_text(wanted)


def stamp(name: str) -> Path:
    """The file that remembers for which input a step was done last."""
    folder = VENV / "baton"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def digest(paths: Sequence[Path]) -> str:
    """A hash over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path.relative_to(CHECKOUT)}\0{len(content)}\0".encode(errors="surrogateescape"))
        total.update(content)
    return total.hexdigest()


# --- refusals -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Keep two set-ups of one checkout from mixing."""
    with (VAR / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("  Waiting for another set-up of this checkout ...", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def refuse_full_disk() -> None:
    """Refuse a first set-up that would not fit."""
    free = shutil.disk_usage(CHECKOUT).free
    if free < FIRST_SETUP_BYTES:
        raise SetupRefusedError(
            f"The disk is nearly full: the first set-up needs 1.5 GB near {CHECKOUT}, {free / 1e9:.1f} GB are free."
        )


def refuse_read_only() -> None:
    """Refuse a checkout in which this person may not write."""
    if not os.access(CHECKOUT, os.W_OK):
        raise SetupRefusedError(f"You may not write in {CHECKOUT}: clone Baton into a folder of your own.")

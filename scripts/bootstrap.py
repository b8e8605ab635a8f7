"""The tasks of the commands in this folder: start, test, check, bench, chaos. Runs with any Python from 3.11 on."""

from __future__ import annotations

import argparse
import errno
import socket
import sys
from collections.abc import Sequence

from scripts.running import (
    PYTHON,
    VENV,
    SetupRefusedError,
    end_on_signals,
    full_disk,
    is_full_disk,
    run_visibly,
    take_over,
)
from scripts.setting_up import refuse_read_only, set_up

INTERRUPTED = 130
ALL_TESTS = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")  # tests/conftest.py says which files begin


def main(arguments: Sequence[str]) -> int:
    """Run the named task; every expected trouble is one sentence on stderr and exit status 1."""
    end_on_signals()
    task, rest = arguments[0], list(arguments[1:])
    try:
        refuse_read_only()
        return {"start": start, "test": test, "check": check, "bench": bench, "chaos": chaos}[task](rest)
    except SetupRefusedError as refusal:
        print(f"\n{refusal}", file=sys.stderr)
    except OSError as error:
        if not is_full_disk(error):
            raise
        print(f"\n{full_disk()}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return INTERRUPTED
    return 1


def start(arguments: list[str]) -> int:
    """Set up, and let the product take over: it prepares its database and serves."""
    parser = argparse.ArgumentParser(prog="scripts/start", description="Set Baton up and serve it.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=port_number, default=8000, help="port to listen on (default 8000)")
    parser.add_argument("--setup", action="store_true", help="set up without serving")
    parser.add_argument("--fresh", action="store_true", help="delete the embedded database and begin anew")
    parser.add_argument("--no-demo", action="store_true", help="begin with an empty company")
    options = parser.parse_args(arguments)
    if not options.setup:
        refuse_taken_port(options.host, options.port)
    set_up("run")
    chosen = [f"--{name}" for name in ("setup", "fresh", "no-demo") if getattr(options, name.replace("-", "_"))]
    launch = [str(PYTHON), "manage.py", "launch", "--host", options.host, "--port", str(options.port), *chosen]
    return take_over(launch)


def test(arguments: list[str]) -> int:
    """Set up with the test packages; run the front end's tests and pytest, or only pytest with these arguments."""
    set_up("dev")
    if arguments:
        return run_visibly([str(PYTHON), "-m", "pytest", *arguments])
    front_end = run_visibly(["npm", "test"])
    return front_end or run_visibly([str(PYTHON), "-m", "pytest", *ALL_TESTS])


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


def chaos(arguments: list[str]) -> int:
    """Kill everything under load and compare; see scripts/fault_injection. Needs the system's PostgreSQL and Redis."""
    set_up("dev")
    return run_visibly([str(PYTHON), "-m", "scripts.fault_injection", *arguments])


def port_number(text: str) -> int:
    """A port somebody may listen on."""
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{number} is no port: 1 to 65535")
    return number


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Django's command line; starts or joins the embedded database by itself."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

WITHOUT_DATABASE = {
    "makemessages",
    "run_scenario",
    "convert_model",
    "compilemessages",
    "collectstatic",
    "help",
    "--help",
    "--version",
    "version",
    "test",
}


def main() -> None:
    """Run the command in the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        from django.core.management import execute_from_command_line

        if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE and not _is_standalone_check(sys.argv):
            _join_database()
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(128 + signal.SIGINT)


def _is_standalone_check(arguments: list[str]) -> bool:
    """Models of anybody are checked against nothing that is stored here."""
    return arguments[1] == "check_model" and "--standalone" in arguments


def _join_database() -> None:
    """Start or join the embedded database, and leave it tidily when asked to end."""
    from config import databases
    from config.embedded_postgres import EmbeddedPostgresFailed

    signal.signal(signal.SIGTERM, _end)
    try:
        databases.ensure_embedded(Path(__file__).resolve().parent, os.environ)
    except EmbeddedPostgresFailed as failure:
        sys.exit(f"\nThe built-in database could not be started. {failure}")


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()

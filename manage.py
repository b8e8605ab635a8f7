#!/usr/bin/env python3
"""Django's command line; starts or joins the embedded database by itself."""

import os
import sys
from pathlib import Path

WITHOUT_DATABASE = {
    "makemessages",
    "run_scenario",
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
    from django.core.management import execute_from_command_line

    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
        from config import databases

        databases.ensure_embedded(Path(__file__).resolve().parent, os.environ)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""The demo company's passwords: random, kept beside the data, shown at the start, and good on this machine only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher

WORDS = (
    "amber", "bamboo", "cedar", "coral", "delta", "ember", "falcon", "harbor", "indigo", "jasper", "lotus", "maple",
    "nectar", "olive", "pearl", "quartz", "river", "saffron", "tiger", "violet", "willow", "zephyr",
)  # fmt: skip


def logins_file() -> Path:
    """Where the demo passwords are kept, readable by their owner only."""
    return Path(settings.DEMO_LOGINS_FILE)


def make_passwords(usernames: Sequence[str]) -> dict[str, str]:
    """Make and store a password for each demo login; returns their hashes."""
    passwords = {name: _password() for name in usernames}
    path = logins_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(passwords, file)
    return {name: _hashed(password) for name, password in passwords.items()}


def _hashed(password: str) -> str:
    """With a tenth of the usual rounds: the passwords themselves lie beside the data, and a login hashes anew."""
    hasher = get_hasher()
    rounds = {"iterations": hasher.iterations // 10} if isinstance(hasher, PBKDF2PasswordHasher) else {}
    return str(hasher.encode(password, hasher.salt(), **rounds))


def _password() -> str:
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(900) + 100}"


def passwords() -> dict[str, str]:
    """The stored demo passwords by username; empty without a demo company."""
    try:
        return dict(json.loads(logins_file().read_text()))
    except FileNotFoundError:
        return {}


def stored_logins() -> list[str]:
    """One line per demo login: username, password, who that is."""
    from config.demo.people import PEOPLE

    known = passwords()
    return [
        f"{person.username:14} {known[person.username]:32} {person.native or person.first}: {', '.join(person.roles)}"
        for person in PEOPLE
        if person.username in known
    ]

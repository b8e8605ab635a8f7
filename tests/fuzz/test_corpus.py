"""Everything the fuzzers ever found is tried again, without them: it ends soon, as a value or a named refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import target

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())


@pytest.mark.parametrize("path", CORPUS, ids=[path.name for path in CORPUS])
def test_what_was_found_once_stays_harmless(path):
    """A crash in text people write would be an incident nobody can explain; a long wait stops everybody's work."""
    target.try_bytes(path.read_bytes())


def test_a_crash_would_be_seen(monkeypatch):
    """The replay must not swallow what it looks for."""
    monkeypatch.setattr(target, "DOORS", (lambda _: 1 / 0,))
    with pytest.raises(ZeroDivisionError):
        target.try_bytes(b"\x00a")


def test_a_long_wait_would_be_seen(monkeypatch):
    """Slowness counts like a crash."""
    monkeypatch.setattr(target, "SECONDS", -1)
    with pytest.raises(target.TookTooLongError):
        target.try_bytes(b"\x00a")

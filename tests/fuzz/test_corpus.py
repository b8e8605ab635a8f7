"""Everything the fuzzers ever found is tried again, without them: it ends soon, as a value or a named refusal."""

from __future__ import annotations

import pytest

from tests.fuzz import corpus, target

FOUND = dict(corpus.found())


@pytest.mark.parametrize("data", FOUND.values(), ids=FOUND)
def test_what_did_harm_once_stays_harmless(data):
    """A crash in text people write would be an incident nobody can explain; a long wait stops everybody's work."""
    target.try_bytes(data)


def test_what_reached_new_code_stays_harmless():
    """Odd texts that go through many corners of the parser, found by coverage: none may crash any of the doors."""
    inputs = corpus.reached()
    assert len(inputs) > 100
    for data in inputs:
        for door in range(len(target.DOORS)):
            target.try_bytes(bytes([door]) + data[1:])


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

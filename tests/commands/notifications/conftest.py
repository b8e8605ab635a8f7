"""One task in the inbox of a queue or of a person, as the tests of the inbox have it."""

import pytest

from notifications import sending
from tests.commands.tasks_inbox.conftest import _own_handlers, ask

__all__ = ["_own_handlers", "ask"]


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch):
    """Everything that is due goes out in one go, however slow the machine is."""
    monkeypatch.setattr(sending, "SECONDS", 600.0)

"""One task in the inbox of a queue or of a person, as the tests of the inbox have it."""

from tests.commands.tasks_inbox.conftest import _own_handlers, ask

__all__ = ["_own_handlers", "ask"]

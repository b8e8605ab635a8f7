"""What people do with their news, and what processes and jobs tell them; one module per family."""

from notifications.commands.bots import (
    BotValues,
    add_bot,
    change_bot,
    may_keep_bots,
    remove_bot,
    request_test,
    retry_failed,
    switch_bot,
)
from notifications.commands.choosing import choose_channels, choose_rhythm, mark_read
from notifications.commands.devices import subscribe_to_push, unsubscribe_from_push
from notifications.commands.telling import tell_group, tell_of_promises, tell_people

__all__ = [
    "BotValues",
    "add_bot",
    "change_bot",
    "choose_channels",
    "choose_rhythm",
    "mark_read",
    "may_keep_bots",
    "remove_bot",
    "request_test",
    "retry_failed",
    "subscribe_to_push",
    "switch_bot",
    "tell_group",
    "tell_of_promises",
    "tell_people",
    "unsubscribe_from_push",
]

"""What people do with their news, and what processes and jobs tell them; one module per family."""

from notifications.commands.choosing import choose_channels, choose_rhythm, mark_read
from notifications.commands.telling import tell_group, tell_of_promises, tell_people

__all__ = ["choose_channels", "choose_rhythm", "mark_read", "tell_group", "tell_of_promises", "tell_people"]

"""What operators do to running processes beyond letting them run, and what they look at before."""

from workflows.engine.api import Entry

__all__ = ["Entry"]

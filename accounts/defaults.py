"""What a new company starts with: roles, the rights matrix, and the work calendar."""

from __future__ import annotations


def install(*, using: str = "default") -> None:
    """Add what is missing; change nothing that is there."""

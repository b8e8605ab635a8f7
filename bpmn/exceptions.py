"""Facts that stop a deploy or a look-up."""

from __future__ import annotations


class ProcessNotDeployed(Exception):
    """There is no live version of this process."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

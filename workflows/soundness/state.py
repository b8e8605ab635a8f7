"""The states of the search: tokens on flows, open activities, and the scopes inside them. All values are immutable."""

from __future__ import annotations

from typing import NamedTuple


class Open(NamedTuple):
    """An activity or event that a token is in; ``inner`` holds the running scopes of a sub-process."""

    node: str
    inner: tuple[Scope, ...] = ()
    finished: bool = False
    """A sub-process whose scopes have all ended, before it is left."""


class Scope(NamedTuple):
    """One running scope: ``tokens`` are flows that carry a token, sorted, a flow twice where two wait on it."""

    id: str | None
    tokens: tuple[str, ...] = ()
    open: tuple[Open, ...] = ()
    ended: bool = False
    """Whether a token has reached an end event already."""

    @property
    def is_over(self) -> bool:
        """Nothing is left that could move."""
        return not self.tokens and not self.open

    def plus(self, *flows: str) -> Scope:
        """With more tokens."""
        return self._replace(tokens=tuple(sorted((*self.tokens, *flows))))

    def minus(self, *flows: str) -> Scope:
        """With one token less on each of ``flows``."""
        left = list(self.tokens)
        for flow in flows:
            left.remove(flow)
        return self._replace(tokens=tuple(left))

    def opening(self, item: Open) -> Scope:
        """With one more open activity."""
        return self._replace(open=tuple(sorted((*self.open, item), key=_order)))

    def closing(self, item: Open) -> Scope:
        """Without one open activity."""
        left = list(self.open)
        left.remove(item)
        return self._replace(open=tuple(left))

    def emptied(self) -> Scope:
        """With everything in it cancelled."""
        return self._replace(tokens=(), open=())


def _order(item: Open) -> tuple[str, str]:
    return item.node, repr(item.inner) if item.inner else ""

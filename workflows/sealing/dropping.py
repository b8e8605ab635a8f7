"""Old seals let go of their heads, after the proof that nothing rests on them any more."""

from __future__ import annotations

from workflows.exceptions import HistoryNotWhole
from workflows.models import HistorySeal, SealedHead
from workflows.sealing.commands import carry_on
from workflows.sealing.verifying import verify

KEPT = 90
"""Seals whose heads are kept before the next one carries them on."""


def seals_with_heads() -> int:
    """How many seals still keep their heads."""
    return HistorySeal.objects.filter(pk__in=SealedHead.objects.values("seal")).count()


def drop_old_heads() -> HistorySeal | None:
    """Prove the whole history, then let one seal carry on the last head of every chain; None with nothing to drop.

    Raises HistoryNotWhole and drops nothing when the history does not agree with its seals; SigningKeyMissing.
    """
    last = HistorySeal.objects.order_by("-number").first()
    if last is None or seals_with_heads() < 2:
        return None
    if not verify().is_whole:
        raise HistoryNotWhole
    return carry_on(until=last.number)

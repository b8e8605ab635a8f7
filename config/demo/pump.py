"""Carrying out what is due without a worker: deliveries, effects and timers, at the driven clock's time."""

from __future__ import annotations

from workflows import carrying, performing, timing

ROUNDS = 50
BATCH = 500


def carry_out_what_is_due() -> None:
    """Repeat until nothing is due any more; bounded."""
    for _round in range(ROUNDS):
        done = [carrying.carry_out_delivery(pk) for pk in carrying.due_deliveries(BATCH)]
        done += [performing.perform_effect(pk) for pk in performing.due_effects(BATCH)]
        done += [timing.fire_due_timers(seconds=5) > 0, timing.fire_next_start_timer() is not None]
        if not any(done):
            return

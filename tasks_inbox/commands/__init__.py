"""What people do with work items; each command is one intent in one transaction, and says who was told."""

from tasks_inbox.commands.completing import complete_work_item, save_draft
from tasks_inbox.commands.holding import (
    carry_out_held_act,
    confirm_held_act,
    hold_completion,
    take_back,
    take_back_batch,
)
from tasks_inbox.commands.passing import claim_work_item, reassign_all, release_work_item, transfer_work_item
from tasks_inbox.commands.reminding import climb_ladder
from tasks_inbox.commands.talking import COMMENT_LIMIT, comment_on_work_item, mark_opened

__all__ = [
    "COMMENT_LIMIT",
    "carry_out_held_act",
    "claim_work_item",
    "climb_ladder",
    "comment_on_work_item",
    "complete_work_item",
    "confirm_held_act",
    "hold_completion",
    "mark_opened",
    "reassign_all",
    "release_work_item",
    "save_draft",
    "take_back",
    "take_back_batch",
    "transfer_work_item",
]

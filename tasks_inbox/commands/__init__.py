"""What people do with work items; each command is one intent in one transaction, and says who was told."""

from tasks_inbox.commands.approving import keep_phrases, note_seen
from tasks_inbox.commands.completing import complete_work_item, save_draft
from tasks_inbox.commands.consulting import answer_consultation, consult, withdraw_consultation
from tasks_inbox.commands.copying import copy_work_item, mark_copy_read
from tasks_inbox.commands.delegating import delegate_work_item, hand_back_work_item, recall_work_item
from tasks_inbox.commands.following import follow_work_item, unfollow_work_item
from tasks_inbox.commands.handing_over import hand_over_part, let_go, start_hand_over
from tasks_inbox.commands.holding import (
    carry_out_held_act,
    confirm_held_act,
    hold_completion,
    take_back,
    take_back_batch,
)
from tasks_inbox.commands.labelling import change_label, create_label, delete_label, label_work_item, unlabel_work_item
from tasks_inbox.commands.moving import move_work_item, undo_move
from tasks_inbox.commands.passing import claim_work_item, release_work_item, transfer_work_item
from tasks_inbox.commands.planning import set_due_date, set_priority
from tasks_inbox.commands.putting_off import snooze_work_item, unsnooze_work_item, wake_snoozed
from tasks_inbox.commands.reminding import climb_ladder
from tasks_inbox.commands.returning import recall_request, reject_work_item, return_work_item, withdraw_work_item
from tasks_inbox.commands.saved_views import forget_view, pin_view, save_view
from tasks_inbox.commands.signing import add_signers, remove_signer
from tasks_inbox.commands.substituting import (
    close_substitution,
    keep_work_item,
    restore_work_item,
    settle_absence,
)
from tasks_inbox.commands.talking import COMMENT_LIMIT, comment_on_work_item, mark_opened, note_attached
from tasks_inbox.commands.urging import urge_work_item

__all__ = [
    "COMMENT_LIMIT",
    "add_signers",
    "answer_consultation",
    "carry_out_held_act",
    "change_label",
    "claim_work_item",
    "climb_ladder",
    "close_substitution",
    "comment_on_work_item",
    "complete_work_item",
    "confirm_held_act",
    "consult",
    "copy_work_item",
    "create_label",
    "delegate_work_item",
    "delete_label",
    "follow_work_item",
    "forget_view",
    "hand_back_work_item",
    "hand_over_part",
    "hold_completion",
    "keep_phrases",
    "keep_work_item",
    "label_work_item",
    "let_go",
    "mark_copy_read",
    "mark_opened",
    "move_work_item",
    "note_attached",
    "note_seen",
    "pin_view",
    "recall_request",
    "recall_work_item",
    "reject_work_item",
    "release_work_item",
    "remove_signer",
    "restore_work_item",
    "return_work_item",
    "save_draft",
    "save_view",
    "set_due_date",
    "set_priority",
    "settle_absence",
    "snooze_work_item",
    "start_hand_over",
    "take_back",
    "take_back_batch",
    "transfer_work_item",
    "undo_move",
    "unfollow_work_item",
    "unlabel_work_item",
    "unsnooze_work_item",
    "urge_work_item",
    "wake_snoozed",
    "withdraw_consultation",
    "withdraw_work_item",
]

"""The task headers that say who may not approve, and what happens when nobody or the same person would."""

from __future__ import annotations

from collections.abc import Mapping

NOBODY_FOUND = "nobodyFound"
SAME_APPROVER = "sameApprover"
REQUESTER_IS_APPROVER = "requesterIsApprover"
DIFFERENT_FROM = "differentFrom"
SKIP_OUTCOME = "skipOutcome"

SKIP, ADMINISTRATOR, BLOCK = "skip", "administrator", "block"
MERGE, ASK = "merge", "ask"
ABOVE, ALLOW = "above", "allow"

VALUES: Mapping[str, tuple[str, ...]] = {
    NOBODY_FOUND: (SKIP, ADMINISTRATOR, BLOCK),
    SAME_APPROVER: (MERGE, ASK),
    REQUESTER_IS_APPROVER: (ABOVE, ALLOW),
}
"""What each of these headers may say. ``differentFrom`` names user tasks of the same process, with commas between."""

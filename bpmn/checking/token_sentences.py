"""The findings about the ways of tokens through a process in words, and what may mend them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

_JOIN = _("Join the branches with a gateway of the kind that split them, or end them on their own.")

TOKEN_SENTENCES: Mapping[str, tuple[str, str]] = {
    "deadlock": (_("{it} waits for a token that never comes: no case gets past it."), _JOIN),
    "deadlock-possible": (
        _("{it} can wait for ever for a token that never comes, with these choices: {choices}."),
        _JOIN,
    ),
    "tokens-left-behind": (_("{it} still waits for a token when the rest of the process has ended."), _JOIN),
    "tokens-left-behind-possible": (
        _("{it} can still wait for a token when the rest of the process has ended, with these choices: {choices}."),
        _JOIN,
    ),
    "missing-synchronisation": (
        _("{it} runs once for each of the branches that lead to it, several times in every case."),
        _("Join the branches with a parallel gateway before it."),
    ),
    "missing-synchronisation-possible": (
        _("{it} can run several times at once, with these choices: {choices}."),
        _("Join the branches with a parallel or inclusive gateway before it."),
    ),
    "never-runs": (_("{it} can never run, whatever the data."), _("Delete it, or lead to it in another way.")),
    "never-triggered": (
        _("{it} is never triggered: nothing it listens to raises its error or escalation."),
        _("Check the code, or delete it."),
    ),
    "soundness-undecided": (
        _("The process has too many states to search all of its ways; {states} were searched."),
        _("Move parts into processes of their own and call them."),
    ),
    "engine-refuses": (_("{element} cannot be run as drawn: {reason}."), _("Model it in another way.")),
}

"""Adding and removing signers of an open user task, and what their answers do to it.

A signer's token hangs on the token it signs: of the activity, or of another signer. The activity is left when its own
step and all signers are done. Whoever signs *before* is heard first, the own step waits for them; *after* is asked one
by one once everybody else has answered; *beside* at once. What they said is the variable ``signers`` of the activity.
A signer beside or after who does not approve decides: everything still open is closed, and the activity is left with
that outcome. So does the holder's own rejection. Before, and where advisory, a signer only gives an opinion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

import feel
from workflows.engine.api import AddSigner, Closing, SigningRefused, StepKind, Unsigned, Where
from workflows.engine.failures import StepFailed
from workflows.engine.meter import TOKEN_COST
from workflows.engine.opening import open_step
from workflows.engine.specs.signer import Signer
from workflows.engine.specs.tasks import UserTask
from workflows.engine.token import Phase, Token
from workflows.engine.variables import log_written

if TYPE_CHECKING:
    from workflows.engine.instance import Instance

SIGNERS = "signers"
OUTCOME, COMMENT, BY = "outcome", "comment", "by"
APPROVE, REJECT = "approve", "reject"
MAX_DEPTH = 3
"""How long a chain of signers may be, each added by the one before."""
MAX_SIGNERS = 20
"""How many people may be asked to sign one activity, those who have answered included."""


def is_signed(token: Token) -> bool:
    """Whether signers have a say in completing this step, as one of them or because some were asked."""
    data = token.internal_data
    return "y" in data or "s" in data


def signers_of(token: Token) -> list[Token]:
    """Those asked at this step who are not through yet, in the order they were added."""
    return [kid for kid in token.kids() if kid.task_spec.is_signer and kid.is_live]


def activity_of(token: Token) -> Token:
    """The activity at the end of a chain of signers."""
    while token.task_spec.is_signer:
        holder = token.holder
        assert holder is not None
        token = holder
    return token


def add(instance: Instance, host: Token, stimulus: AddSigner) -> None:
    """Ask one more person at an open step. Raises SigningRefused."""
    _require_room(host)
    activity = activity_of(host)
    if SIGNERS not in (activity.local or {}):
        _write(activity, [])
    instance.meter.add(TOKEN_COST)
    token = host._add_child(host.task_spec.signer, TaskState.STARTED)
    token.loop = instance.next_loop(token.element)
    token.internal_data["s"] = [stimulus.where.value, stimulus.person] + ([1] if stimulus.advisory else [])
    host.internal_data["y"] = 1
    if stimulus.where is not Where.AFTER:
        _open(token)


def remove(instance: Instance, token: Token) -> None:
    """Ask a signer no more. Raises SigningRefused once they have answered."""
    if not token.task_spec.is_signer:
        raise SigningRefused(Unsigned.NO_SIGNER, token.key)
    if _has_answered(token):
        raise SigningRefused(Unsigned.ANSWERED, token.key)
    host = token.holder
    assert host is not None
    token.cancel()
    _settle(host)


def complete(token: Token, answers: Mapping[str, Any]) -> None:
    """A signer, or whoever has a step with signers, has answered. Raises SigningRefused while signers come before."""
    if any(_where(signer) is Where.BEFORE for signer in signers_of(token)):
        raise SigningRefused(Unsigned.AWAITED, token.key)
    if token.task_spec.is_signer:
        _sign(token, answers)
    token.results = answers
    if _is_against(token):
        _finish(token)
        return
    token.instance.close_step(token, Closing.COMPLETED)
    _settle(token)


# --- who is asked ---------------------------------------------------------------------------------------------------


def _require_room(host: Token) -> None:
    if host.kind is not StepKind.USER_TASK or not isinstance(host.task_spec, UserTask | Signer):
        raise SigningRefused(Unsigned.NO_USER_TASK, host.key)
    if host.phase != Phase.WAIT or host.incident is not None:
        raise SigningRefused(Unsigned.ANSWERED, host.key)
    depth, at = 0, host
    while at.task_spec.is_signer and at.holder is not None:
        depth, at = depth + 1, at.holder
    if depth >= MAX_DEPTH:
        raise SigningRefused(Unsigned.TOO_DEEP, host.key)
    if _asked(at) + len((at.local or {}).get(SIGNERS) or ()) >= MAX_SIGNERS:
        raise SigningRefused(Unsigned.TOO_MANY, host.key)


def _asked(token: Token) -> int:
    """How many below this step have not answered yet."""
    found = signers_of(token)
    return sum(not _has_answered(signer) for signer in found) + sum(_asked(signer) for signer in found)


def _has_answered(signer: Token) -> bool:
    return signer.phase != Phase.ENTER and signer.kind is None


def _where(signer: Token) -> Where:
    return Where(signer.internal_data["s"][0])


def _open(signer: Token) -> None:
    """Show the signer's step; they see what the one they sign has answered, but for the decision."""
    host, spec = signer.holder, signer.task_spec
    assert host is not None
    answered = {name: value for name, value in host.results.items() if name not in {OUTCOME, COMMENT, BY}}
    if answered:
        signer.make_local().update(answered)
    try:
        asked = spec.task.asked(signer)
        form = None if spec.form is None else signer.instance.evaluator.value(spec.form, signer)
    except StepFailed:  # what could be evaluated when the task was opened; nobody waits for a signer in vain
        asked, form = {}, None
    signer.phase = Phase.WAIT
    person = signer.internal_data["s"][1]
    open_step(signer, StepKind.USER_TASK, assignee=person, form=form if isinstance(form, str) else None, **asked)


# --- what they say --------------------------------------------------------------------------------------------------


def _sign(signer: Token, answers: Mapping[str, Any]) -> None:
    """Write down at the activity what a signer said. Raises SigningRefused where it is too much."""
    activity = activity_of(signer)
    person = signer.internal_data["s"][1]
    said: dict[str, Any] = {
        "person": person,
        "where": _where(signer).value,
        OUTCOME: answers.get(OUTCOME),
        COMMENT: answers.get(COMMENT),
        "at": feel.to_json(feel.from_python(signer.instance.evaluator.moment)),
    }
    if answers.get(BY) not in (None, person):
        said[BY] = answers[BY]
    more = {name: value for name, value in answers.items() if name not in {OUTCOME, COMMENT, BY}}
    if more:
        said["answers"] = more
    _write(activity, [*((activity.local or {}).get(SIGNERS) or ()), said])


def _write(activity: Token, signers: list[dict[str, Any]]) -> None:
    values = {SIGNERS: signers}
    try:
        activity.instance.meter.grow_by(values)
    except StepFailed as failure:
        raise SigningRefused(Unsigned.FAILED, activity.key, failure.message) from failure
    activity.make_local().update(values)
    log_written(activity, activity, values)


def _is_against(token: Token) -> bool:
    """Whether what was answered here needs nobody else's word: a rejection, or a signer who does not approve."""
    outcome = token.results.get(OUTCOME)
    return outcome not in (None, "", APPROVE) if token.task_spec.is_signer else outcome == REJECT


# --- when they are through ------------------------------------------------------------------------------------------


def _settle(host: Token) -> None:
    """Go on where nobody is awaited any more; else ask the next one that comes after."""
    left = signers_of(host)
    if not left:
        host.internal_data.pop("y", None)
    if host.kind is not None:
        return
    if not left:
        _finish(host)
    elif all(signer.phase == Phase.ENTER for signer in left):
        _open(left[0])


def _finish(token: Token) -> None:
    """The step is through, and with it everybody who was asked at it."""
    instance = token.instance
    for signer in signers_of(token):
        signer.cancel()
    token.internal_data.pop("y", None)
    if not token.task_spec.is_signer:
        instance.resume(token, Phase.LEAVE)
        return
    host, where, against = token.holder, _where(token), _is_against(token)
    assert host is not None
    advisory = where is Where.BEFORE or len(token.internal_data["s"]) > 2
    said = dict(token.results)
    instance.close_step(token, Closing.COMPLETED)
    token._set_state(TaskState.COMPLETED)
    instance.forget(token)
    if against and not advisory:
        _decide(host, said)
    else:
        _settle(host)


def _decide(host: Token, said: Mapping[str, Any]) -> None:
    """A signer's word ends the step they signed; what its holder answered already is kept beside it."""
    comment = host.results.get(COMMENT) or said.get(COMMENT)
    host.results = {**host.results, OUTCOME: said[OUTCOME], **({COMMENT: comment} if comment else {})}
    host.instance.close_step(host, Closing.CANCELLED)
    _finish(host)

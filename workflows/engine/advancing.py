"""The one function that moves an instance: decode, take the stimulus, run tokens until all wait, encode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine import going_back, signing
from workflows.engine.api import (
    AddSigner,
    Advance,
    Budget,
    Cancel,
    ChildFinished,
    Closing,
    CompleteStep,
    Detour,
    Escalate,
    FailStep,
    FireTimer,
    GoBack,
    IncidentKind,
    LogKind,
    Modify,
    Outcome,
    Ports,
    Receive,
    RemoveSigner,
    ReplanTimers,
    Resolve,
    Resume,
    Retry,
    SetVariables,
    StartInstance,
    StepKind,
    Stimulus,
    StimulusRefused,
    ThrowError,
)
from workflows.engine.changes import Changes
from workflows.engine.codec import decode, encode
from workflows.engine.definition import Definition
from workflows.engine.evaluation import Evaluator
from workflows.engine.failures import StepFailed
from workflows.engine.instance import Instance
from workflows.engine.meter import Meter, check_storable
from workflows.engine.modifying import modify, start_at, write_root
from workflows.engine.propagation import find_escalation_catch, throw_error
from workflows.engine.resolving import is_resolvable, leave_unfinished
from workflows.engine.specs.call_activity import CallActivity
from workflows.engine.token import Phase, Token
from workflows.engine.variables import log_written, propagate

_COMPLETABLE = frozenset({StepKind.USER_TASK, StepKind.MANUAL_TASK, StepKind.RECEIVE_TASK, StepKind.JOB})
_BUDGET = Budget()


def advance(
    definition: Definition,
    state: bytes | Instance | None,
    stimulus: Stimulus,
    ports: Ports,
    budget: Budget = _BUDGET,
) -> Advance:
    """Move an instance by one stimulus; ``state`` is None for StartInstance only.

    A state that was unpacked for looking at it (`views.load`) is used up by this.

    Deterministic in its inputs and the ports' answers; what goes wrong inside is an incident in the result.
    Raises StimulusRefused when the stimulus does not fit, StateUnreadable when the state does not.
    """
    return take(begin(definition, state, ports, budget), stimulus)


def begin(definition: Definition, state: bytes | Instance | None, ports: Ports, budget: Budget = _BUDGET) -> Instance:
    """An instance ready to take a stimulus: from its bytes, looked at, or as an earlier one left it.

    Raises StateUnreadable.
    """
    changes, meter = Changes(), Meter(budget)
    evaluator = Evaluator(ports, ports.now(), meter, changes)
    if isinstance(state, Instance):
        state.renew(evaluator, ports, meter, changes)
        return state
    instance = Instance(definition, evaluator, ports, meter, changes)
    if state is not None:
        decode(state, instance)
    return instance


def take(instance: Instance, stimulus: Stimulus) -> Advance:
    """Let the instance take one stimulus. Raises StimulusRefused; then the instance must not be used any more."""
    if isinstance(stimulus, StartInstance):
        if instance.next_id > 1:
            raise StimulusRefused("the instance has started already")
    elif instance.next_id == 1:
        raise StimulusRefused("the instance has not started")
    if instance.outcome is not None:
        raise StimulusRefused("the instance has ended")
    try:
        check_storable(getattr(stimulus, "variables", {}))
    except ValueError as error:
        raise StimulusRefused(str(error)) from error
    if type(stimulus) not in _TAKE:
        raise StimulusRefused(f"{type(stimulus).__name__} concerns two definitions")
    _release(instance)
    _TAKE[type(stimulus)](instance, stimulus)
    if not instance.completed:
        instance.do_engine_steps()
    return instance.changes.result(encode(instance))


def _release(instance: Instance) -> None:
    """Tokens stopped by a spent budget go on once the incident that stands for them is gone."""
    if instance.held is None:
        return
    holder = instance.find(instance.held)
    if holder is None or holder.incident is None:
        instance.held = None
        _let_go(instance, None)


def _let_go(instance: Instance, holder: Token | None) -> None:
    """Queue every token a spent budget stopped, but ``holder``, which is queued already."""
    for token in instance.all_tokens():
        if token._state == TaskState.READY and token is not holder:
            instance.queue.append(token)


# --- stimuli --------------------------------------------------------------------------------------------------------


def _start(instance: Instance, stimulus: StartInstance) -> None:
    definition = instance.definition
    instance.called = stimulus.called
    values = dict(stimulus.variables)
    if stimulus.at:
        write_root(instance, values)
        start_at(instance, stimulus.at)
        return
    if stimulus.event is None:
        starts = definition.root.starts
    else:
        chosen = definition.starts.get(stimulus.event)
        if chosen is None:
            raise StimulusRefused(f"{stimulus.event} is no start event of {definition.process.id}")
        starts = (chosen,)
    if not starts:
        raise StimulusRefused(f"{definition.process.id} has nowhere to start")
    mapped = bool(starts[0].output_mappings)
    if not mapped:
        instance.data.update(values)
    for spec in starts[:1] if stimulus.event is None and definition.starts else starts:
        token = instance.enter(spec)
        if mapped:
            token.results = values
        elif values:
            log_written(token, None, values)


def _complete(instance: Instance, stimulus: CompleteStep) -> None:
    token = _open_token(instance, stimulus.step)
    if token.kind not in _COMPLETABLE:
        raise StimulusRefused(f"step {stimulus.step} is not to be completed from outside")
    if signing.is_signed(token):
        signing.complete(token, stimulus.variables)
        return
    _clear_incident(instance, token)
    token.results = stimulus.variables
    instance.resume(token, Phase.LEAVE)


def _add_signer(instance: Instance, stimulus: AddSigner) -> None:
    signing.add(instance, _open_token(instance, stimulus.step), stimulus)


def _remove_signer(instance: Instance, stimulus: RemoveSigner) -> None:
    token = instance.token_of(stimulus.step)
    if token is None or token.id <= 0 or not token.is_live:
        raise StimulusRefused(f"step {stimulus.step} is not open")
    signing.remove(instance, token)


def _go_back(instance: Instance, stimulus: GoBack) -> None:
    going_back.go_back(instance, stimulus)
    _release(instance)


def _detour(instance: Instance, stimulus: Detour) -> None:
    going_back.begin_detour(instance, _open_token(instance, stimulus.step), stimulus)


def _fail(instance: Instance, stimulus: FailStep) -> None:
    token = _open_token(instance, stimulus.step)
    if token.kind not in {StepKind.JOB, StepKind.CALL}:
        raise StimulusRefused(f"step {stimulus.step} is neither a job nor a call")
    kind = IncidentKind.CALL if token.kind is StepKind.CALL else IncidentKind.HANDLER
    _clear_incident(instance, token)
    if kind is IncidentKind.CALL:
        instance.close_step(token, Closing.CANCELLED)  # its child is gone: nothing is called until somebody retries
    token.phase = Phase.RUN
    instance.open_incident(token, StepFailed(kind, stimulus.message))


def _throw(instance: Instance, stimulus: ThrowError) -> None:
    token = _open_token(instance, stimulus.step)
    if token.kind in {StepKind.INCIDENT, StepKind.CATCH}:
        raise StimulusRefused(f"step {stimulus.step} cannot end with an error")
    _clear_incident(instance, token)
    try:
        throw_error(token, stimulus.code, stimulus.message, stimulus.variables)
    except StepFailed as failure:
        if token.kind is StepKind.JOB:
            token.phase = Phase.RUN  # whoever tries the step again asks the job again
        instance.open_incident(token, failure)


def _escalate(instance: Instance, stimulus: Escalate) -> None:
    token = _open_token(instance, stimulus.step)
    if token.kind is not StepKind.CALL:
        raise StimulusRefused(f"step {stimulus.step} calls nothing")
    catch = find_escalation_catch(token, stimulus.code)
    if catch is not None:
        catch.trigger(stimulus.variables)
    else:
        instance.throw_to_caller(token, stimulus.code, "", stimulus.variables, escalation=True)


def _resume(instance: Instance, stimulus: Resume) -> None:
    token = instance.token_of(stimulus.step)
    if token is None or not token.internal_data.get("f") or token.phase != Phase.WAIT:
        raise StimulusRefused(f"step {stimulus.step} does not wait for its caller")
    instance.resume(token, Phase.RUN)


def _fire(instance: Instance, stimulus: FireTimer) -> None:
    token = instance.token_of(stimulus.timer)
    if token is None or token.internal_data.get("w") != "t":
        raise StimulusRefused(f"timer {stimulus.timer} is not running")
    _occur(instance, token, {})


def _receive(instance: Instance, stimulus: Receive) -> None:
    token = instance.token_of(stimulus.subscription)
    if token is None or token.internal_data.get("w") not in {"m", "s"}:
        raise StimulusRefused(f"subscription {stimulus.subscription} is not open")
    _occur(instance, token, stimulus.variables)


def _occur(instance: Instance, token: Token, variables: Any) -> None:
    _clear_incident(instance, token)
    try:
        token.task_spec.occur(token, variables)
    except StepFailed as failure:
        instance.open_incident(token, failure)


def _child_finished(instance: Instance, stimulus: ChildFinished) -> None:
    token = _open_token(instance, stimulus.step)
    spec = token.task_spec
    if not isinstance(spec, CallActivity):
        raise StimulusRefused(f"step {stimulus.step} calls nothing")
    _clear_incident(instance, token)
    token.results = spec.returned(stimulus.variables)
    instance.resume(token, Phase.LEAVE)


def _retry(instance: Instance, stimulus: Retry) -> None:
    token = instance.token_of(stimulus.step)
    if token is None or token.incident is None:
        raise StimulusRefused(f"step {stimulus.step} has no incident")
    _write(instance, token, stimulus.variables)
    held = instance.held == token.id
    instance.close_incident(token)
    if token.phase != Phase.WAIT:
        instance.resume(token)
    if held:
        _let_go(instance, token)


def _resolve(instance: Instance, stimulus: Resolve) -> None:
    token = instance.token_of(stimulus.step)
    if token is None or token.incident is None or not is_resolvable(token):
        raise StimulusRefused(f"step {stimulus.step} has no incident that could be resolved")
    held = instance.held == token.id
    instance.close_incident(token)
    if stimulus.error is None:
        leave_unfinished(token, stimulus.variables)
        instance.resume(token)
    else:
        try:
            throw_error(token, stimulus.error, stimulus.message, stimulus.variables)
        except StepFailed as failure:
            instance.open_incident(token, failure)
    if held:
        _let_go(instance, token)


def _modify(instance: Instance, stimulus: Modify) -> None:
    modify(instance, stimulus)
    _release(instance)


def _write(instance: Instance, token: Token, variables: Any) -> None:
    try:
        propagate(token, variables)
    except StepFailed as failure:
        raise StimulusRefused(failure.message) from failure


def _set_variables(instance: Instance, stimulus: SetVariables) -> None:
    if stimulus.step is None:
        write_root(instance, stimulus.variables)
        return
    token = _open_token(instance, stimulus.step)
    token.make_local().update(stimulus.variables)
    log_written(token, token, stimulus.variables)


def _replan(instance: Instance, stimulus: ReplanTimers) -> None:
    for token in instance.all_tokens():
        if token.internal_data.get("w") == "t":
            try:
                token.task_spec.replan(token)
            except StepFailed as failure:
                instance.changes.log(LogKind.WARNING, token.element, token.key, {"timer": failure.message})


def _cancel(instance: Instance, stimulus: Cancel) -> None:
    instance.queue.clear()
    instance.completed = True
    instance.clear()
    instance.changes.log(LogKind.CANCELLED, instance.definition.process.id, None, {"reason": stimulus.reason})
    instance.finish(Outcome.CANCELLED)


def _open_token(instance: Instance, key: str) -> Token:
    token = instance.token_of(key)
    if token is None or token.internal_data.get("k") is None or not token.is_live:
        raise StimulusRefused(f"step {key} is not open")
    return token


def _clear_incident(instance: Instance, token: Token) -> None:
    if token.incident is not None:
        instance.close_incident(token)


_TAKE: dict[type, Callable[[Instance, Any], None]] = {
    StartInstance: _start,
    CompleteStep: _complete,
    AddSigner: _add_signer,
    RemoveSigner: _remove_signer,
    GoBack: _go_back,
    Detour: _detour,
    FailStep: _fail,
    ThrowError: _throw,
    Escalate: _escalate,
    Resume: _resume,
    FireTimer: _fire,
    Receive: _receive,
    ChildFinished: _child_finished,
    Retry: _retry,
    Resolve: _resolve,
    Modify: _modify,
    SetVariables: _set_variables,
    ReplanTimers: _replan,
    Cancel: _cancel,
}

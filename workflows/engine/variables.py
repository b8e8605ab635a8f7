"""The scope tree of variables: who sees what, and where a result is written (Camunda 8's rules)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workflows.engine.api import LogKind

if TYPE_CHECKING:
    from workflows.engine.token import Token


class Layer(NamedTuple):
    """The variables of one scope; ``token`` owns it (None: the process). Frozen ones are read in place of all above."""

    values: dict[str, Any]
    token: Token | None
    frozen: bool = False


def layers(token: Token) -> Iterator[Layer]:
    """The scopes around a token, innermost first: activity, multi-instance, sub-process, ..., process."""
    at: Token | None = token
    while at is not None:
        data = at.internal_data
        local = data.get("v")
        if local is not None:
            yield Layer(local, at)
        frozen = data.get("z")
        if frozen is not None:
            yield Layer(frozen, at, frozen=True)
        holder = at.holder
        if holder is None:
            scope = at.workflow
            holder = scope.owner
            if holder is None:
                yield Layer(scope.data, None)
        at = holder


def visible(token: Token) -> dict[str, Any]:
    """Every variable an expression at this token sees, inner scopes hiding outer ones."""
    found: list[dict[str, Any]] = []
    for layer in layers(token):
        if layer.values:
            found.append(layer.values)
        if layer.token is not None and "m" in layer.token.internal_data:
            found.append(layer.token.task_spec.collected(layer.token))
        if layer.frozen:
            break
    if len(found) == 1:
        return dict(found[0])
    context: dict[str, Any] = {}
    for values in reversed(found):
        context.update(values)
    return context


def propagate(token: Token, values: Mapping[str, Any], *, above: bool = False) -> None:
    """Write results: each to the nearest scope that knows its name, else to the process.

    ``above`` leaves the token's own local variables out (results of output mappings). Raises StepFailed when the
    state would grow too much; then nothing is written.
    """
    if not values:
        return
    instance = token.instance
    instance.meter.grow_by(values)
    scopes = [layer for layer in layers(token) if not (above and layer.token is token and not layer.frozen)]
    written: dict[int, dict[str, Any]] = {}
    for name, value in values.items():
        overlays: list[Layer] = []
        for index, layer in enumerate(scopes):
            if layer.frozen:
                overlays.append(layer)
            elif name in layer.values or index == len(scopes) - 1:
                layer.values[name] = value
                written.setdefault(index, {})[name] = value
                break
        for overlay in overlays:
            overlay.values[name] = value
    for index, part in written.items():
        log_written(token, scopes[index].token, part)


def log_written(token: Token, scope: Token | None, values: Mapping[str, Any]) -> None:
    """Tell the log which variables were written to which scope ("" is the process)."""
    data = {"scope": "" if scope is None else scope.key, "values": dict(values)}
    token.instance.changes.log(LogKind.VARIABLES, token.element, token.key, data)


def put(values: dict[str, Any], path: tuple[str, ...], value: Any, known: Mapping[str, Any] | None = None) -> None:
    """Write ``value`` at a dotted mapping target; ``known`` is where an existing context is continued from."""
    name, *rest = path
    if not rest:
        values[name] = value
        return
    inner = values.get(name)
    if inner is None and known is not None:
        inner = known.get(name)
    copy = dict(inner) if isinstance(inner, dict) else {}
    put(copy, tuple(rest), value, copy)
    values[name] = copy

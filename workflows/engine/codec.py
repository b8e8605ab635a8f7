"""The stored form of an instance: a codec version byte, then frames of compact JSON rows, parents first, no specs."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import Outcome
from workflows.engine.chunks import Chunk, spans_of
from workflows.engine.failures import StateUnreadable
from workflows.engine.frames import pack, unpack
from workflows.engine.memory import Memory
from workflows.engine.scopes import Scope
from workflows.engine.token import Token

if TYPE_CHECKING:
    from workflows.engine.instance import Instance

VERSION = 1
_HEAD = struct.Struct("<BI")  # codec version, length of the main frame; chunk frames follow


def encode(instance: Instance) -> bytes:
    """The instance as bytes.

    Document: n next id · l activations by element · d process variables · e ends by element · c called · h held ·
    j waiting inclusive joins · o outcome · s the process scope · t token rows · k chunks [number, length, spans] ·
    x next chunk.
    Row: [id, parent, node, state, loop, what the token remembers, scope it owns]; trailing empty fields are left out.
    Parent 0 is the process scope, -id the scope owned by the token id.
    """
    document: dict[str, Any] = {"n": instance.next_id, "l": instance.loops, "d": instance.data, "s": _scope(instance)}
    if instance.ends:
        document["e"] = instance.ends
    if instance.called:
        document["c"] = 1
    if instance.held is not None:
        document["h"] = instance.held
    if instance.inclusive:
        document["j"] = list(instance.inclusive)
    if instance.outcome is not None:
        document["o"] = instance.outcome.value
    hot, warm = _sorted_out(instance)
    document["t"] = [_row(token, instance.subprocesses) for token in hot]
    chunks = {number: chunk for number, chunk in instance.cold.chunks.items() if number not in warm}
    for number, tokens in warm.items():
        chunks[number] = Chunk(spans_of(tokens), pack([_row(token, instance.subprocesses) for token in tokens]))
    if chunks:
        document["x"] = instance.cold.next
        document["k"] = [[number, len(chunk.frame), chunk.spans] for number, chunk in chunks.items()]
    main = pack(document)
    return b"".join((_HEAD.pack(VERSION, len(main)), main, *(chunk.frame for chunk in chunks.values())))


def _sorted_out(instance: Instance) -> tuple[list[Token], dict[int, list[Token]]]:
    """The tokens of the main frame, and those of each chunk that was read or is new."""
    hot: list[Token] = []
    warm: dict[int, list[Token]] = {}
    for token in instance.tasks.values():
        if token.id <= 0:
            continue
        if token.chunk:
            warm.setdefault(token.chunk, []).append(token)
        else:
            hot.append(token)
    return hot, warm


def _row(token: Token, subprocesses: dict[int, Scope]) -> list[Any]:
    row: list[Any] = [token.id, token._parent, token.task_spec.name, token._state, token.loop]
    scope = subprocesses.get(token.id)
    if scope is not None:
        row += [token.internal_data, [scope.spec.name, *_scope(scope)]]
    elif token.internal_data:
        row.append(token.internal_data)
    return row


def _scope(scope: Any) -> list[Any]:
    flags = (1 if scope.begun else 0) + (2 if scope.interrupted else 0)
    return [flags, scope.live, list(scope.listeners), scope.joins, scope.memory.stored()]


def decode(state: bytes, instance: Instance) -> None:
    """Fill a fresh instance from bytes. Raises StateUnreadable."""
    if len(state) < _HEAD.size or state[0] != VERSION:
        raise StateUnreadable(f"unknown codec version {state[:1]!r}")
    at = _HEAD.size + _HEAD.unpack_from(state)[1]
    document = unpack(state[_HEAD.size : at])
    instance.next_id = document["n"]
    instance.loops = document["l"]
    instance.data = document["d"]
    instance.ends = document.get("e", {})
    instance.called = "c" in document
    instance.held = document.get("h")
    instance.inclusive = dict.fromkeys(document.get("j", ()))
    if "o" in document:
        instance.outcome = Outcome(document["o"])
        instance.completed = True
    _fill_scope(instance, document["s"])
    for row in document["t"]:
        plant(instance, row)
    instance.cold.next = document.get("x", 1)
    for number, length, spans in document.get("k", ()):
        instance.cold.chunks[number] = Chunk(spans, state[at : at + length])
        at += length


def plant(instance: Instance, row: list[Any], chunk: int = 0) -> None:
    """Bring a stored token back. Raises StateUnreadable when its node is gone from the definition."""
    id, parent_id, name = row[:3]
    parent = instance.tasks[parent_id]
    spec = instance.definition.nodes.get(name)
    if spec is None:
        raise StateUnreadable(f"element {name} is not in this definition")
    token = Token(parent.workflow, spec, parent, state=row[3], id=id)
    token.loop = row[4]
    token.chunk = chunk
    if len(row) > 5:
        token.internal_data = row[5]
    if len(row) > 6:
        name, *rest = row[6]
        inner = instance.definition.scopes.get(name, instance.definition.root)
        _fill_scope(Scope(inner, token), rest)
    if token._state == TaskState.READY and instance.held is None:
        instance.queue.append(token)


def _fill_scope(scope: Any, stored: list[Any]) -> None:
    flags, scope.live, listeners, scope.joins, remembered = stored
    scope.memory = Memory(remembered)
    scope.begun = bool(flags & 1)
    scope.interrupted = bool(flags & 2)
    scope.listeners = dict.fromkeys(listeners)

"""The stored form of an instance: a codec version byte, then zstd over compact JSON rows, parents first, no specs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import orjson
import zstandard
from SpiffWorkflow.util.task import TaskState

from workflows.engine.api import Outcome
from workflows.engine.failures import StateUnreadable
from workflows.engine.scopes import Scope
from workflows.engine.token import Token

if TYPE_CHECKING:
    from workflows.engine.instance import Instance

VERSION = 1
_OPTIONS = orjson.OPT_NON_STR_KEYS
_local = threading.local()


def encode(instance: Instance) -> bytes:
    """The instance as bytes.

    Document: n next id · l activations by element · d process variables · e ends by element · c called · h held ·
    j waiting inclusive joins · o outcome · s the process scope · t token rows.
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
    subprocesses = instance.subprocesses
    document["t"] = [_row(token, subprocesses) for token in instance.tasks.values() if token.id > 0]
    return bytes((VERSION,)) + _compressor().compress(orjson.dumps(document, option=_OPTIONS))


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
    return [flags, scope.live, list(scope.listeners), scope.joins, scope.records]


def decode(state: bytes, instance: Instance) -> None:
    """Fill a fresh instance from bytes. Raises StateUnreadable."""
    if not state or state[0] != VERSION:
        raise StateUnreadable(f"unknown codec version {state[:1]!r}")
    document = orjson.loads(_decompressor().decompress(state[1:]))
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
        _plant(instance, row)


def _plant(instance: Instance, row: list[Any]) -> None:
    id, parent_id, name = row[:3]
    parent = instance.tasks[parent_id]
    spec = instance.definition.nodes.get(name)
    if spec is None:
        raise StateUnreadable(f"element {name} is not in this definition")
    token = Token(parent.workflow, spec, parent, state=row[3], id=id)
    token.loop = row[4]
    if len(row) > 5:
        token.internal_data = row[5]
    if len(row) > 6:
        name, *rest = row[6]
        spec = instance.definition.scopes.get(name, instance.definition.root)
        _fill_scope(Scope(spec, token), rest)
    if token._state == TaskState.READY:
        instance.queue.append(token)


def _fill_scope(scope: Any, stored: list[Any]) -> None:
    flags, scope.live, listeners, scope.joins, scope.records = stored
    scope.begun = bool(flags & 1)
    scope.interrupted = bool(flags & 2)
    scope.listeners = dict.fromkeys(listeners)


def _compressor() -> zstandard.ZstdCompressor:
    found: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if found is None:
        found = _local.compressor = zstandard.ZstdCompressor(level=1, write_content_size=True)
    return found


def _decompressor() -> zstandard.ZstdDecompressor:
    found: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if found is None:
        found = _local.decompressor = zstandard.ZstdDecompressor()
    return found

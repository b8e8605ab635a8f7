"""Built-in functions on contexts."""

from __future__ import annotations

from typing import Any

from feel.registry import Fault, built_in
from feel.run import Run


@built_in("get value", "m: context", "key: string", result="Any")
def get_value(run: Run, context: dict[str, Any], key: str) -> Any:
    """The value of a member."""
    if key not in context:
        raise Fault("path.no-member", member=key)
    return context[key]


@built_in("get value", "context: context", "keys: list", result="Any")
def get_value_by_path(run: Run, context: dict[str, Any], keys: list[Any]) -> Any:
    """The value of a member of a member."""
    value: Any = context
    for key in keys:
        if type(value) is not dict or type(key) is not str or key not in value:
            raise Fault("path.no-member", member=key)
        value = value[key]
    return value


@built_in("get entries", "m: context", result="list")
def get_entries(run: Run, context: dict[str, Any]) -> list[Any]:
    """The members as a list of contexts with `key` and `value`."""
    run.made_list(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@built_in("context", "entries: list", result="context")
def context_from(run: Run, entries: list[Any]) -> dict[str, Any]:
    """A context made of contexts with `key` and `value`."""
    made: dict[str, Any] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise Fault("list.items", expected="entry", found=entry)
        if entry["key"] in made:
            raise Fault("context.duplicate-key", key=entry["key"])
        made[entry["key"]] = entry["value"]
    run.made_list(len(made))
    return made


@built_in("context put", "context: context", "key: string", "value: Any", result="context")
def context_put(run: Run, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with a member added or replaced."""
    run.made_list(len(context) + 1)
    return {**context, key: value}


@built_in("context put", "context: context", "keys: list", "value: Any", result="context")
def context_put_path(run: Run, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """The context with a member of a member added or replaced."""
    if not keys or any(type(key) is not str for key in keys):
        raise Fault("list.items", expected="string", found=keys)
    top = dict(context)
    inner = top
    for key in keys[:-1]:
        run.made_list(len(inner) + 1)
        if type(inner.get(key)) is not dict:
            raise Fault("path.no-member", member=key)
        inner[key] = dict(inner[key])
        inner = inner[key]
    inner[keys[-1]] = value
    return top


@built_in("context merge", "contexts: list", result="context")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    """The members of several contexts in one; a later one wins."""
    made: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            raise Fault("list.items", expected="context", found=context)
        made.update(context)
    run.made_list(len(made))
    return made

"""YAML from designers as plain data: safe tags only, texts stay texts, nothing twice, everything bounded."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

MAX_BYTES = 1024 * 1024
MAX_VALUES = 100_000
MAX_DEPTH = 60
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"
_NUMBERS = {
    _INT: re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$"),
    _FLOAT: re.compile(
        r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?$"
        r"|[-+]?\.(inf|Inf|INF)$|\.(nan|NaN|NAN)$"
    ),
}
"""What is a number: as in YAML 1.2, times of day such as 12:30 are none, and 1e3 is one."""


class YamlRefused(Exception):
    """The text is no YAML that is read here; ``code`` says why, ``values`` fill its sentence."""

    def __init__(self, code: str, line: int = 0, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.values: dict[str, Any] = values


class Mapping(dict[str, Any]):
    """A mapping that knows the line it begins on."""

    line = 0


_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C where the library is built with it: scenarios are read at every start of the product."""


class _Loader(_SafeLoader):  # type: ignore[misc, valid-type]
    """The safe loader without dates and times of day (they stay texts) and without keys given twice."""

    yaml_implicit_resolvers = {
        first: [(tag, _NUMBERS.get(tag, pattern)) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Any:
    result = Mapping()
    result.line = node.start_mark.line + 1
    yield result
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if key is None or isinstance(key, (dict, list)):
            raise YamlRefused("yaml-key", line)
        name = key if isinstance(key, str) else _key_text(key)
        if name in result:
            raise YamlRefused("yaml-duplicate-key", line, key=name)
        result[name] = loader.construct_object(value_node, deep=True)


def _key_text(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(data: bytes) -> Any:
    """The document in ``data``; mappings are ``Mapping``, keys texts, values JSON-ready.

    Refuses (YamlRefused) more than 1 MB, 100,000 values or 60 levels (aliases counted each time), other tags, keys
    given twice, several documents, and infinite numbers.
    """
    if len(data) > MAX_BYTES:
        raise YamlRefused("too-large", size=len(data), limit=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
        _refuse_depth(text)
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except UnicodeDecodeError:
        raise YamlRefused("not-utf8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "unreadable"
        raise YamlRefused("not-yaml", mark.line + 1 if mark else 0, reason=reason) from None
    _bound(document)
    return document


def _refuse_depth(text: str) -> None:
    """Before anything is built: the builder in C calls itself for every level, and has no limit of its own."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                raise YamlRefused("too-deep", mark.line + 1 if mark else 0, limit=MAX_DEPTH)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _bound(document: Any) -> None:
    count, pending = 0, [(document, 0)]
    while pending:
        value, depth = pending.pop()
        count += 1
        if count > MAX_VALUES:
            raise YamlRefused("too-many-values", limit=MAX_VALUES)
        if depth > MAX_DEPTH:
            raise YamlRefused("too-deep", limit=MAX_DEPTH)
        if isinstance(value, dict):
            pending.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            pending.extend((item, depth + 1) for item in value)
        elif value is not None and not isinstance(value, (str, int, float)):
            raise YamlRefused("yaml-type", type=type(value).__name__)
        elif isinstance(value, float) and not math.isfinite(value):
            raise YamlRefused("yaml-number")

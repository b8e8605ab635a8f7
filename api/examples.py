"""Example values for the OpenAPI schema, made from the schema itself and from what the fields are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ID = "6f1c2d3e-4b5a-4c6d-8e9f-0a1b2c3d4e5f"
MOMENT, DAY = "2026-03-02T09:30:00+08:00", "2026-03-02"
NEXT = "https://baton.example/api/v1/customers/?cursor=WyJjaGFuZ2VkIl0"

BY_NAME: Mapping[str, Any] = {
    "username": "li.wei",
    "password": "correct horse battery",
    "token": "b1c0ffee" * 8,
    "code": "",
    "owner": "li.wei",
    "handler": "li.wei",
    "to": "zhou.bo",
    "name": "Lanting Hotels",
    "legal_name": "Hangzhou Lanting Hotel Group Co., Ltd.",
    "number": "C-000123",
    "email": "office@lanting.example",
    "phone": "+86 571 8888 0000",
    "mobile": "+86 139 0000 1111",
    "credit_code": "91330100MA27XW1234",
    "org_unit": "HZ-SALES-1",
    "tags": ["vip"],
    "process": "customer-level-change",
    "key": "customer-level-change",
    "element": "decide",
    "cause": "5f1c2d3e4b5a4c6d8e9fc0ffee0a1b2c",
    "subject": "Air conditioning fails in the afternoon",
    "description": "Since Monday the second floor is warm from two o'clock on.",
    "answer": "The filter was changed on site; the system runs again.",
    "objection": "Two large orders are signed and not yet delivered.",
    "reason": "Asked for by the customer.",
    "text": "Please look at the second invoice as well.",
    "answers": {"outcome": "approve", "comment": "Agreed."},
    "variables": {"amount": 1200},
    "prefill": {"amount": 1200},
    "draft": {"comment": "Agreed."},
    "schema": {"type": "default", "id": "decision", "components": []},
    "evidence": {"consumption": 182000, "orders": 14},
    "benefits": [],
    "groups": ["sales", "sales@HZ"],
    "startable_by": ["sales"],
    "masked": [],
    "next": NEXT,
    "id_no": "330102199003077777",
    "files": [],
    "flags": ["safety"],
    "message": "Some values are missing or wrong.",
}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that fits ``schema``; names of fields give it sense."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rsplit("/", 1)[1]], components, name, depth)
    for many in ("allOf", "oneOf", "anyOf"):
        if many in schema:
            return example_of(schema[many][0], components, name, depth)
    if "enum" in schema:
        return next((value for value in schema["enum"] if value not in ("", None)), schema["enum"][0])
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        fields = schema["properties"]
        return {key: example_of(inner, components, key, depth + 1) for key, inner in fields.items()}
    if name in BY_NAME and _fits(BY_NAME[name], schema):
        return BY_NAME[name]
    if kind == "array":
        return [example_of(schema["items"], components, name, depth + 1)] if depth < 8 else []
    return _plain(schema)


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    kinds: Mapping[Any, Any] = {"string": str, "array": list, "object": dict, None: object}
    wanted = kinds.get(schema.get("type"))
    if wanted is None or not isinstance(value, wanted):
        return False
    return schema.get("format") not in {"uuid", "date", "date-time", "decimal", "binary"}


def _plain(schema: Mapping[str, Any]) -> Any:
    kind, form = schema.get("type"), schema.get("format")
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    if kind == "number":
        return 1.5
    if kind == "boolean":
        return True
    if kind == "object":
        return {}
    if kind != "string":
        return None
    formats = {"uuid": ID, "date": DAY, "date-time": MOMENT, "decimal": "1.00", "uri": NEXT, "email": "a@b.example"}
    return formats.get(str(form), "text")

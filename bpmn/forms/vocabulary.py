"""The component types of form-js 1.23 and what the product does with each."""

from __future__ import annotations

SCHEMA_VERSION = 19
"""The newest schema version of form-js 1.23."""

TEXTS = frozenset({"textfield", "textarea"})
SINGLE_CHOICES = frozenset({"radio", "select"})
MULTIPLE_CHOICES = frozenset({"checklist", "taglist"})
CHOICES = SINGLE_CHOICES | MULTIPLE_CHOICES
INPUTS = TEXTS | CHOICES | {"number", "checkbox", "datetime"}
"""Components in which a person answers."""

COMPUTED = frozenset({"expression"})
"""Components whose value the server computes itself."""

KEYED = INPUTS | COMPUTED
CONTAINERS = frozenset({"group", "dynamiclist"})
PRESENTATION = frozenset({"text", "image", "table", "button", "separator", "spacer"})
REFUSED = frozenset({"html", "iframe", "documentPreview", "filepicker"})
"""Components that could run foreign content, or carry files past the rights of their record."""

SUPPORTED = KEYED | CONTAINERS | PRESENTATION

EMPTY: dict[str, object] = {
    "textfield": "",
    "textarea": "",
    "number": None,
    "checkbox": False,
    "checklist": [],
    "taglist": [],
    "radio": None,
    "select": None,
    "datetime": None,
    "expression": None,
}
"""What a component submits when nothing was entered."""

DATE, TIME, DATE_TIME = "date", "time", "datetime"
NO_TIMEZONE, UTC_OFFSET, UTC_NORMALIZED = "no_timezone", "utc_offset", "utc_normalized"

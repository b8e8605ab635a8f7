"""Forms are checked at deploy: components that may not be, keys that clash, rules and expressions that cannot work."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bpmn.checking import Catalogue, check
from bpmn.checking.sentences import sentence


def found(*components: Any, **form: Any) -> set[tuple[str, str, str | None]]:
    data = {"id": "f", "type": "default", "schemaVersion": 19, "components": list(components), **form}
    items = check({"f.form": json.dumps(data).encode()}, Catalogue())
    assert all("?" not in sentence(item) for item in items if item.element != "why")
    return {(str(item.severity), item.code, item.element) for item in items}


def field(kind: str, key: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, **more}


def test_a_form_with_everything_is_right():
    options = [{"label": "A", "value": "a"}]
    assert (
        found(
            {"type": "text", "text": "Hello {{name}}"},
            field("textfield", "a", validate={"pattern": "^x$", "minLength": "=n"}),
            field("number", "b", decimalDigits=2, validate={"min": 1}),
            field("select", "c", values=options),
            field("select", "d", valuesKey="people"),
            field("taglist", "e", valuesExpression="=people"),
            field("datetime", "f", subtype="date"),
            field("expression", "g", expression="=b * 2"),
            {"type": "group", "path": "h", "components": [field("textfield", "a")]},
            {
                "type": "dynamiclist",
                "path": "i",
                "components": [field("checkbox", "a", conditional={"hide": "=this.a"})],
            },
            {"type": "table", "dataSource": "=rows", "columns": []},
            {"type": "image", "source": "data:image/png;base64,xx"},
            {"type": "separator"},
            {"type": "spacer"},
            {"type": "button", "key": "btn"},
        )
        == set()
    )


@pytest.mark.parametrize("kind", ["html", "iframe", "documentPreview", "filepicker"])
def test_components_that_show_foreign_content_are_refused(kind):
    assert found({"type": kind, "id": "c1"}) == {("error", "form-component-refused", "c1")}


@pytest.mark.parametrize(
    ("components", "finding"),
    [
        ([{"type": "wizard", "id": "w"}], ("error", "form-component-unknown", "w")),
        ([{"type": "textfield", "id": "t"}], ("error", "form-key-missing", "t")),
        ([field("textfield"), field("number")], ("error", "form-key-twice", "x")),
        ([field("textfield", "a"), field("textfield", "a.b")], ("error", "form-key-inside", "a.b")),
        ([field("textfield", "a.b"), field("textfield", "a")], ("error", "form-key-inside", "a")),
        ([field("select")], ("error", "form-options-missing", "x")),
        ([field("select", values=[], valuesKey="v")], ("warning", "form-options-several", "x")),
        ([field("select", values="a")], ("error", "form-options-wrong", "x")),
        ([field("radio", values=[{"value": "a"}, {"value": "a"}])], ("error", "form-option-twice", "x")),
        ([field("expression")], ("error", "form-expression-missing", "x")),
        ([{"type": "image", "id": "i", "source": "https://e.com/x.png"}], ("error", "form-remote-image", "i")),
        ([{"type": "image", "id": "i", "source": "=url"}], ("error", "form-remote-image", "i")),
        ([field("number", validate={"min": "few"})], ("error", "form-rule", "x")),
        ([field("number", validate=[])], ("error", "form-rule", "x")),
        ([field("textfield", validate={"pattern": "["})], ("error", "form-pattern", "x")),
        ([field("textfield", conditional={"hide": "always"})], ("error", "form-must-be-feel", "x")),
        ([field("textfield", conditional={"hide": "=a >"})], ("error", "feel-syntax", "x")),
        ([field("textfield", readonly="=manager of(x) = 1")], ("error", "form-function", "x")),
        ([field("textfield", disabled="=a")], ("warning", "form-disabled-feel", "x")),
        (["text"], ("error", "form-component", None)),
    ],
)
def test_each_mistake_is_found(components, finding):
    assert finding in found(*components)


def test_nested_components_are_checked_too():
    inner: Any = {"type": "html", "id": "deep"}
    for number in range(5):
        inner = {"type": "group", "id": f"g{number}", "components": [inner]}
    assert found(inner) == {("error", "form-component-refused", "deep")}
    for number in range(25):
        inner = {"type": "group", "id": f"h{number}", "components": [inner]}
    assert {code for _, code, _ in found(inner)} == {"form-too-deep"}


def test_size_and_shape_are_bounded():
    assert ("error", "form-too-large", None) in found(*(field("textfield", f"k{n}") for n in range(1_100)))
    assert found(components="x") == {("error", "form-no-components", None)}
    assert found(schemaVersion=99) == {("warning", "form-newer", None)}
    for data, code in ((b"{", "not-json"), (b"[]", "form-not-object"), (b" " * 1_100_000, "too-large")):
        assert [item.code for item in check({"f.form": data}, Catalogue())] == [code]
    assert [item.code for item in check({"f.form": b'{"components": []}'}, Catalogue())] == ["form-without-id"]


def test_one_id_for_two_forms():
    data = b'{"id": "f", "components": []}'
    items = check({"a.form": data, "b.form": data}, Catalogue())
    assert [(item.file, item.code) for item in items] == [("b.form", "form-id-twice")]


def test_json_nested_without_end_is_refused():
    data = b'{"components": ' * 5_000 + b"1" + b"}" * 5_000
    assert [item.code for item in check({"f.form": data}, Catalogue())] == ["not-json"]

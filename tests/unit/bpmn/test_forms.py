"""Answers to forms are checked on the server: types, rules, options, conditions, and nothing that is not asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bpmn.forms import FormRefused, prefill, validate
from bpmn.forms.errors import FieldError
from bpmn.forms.sentences import SENTENCES, sentence


def form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"id": "f", "type": "default", "components": list(components)}


def field(kind: str, key: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, **more}


def errors(*components: dict[str, Any], answers: Any, **variables: Any) -> dict[str, list[str]]:
    with pytest.raises(FormRefused) as refused:
        validate(form(*components), answers, variables, today=date(2026, 1, 5))
    return {key: [error.code for error in found] for key, found in refused.value.errors.items()}


def cleaned(*components: dict[str, Any], answers: Any, **variables: Any) -> dict[str, Any]:
    return validate(form(*components), answers, variables, today=date(2026, 1, 5))


OPTIONS = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}, {"label": "One", "value": 1}]

ACCEPTED: list[tuple[dict[str, Any], Any, Any]] = [
    (field("textfield"), "hello", "hello"),
    (field("textfield"), "two\nlines", "two lines"),
    (field("textfield"), "", ""),
    (field("textfield"), None, None),
    (field("textarea"), "two\nlines", "two\nlines"),
    (field("number"), 3, 3),
    (field("number"), 2.5, 2.5),
    (field("number", decimalDigits=2), 2.25, 2.25),
    (field("number", decimalDigits=0), 2.0, 2.0),
    (field("number", increment=0.1), 0.3, 0.3),
    (field("number", serializeToString=True), "12.50", "12.50"),
    (field("number", serializeToString=True), 12.5, "12.5"),
    (field("number"), None, None),
    (field("checkbox"), True, True),
    (field("checkbox"), None, False),
    (field("checklist", values=OPTIONS), ["a", 1], ["a", 1]),
    (field("checklist", values=OPTIONS), None, []),
    (field("taglist", values=["x", "y"]), ["y"], ["y"]),
    (field("radio", values=OPTIONS), "b", "b"),
    (field("select", values=OPTIONS), 1, 1),
    (field("select", values=OPTIONS), None, None),
    (field("select", values=OPTIONS), "", None),
    (field("datetime", subtype="date"), "2026-02-28", "2026-02-28"),
    (field("datetime", subtype="time"), "09:30", "09:30"),
    (field("datetime", subtype="time", timeSerializingFormat="utc_offset"), "09:30+08:00", "09:30+08:00"),
    (field("datetime", subtype="datetime"), "2026-02-28T09:30", "2026-02-28T09:30"),
    (
        field("datetime", subtype="datetime", timeSerializingFormat="utc_normalized"),
        "2026-02-28T09:30Z",
        "2026-02-28T09:30Z",
    ),
    (field("datetime", subtype="date", disallowPassedDates=True), "2026-01-05", "2026-01-05"),
]


@pytest.mark.parametrize(("component", "answer", "stored"), ACCEPTED)
def test_right_answers_are_stored(component, answer, stored):
    assert cleaned(component, answers={"x": answer}) == {"x": stored}


REFUSED: list[Any] = [
    (field("textfield"), 3, "type"),
    (field("textfield"), ["a"], "type"),
    (field("textfield"), "a\0b", "characters"),
    (field("textfield"), "x" * 10_001, "too-long"),
    (field("textarea"), "x" * 100_001, "too-long"),
    (field("number"), "3", "type"),
    (field("number"), True, "type"),
    (field("number"), {}, "type"),
    pytest.param(field("number"), 10**400, "number-size", id="400 digits"),
    (field("number"), 2**63, "number-size"),
    (field("number", serializeToString=True), "1e9999", "number-size"),
    (field("number", serializeToString=True), "twelve", "number-text"),
    (field("number", serializeToString=True), "NaN", "number-text"),
    (field("number", decimalDigits=0), 2.5, "decimal-digits"),
    (field("number", decimalDigits=2), 0.125, "decimal-digits"),
    (field("number", increment=5), 7, "increment"),
    (field("checkbox"), "yes", "type"),
    (field("checkbox"), 1, "type"),
    (field("checklist", values=OPTIONS), ["z"], "not-an-option"),
    (field("checklist", values=OPTIONS), "a", "type"),
    (field("checklist", values=OPTIONS), ["a", "a"], "chosen-twice"),
    (field("taglist", values=OPTIONS), [True], "not-an-option"),
    (field("radio", values=OPTIONS), "z", "not-an-option"),
    (field("radio", values=OPTIONS), "1", "not-an-option"),
    (field("select", values=OPTIONS), True, "not-an-option"),
    (field("select", values=OPTIONS), {"value": "a"}, "not-an-option"),
    (field("select"), "a", "not-an-option"),
    (field("datetime", subtype="date"), "2026-02-30", "not-date"),
    (field("datetime", subtype="date"), "20260228", "not-date"),
    (field("datetime", subtype="date"), 20260228, "type"),
    (field("datetime", subtype="time"), "9 o'clock", "not-time"),
    (field("datetime", subtype="time"), "09:30+08:00", "not-time"),
    (field("datetime", subtype="datetime"), "2026-02-28 09:30", "not-datetime"),
    (field("datetime", subtype="datetime", timeSerializingFormat="utc_offset"), "2026-02-28T09:30", "not-datetime"),
    (field("datetime", subtype="date", disallowPassedDates=True), "2026-01-04", "past"),
    (field("textfield", validate={"required": True}), "", "required"),
    (field("textfield", validate={"required": True}), None, "required"),
    (field("number", validate={"required": True}), None, "required"),
    (field("checkbox", validate={"required": True}), False, "required"),
    (field("checklist", values=OPTIONS, validate={"required": True}), [], "required"),
    (field("textarea", validate={"minLength": 5}), "  abc  ", "min-length"),
    (field("textarea", validate={"maxLength": 2}), "abc", "max-length"),
    (field("number", validate={"min": 3}), 2, "min"),
    (field("number", validate={"max": "3"}), 4, "max"),
    (field("number", validate={"min": 0.3}), 0.2, "min"),
    (field("textfield", validate={"pattern": "^[A-Z]{2}$"}), "ABC", "pattern"),
    (field("textfield", validate={"pattern": r"^\d+$"}), "١٢", "pattern"),
    (field("textfield", validate={"pattern": "[unclosed"}), "a", "pattern"),
    (field("textfield", validate={"validationType": "email"}), "li.wei@", "email"),
    (field("textfield", validate={"validationType": "phone"}), "138 0000", "phone"),
]


@pytest.mark.parametrize(("component", "answer", "code"), REFUSED)
def test_wrong_answers_are_refused_by_field(component, answer, code):
    assert errors(component, answers={"x": answer}) == {"x": [code]}


@pytest.mark.parametrize(("answer", "near"), [(7, ("5", "10")), (-7, ("-10", "-5")), (0.3, ("0", "5"))])
def test_the_nearest_values_are_told(answer, near):
    with pytest.raises(FormRefused) as refused:
        validate(form(field("number", increment=5)), {"x": answer}, {})
    values = refused.value.errors["x"][0].values
    assert (values["below"], values["above"]) == near


def test_zero_is_an_answer():
    assert cleaned(field("number", validate={"required": True}), answers={"x": 0}) == {"x": 0}


def test_right_addresses_pass():
    rules = {"validationType": "email"}
    assert cleaned(field("textfield", validate=rules), answers={"x": "li.wei@example.cn"})
    assert cleaned(field("textfield", validate={"validationType": "phone"}), answers={"x": "+8613800000000"})


def test_patterns_find_and_cannot_hang():
    assert cleaned(field("textfield", validate={"pattern": "b"}), answers={"x": "abc"}) == {"x": "abc"}
    assert errors(
        field("textfield", validate={"pattern": "^(a+)+$"}), answers={"x": "a" * 5_000 + "b"}
    )  # or never ends


def test_a_missing_required_answer_is_named():
    assert errors(field("textfield", validate={"required": True}), answers={}, x="old") == {"x": ["required"]}


def test_unknown_fields_are_refused_by_their_first_unknown_part():
    group = {"type": "group", "path": "address", "components": [field("textfield", "city")]}
    answers = {"address": {"city": "Hangzhou", "zip": {"code": 1}}, "role": {"admin": True}}
    assert errors(group, answers=answers) == {"address.zip": ["unknown"], "role": ["unknown"]}


def test_presentation_components_take_no_answers():
    assert errors({"type": "text", "key": "x", "text": "Hi"}, answers={"x": "a"}) == {"x": ["unknown"]}


HIDDEN = field("textarea", "why", conditional={"hide": '=decision = "approve"'}, validate={"required": True})
DECISION = field("radio", "decision", values=["approve", "reject"])


def test_a_hidden_field_needs_no_answer_and_takes_none():
    assert cleaned(DECISION, HIDDEN, answers={"decision": "approve"}) == {"decision": "approve"}
    assert errors(DECISION, HIDDEN, answers={"decision": "approve", "why": "x"}) == {"why": ["hidden"]}
    assert errors(DECISION, HIDDEN, answers={"decision": "reject"}) == {"why": ["required"]}


def test_nothing_for_a_hidden_field_is_fine():
    assert cleaned(DECISION, HIDDEN, answers={"decision": "approve", "why": None}) == {"decision": "approve"}


def test_a_hidden_group_hides_what_is_in_it():
    group = {
        "type": "group",
        "path": "g",
        "conditional": {"hide": "=level = 1"},
        "components": [field("textfield", "y")],
    }
    assert cleaned(group, answers={}, level=1) == {}
    assert errors(group, answers={"g": {"y": "a"}}, level=1) == {"g.y": ["hidden"]}


def test_a_condition_that_cannot_be_computed_does_not_hide():
    assert cleaned(field("textfield", conditional={"hide": "=nothing.at.all > 3"}), answers={"x": "a"}) == {"x": "a"}


@pytest.mark.parametrize(
    "switch", [{"readonly": True}, {"readonly": "=locked"}, {"disabled": True}, {"disabled": "=locked"}]
)
def test_read_only_fields_keep_their_value(switch):
    component = field("number", validate={"required": True}, **switch)
    assert cleaned(component, answers={"x": 99}, x=5, locked=True) == {}


def test_read_only_fields_without_a_variable_get_their_default():
    assert cleaned(field("number", readonly=True, defaultValue=7), answers={"x": 99}) == {"x": 7}


def test_a_read_only_field_cannot_steer_conditions():
    locked = field("number", "amount", readonly="=stage = 2")
    reason = field("textfield", "reason", conditional={"hide": "=amount < 100"}, validate={"required": True})
    assert errors(locked, reason, answers={"amount": 1}, amount=500, stage=2) == {"reason": ["required"]}


def test_expressions_are_computed_here_and_may_build_on_each_other():
    components = (
        field("number", "price"),
        field("expression", "gross", expression="=net * 1.13"),
        field("expression", "net", expression="=price * 2"),
    )
    assert cleaned(*components, answers={"price": 50, "gross": 1, "net": 1}) == {"price": 50, "gross": 113, "net": 100}


def test_options_from_variables_and_expressions():
    keyed = field("select", valuesKey="people")
    assert cleaned(keyed, answers={"x": "li"}, people=[{"label": "Li", "value": "li"}]) == {"x": "li"}
    assert errors(keyed, answers={"x": "wang"}, people=["li"]) == {"x": ["not-an-option"]}
    assert errors(keyed, answers={"x": "wang"}, people="wang") == {"x": ["not-an-option"]}
    computed = field("select", valuesExpression="=for p in people return p.name")
    assert cleaned(computed, answers={"x": "Li"}, people=[{"name": "Li"}]) == {"x": "Li"}


def test_the_list_of_options_cannot_be_sent_along():
    components = (field("textfield", "people"), field("select", valuesKey="people"))
    assert errors(*components, answers={"people": "wang", "x": "wang"}, people=["li"]) == {"x": ["not-an-option"]}


def test_an_object_may_be_an_option():
    option = {"id": 7, "name": "Li"}
    component = field("select", valuesKey="people")
    assert cleaned(component, answers={"x": {"name": "Li", "id": 7.0}}, people=[{"label": "Li", "value": option}])
    assert errors(component, answers={"x": {"id": 8}}, people=[{"label": "Li", "value": option}]) == {
        "x": ["not-an-option"]
    }


def test_nested_keys_and_paths_make_objects():
    group = {"type": "group", "path": "customer.address", "components": [field("textfield", "street.name")]}
    answers = {"customer": {"address": {"street": {"name": "Wulin Road"}}}}
    assert cleaned(group, answers=answers) == answers
    assert errors(group, answers={"customer": "x"}) == {"customer": ["type"]}


ITEMS = {
    "type": "dynamiclist",
    "path": "items",
    "components": [
        field("number", "price", validate={"required": True, "min": "=least"}),
        field("textfield", "note", conditional={"hide": "=this.price > 5"}),
    ],
}


def test_lists_are_checked_item_by_item():
    answers = {"items": [{"price": 3, "note": "cheap"}, {"price": 9}]}
    assert cleaned(ITEMS, answers=answers, least=1) == answers
    wrong = {"items": [{"price": 0}, {"price": 9, "note": "dear"}, {"colour": "red"}]}
    assert errors(ITEMS, answers=wrong, least=1) == {
        "items[0].price": ["min"],
        "items[1].note": ["hidden"],
        "items[2].price": ["required"],
        "items[2].colour": ["unknown"],
    }


@pytest.mark.parametrize(("answer", "code"), [("x", "type"), ([1], "type"), ([{"price": 2}] * 1_001, "too-many")])
def test_lists_must_be_lists_of_objects(answer, code):
    assert code in errors(ITEMS, answers={"items": answer}, least=1)["items"]


def test_a_fixed_list_keeps_its_length():
    fixed = {**ITEMS, "allowAddRemove": False}
    assert errors(fixed, answers={"items": [{"price": 2}]}, least=1, items=[{}, {}]) == {"items": ["list-length"]}


def test_an_empty_and_a_missing_list():
    assert cleaned(ITEMS, answers={"items": []}) == {"items": []}
    assert cleaned(ITEMS, answers={}) == {"items": []}


def test_lists_in_lists_see_their_parent():
    inner = {
        "type": "dynamiclist",
        "path": "lines",
        "components": [field("number", "n", conditional={"hide": "=parent.closed"})],
    }
    outer = {"type": "dynamiclist", "path": "orders", "components": [field("checkbox", "closed"), inner]}
    answers = {"orders": [{"closed": False, "lines": [{"n": 1}]}]}
    assert cleaned(outer, answers=answers) == answers
    answers["orders"][0]["closed"] = True
    assert errors(outer, answers=answers) == {"orders[0].lines[0].n": ["hidden"]}


def test_read_only_fields_of_moved_items_go_with_them():
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "components": [field("textfield", "code", readonly=True), field("number", "count")],
    }
    before = [{"code": "A", "count": 1}, {"code": "B", "count": 2}]
    assert cleaned(rows, answers={"rows": [{"code": "B", "count": 5}]}, rows=before) == {
        "rows": [{"code": "B", "count": 5}]
    }
    assert cleaned(rows, answers={"rows": [{"code": "Z", "count": 5}]}, rows=before) == {
        "rows": [{"code": "A", "count": 5}]
    }


def test_what_is_left_out_keeps_its_variable_or_gets_the_default():
    components = (field("textfield", "kept"), field("textfield", "given", defaultValue="d"), field("checkbox", "flag"))
    assert cleaned(*components, answers={}, kept="old") == {"given": "d", "flag": False}


def test_answers_must_be_data_of_a_bearable_size():
    assert errors(field("textfield"), answers={"x": object()}) == {"": ["not-data"]}
    assert errors(field("textfield"), answers=["x"]) == {"": ["not-data"]}
    assert errors(field("number"), answers={"x": float("nan")}) == {"": ["not-data"]}
    assert errors(field("textfield"), answers={1: "x"}) == {"": ["not-data"]}
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    assert errors(field("textfield"), answers={"x": deep}) == {"": ["too-large"]}
    assert errors(field("textarea"), answers={"x": "y" * 1_100_000}) == {"": ["too-large"]}


def test_every_error_has_a_sentence():
    codes = {getattr(case, "values", case)[2] for case in REFUSED} | {
        "hidden",
        "unknown",
        "list-length",
        "too-many",
        "too-large",
        "not-data",
    }
    assert codes == SENTENCES.keys()
    assert sentence(FieldError("max-length", {"max": 3, "length": 5})) == "Please write at most 3 characters."
    assert sentence(FieldError("pattern", {"pattern": "x", "message": "Two letters"})) == "Two letters"


# --- what a form gets to see --------------------------------------------------------------------------------------


def test_prefill_picks_what_the_form_shows_and_reads():
    shown = form(
        {"type": "text", "text": "# {{plan.name}} {{#if urgent}}!{{/if}}"},
        {"type": "group", "path": "customer", "components": [field("textfield", "phone")]},
        field("select", "owner", valuesKey="people"),
        field("textfield", "why", conditional={"hide": "=total > 3"}, readonly="=locked"),
        field("expression", "sum", expression="=sum([first, second])"),
        {"type": "table", "dataSource": "=orders", "columns": []},
        {
            "type": "dynamiclist",
            "path": "items",
            "components": [field("textfield", "name", conditional={"hide": "=this.x"})],
        },
    )
    wanted = {
        "plan": {"name": "P"},
        "urgent": True,
        "customer": {"phone": "1"},
        "people": [],
        "owner": "li",
        "total": 2,
        "locked": False,
        "first": 1,
        "second": 2,
        "orders": [],
        "items": [{"name": "x"}],
    }
    secret = {"salary": 3, "this": 1, "name": "n"}
    found = prefill(shown, wanted | secret | {"customer": {"phone": "1", "id_no": "secret"}})
    assert found == wanted


def test_prefill_gives_copies():
    variables = {"x": [{"value": "a"}]}
    prefill(form(field("taglist", "x")), variables)["x"].clear()
    assert variables == {"x": [{"value": "a"}]}

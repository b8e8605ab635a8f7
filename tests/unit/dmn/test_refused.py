"""Models that are refused: which element, which reason."""

import pytest

import dmn
from tests.unit.dmn.build import DMN_13, bkm, decision, definitions, input_data, literal, load, table


def refusal(*parts, **options):
    with pytest.raises(dmn.DmnRefused) as caught:
        load(*parts, **options)
    return {item.code: item for item in caught.value.findings}


def bytes_refusal(content):
    with pytest.raises(dmn.DmnRefused) as caught:
        dmn.load([content])
    return caught.value.findings[0].code


def test_two_decisions_of_one_name():
    found = refusal(decision("a", "1", id="one"), decision("a", "2", id="two"))["name-twice"]
    assert (found.element, found.values["name"], found.values["other"]) == ("two", "a", "one")
    assert found.line == 4


def test_two_elements_of_one_id():
    found = refusal(decision("a", "1", id="x"), decision("b", "2", id="x"))["id-twice"]
    assert (found.element, found.values["other"]) == ("x", "a")


def test_a_circle_of_decisions():
    found = refusal(
        decision("a", "b", needs=["dec:d-b"]),
        decision("b", "c", needs=["dec:d-c"]),
        decision("c", "a", needs=["dec:d-a"]),
    )["requirement-cycle"]
    assert sorted(found.values["names"]) == ["a", "b", "c"]


def test_a_decision_that_requires_itself():
    assert refusal(decision("a", "1", needs=["dec:d-a"]))["requirement-cycle"].values["ids"] == ["d-a"]


def test_a_requirement_that_leads_nowhere():
    found = refusal(decision("a", "b", needs=["dec:nowhere"]))["requirement-missing"]
    assert (found.element, found.values["required"]) == ("d-a", "nowhere")


def test_a_decision_used_but_not_required():
    found = refusal(decision("a", "b + 1"), decision("b", "1"))["requirement-undeclared"]
    assert (found.element, found.values["uses"], found.values["required"]) == ("d-a", "b", "d-b")


def test_a_knowledge_model_cannot_require_a_decision():
    assert "requirement-kind" in refusal(decision("a", "1"), bkm("f", ["x"], "x", needs=["d-a"]))


def test_unknown_hit_policy():
    found = refusal(decision("a", table(["x"], ["y"], ["- -> 1"], hit="SOMETIMES")))["hit-policy-unknown"]
    assert (found.element, found.values["hit_policy"]) == ("t", "SOMETIMES")


def test_unknown_aggregation():
    logic = table(["x"], ["y"], ["- -> 1"], hit="COLLECT", aggregation="MEDIAN")
    assert refusal(decision("a", logic))["aggregation-unknown"].values["aggregation"] == "MEDIAN"


def test_aggregation_of_several_outputs():
    logic = table(["x"], ["y", "z"], ["- -> 1 | 2"], hit="COLLECT", aggregation="SUM")
    assert "aggregation-of-several-outputs" in refusal(decision("a", logic))


def test_a_rule_with_a_missing_cell():
    found = refusal(decision("a", table(["x", "z"], ["y"], ["- -> 1"])))["rule-length"]
    assert (found.element, found.values["inputs"], found.values["columns"]) == ("t-r1", 1, 2)


def test_a_syntax_error_in_a_cell_has_element_and_position():
    found = refusal(decision("a", table(["x"], ["y"], ["> 1 -> 1", "[1.. -> 2"])))["feel-syntax"]
    assert found.element == "t-r2-c1"
    assert found.values["text"] == "[1.."
    assert found.position is not None
    assert (found.position.line, found.position.offset >= 3) == (1, True)


def test_a_syntax_error_in_an_expression():
    found = refusal(decision("a", "(1 + "))["feel-syntax"]
    assert found.element == "d-a"


def test_all_errors_are_told_at_once():
    found = refusal(decision("a", "1 +"), decision("a", "2"), decision("b", "", needs=["dec:no"]))
    assert {"feel-syntax", "name-twice", "requirement-missing"} <= set(found)


def test_an_unknown_type():
    assert refusal(decision("a", "1", type_ref="tNothing"))["type-unknown"].values["type"] == "tNothing"


def test_another_expression_language():
    logic = literal("x").replace("<literalExpression>", '<literalExpression expressionLanguage="groovy">')
    assert refusal(decision("a", logic))["expression-language-unknown"].values["language"] == "groovy"


def test_an_import_without_its_file():
    content = definitions('<import name="other" namespace="urn:other" importType="' + DMN_13 + '"/>')
    assert bytes_refusal(content) == "import-missing"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml-malformed"),
        (b"<definitions", "xml-malformed"),
        (b"\x00\x01\x02", "xml-malformed"),
        (b"<html/>", "not-dmn"),
        (b'<definitions xmlns="urn:other"/>', "not-dmn"),
        (b"<!DOCTYPE x><definitions/>", "document-type-forbidden"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><definitions/>'.encode("utf-16"),
            "document-type-forbidden",
        ),
        (b"<a>" * 300 + b"</a>" * 300, "xml-malformed"),
        (definitions("<decision/>" * 1), "name-missing"),
    ],
)
def test_what_is_no_dmn(content, code):
    assert bytes_refusal(content) == code


def test_entity_bombs_are_refused_before_they_are_read():
    levels = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "ha">{levels}]><definitions>&a12;</definitions>'
    assert bytes_refusal(bomb.encode()) == "document-type-forbidden"


def test_external_entities_are_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    content = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]><definitions>&x;</definitions>'
    assert bytes_refusal(content.encode()) == "document-type-forbidden"


def test_ten_megabytes_are_refused():
    assert bytes_refusal(definitions(decision("a", '"' + "x" * 10_000_000 + '"'))) == "file-too-large"


def test_a_long_text_is_refused_by_feel():
    assert "feel-syntax" in refusal(decision("a", "1" + " + 1" * 200_000))


def test_too_many_elements():
    assert bytes_refusal(definitions("<x/>" * 200_001)) == "file-too-large"


def test_deep_brackets_are_refused():
    assert "feel-syntax" in refusal(decision("a", "(" * 10_000 + "1" + ")" * 10_000))


def test_no_files():
    with pytest.raises(dmn.DmnRefused):
        dmn.load([])


def test_findings_are_json_ready():
    import json

    with pytest.raises(dmn.DmnRefused) as caught:
        load(input_data("x"), decision("a", "1 +"))
    data = json.loads(json.dumps([item.to_json() for item in caught.value.findings]))
    assert data[0]["element"] == "d-a"
    assert data[0]["position"]["line"] == 1

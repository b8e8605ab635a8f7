"""Requirement graphs, knowledge models, services, imports: who sees what under which name."""

import pytest

import dmn
import feel
from tests.unit.dmn.build import DMN_13, bkm, decision, definitions, input_data, literal, load, service, table


def test_each_decision_is_computed_once():
    model = load(
        input_data("x"),
        decision("a", "x + 1", needs=["in:in-x"]),
        decision("b", "a * 2", needs=["dec:d-a"]),
        decision("c", "a + b", needs=["dec:d-a", "dec:d-b"]),
    )
    answer = model.evaluate("c", {"x": 1})
    assert answer.value == 6
    assert [step.name for step in answer.trace.steps] == ["x", "a", "b", "c"]


def test_by_id_and_by_name():
    model = load(decision("Customer level", '"gold"', id="customer-level"))
    assert model.evaluate("customer-level").value == model.evaluate("Customer  level").value == "gold"
    with pytest.raises(dmn.DecisionUnknown):
        model.evaluate("nothing")


def test_a_long_chain_does_not_recurse():
    parts = [decision("d0", "1")]
    parts += [decision(f"d{n}", f"d{n - 1} + 1", needs=[f"dec:d-d{n - 1}"]) for n in range(1, 3000)]
    assert load(*parts).evaluate("d2999").value == 3000


def test_a_name_that_is_not_required_is_null_when_read_leniently():
    content = definitions(input_data("x"), decision("a", "x"))
    assert dmn.load([content], lenient=True).evaluate("a", {"x": 1}).value is None


def test_undeclared_inputs_are_visible():
    assert load(decision("a", "season + 1")).evaluate("a", {"season": 1}).value == 2


def test_names_with_operators_and_spaces():
    model = load(
        input_data("Pre-Bureau Risk", "number", id="i"),
        decision("a", "Pre-Bureau Risk - 1", needs=["in:i"]),
    )
    assert model.evaluate("a", {"Pre-Bureau Risk": 5}).value == 4


def test_knowledge_models_by_position_and_by_name():
    parts = [bkm("scaled", ["value", "by"], "value * by")]
    for text in ("scaled(6, 7)", "scaled(by: 7, value: 6)"):
        assert load(*parts, decision("a", text, needs=["bkm:b-scaled"])).evaluate("a").value == 42


def test_boxed_invocation():
    logic = (
        f"<invocation>{literal('scaled')}<binding><parameter name='by'/>{literal('2')}</binding>"
        f"<binding><parameter name='value'/>{literal('x')}</binding></invocation>"
    )
    model = load(bkm("scaled", ["value", "by"], "value * by"), decision("a", logic, needs=["bkm:b-scaled"]))
    assert model.evaluate("a", {"x": 5}).value == 10


@pytest.mark.parametrize("call", ["f()", "f(1, 2)", "f(z: 1)"])
def test_a_wrong_call_is_null_with_a_reason(call):
    answer = load(bkm("f", ["x"], "x"), decision("a", call, needs=["bkm:b-f"])).evaluate("a")
    assert answer.value is None
    assert answer.warnings


def test_a_knowledge_model_does_not_see_its_caller():
    parts = [bkm("f", ["x"], "if y = null then x else y"), input_data("y")]
    content = definitions(*parts, decision("a", "f(1)", needs=["bkm:b-f", "in:in-y"]))
    model = dmn.load([content], lenient=True)
    assert model.evaluate("a", {"y": 9}).value == 1


def test_knowledge_models_call_each_other_and_themselves():
    model = load(
        bkm("twice", ["x"], "x * 2"),
        bkm("four times", ["x"], "twice(twice(x))", needs=["b-twice"], id="b4"),
        bkm("factorial", ["n"], "if n < 2 then 1 else n * factorial(n - 1)", id="bf"),
        decision("a", "four times(factorial(5))", needs=["bkm:b4", "bkm:bf"]),
    )
    assert model.evaluate("a").value == 480


def test_endless_recursion_ends_by_the_budget():
    model = load(bkm("f", ["n"], "f(n + 1)"), decision("a", "f(1)", needs=["bkm:b-f"]))
    with pytest.raises(feel.BudgetExceeded):
        model.evaluate("a")


def test_parameters_are_type_checked():
    model = load(bkm("f", ["x:number"], "x != null"), decision("a", 'f("text")', needs=["bkm:b-f"]))
    assert model.evaluate("a").value is None


def test_a_table_in_a_knowledge_model():
    model = load(
        bkm("rate", ["amount"], table(["amount"], ["r"], ["< 100 -> 0.1", ">= 100 -> 0.2"])),
        decision("a", "[rate(5), rate(500)]", needs=["bkm:b-rate"]),
    )
    assert [float(item) for item in model.evaluate("a").value] == [0.1, 0.2]


def test_a_service_is_a_function_of_data_then_decisions():
    model = load(
        input_data("x"),
        decision("p", "100"),
        decision("out", "x - p", needs=["in:in-x", "dec:d-p"]),
        service("serve", outputs=["d-out"], inputs=["in-x"], decisions=["d-p"]),
        decision("a", "serve(10, 3)", needs=["bkm:s-serve"]),
        decision("b", "serve(p: 3, x: 10) + x", needs=["bkm:s-serve", "in:in-x"]),
    )
    assert model.evaluate("a").value == 7
    assert model.evaluate("b", {"x": 1}).value == 8
    assert model.evaluate("serve", {"x": 10, "p": 4}).value == 6


def test_a_service_with_several_outputs_is_a_context():
    model = load(decision("p", "1"), decision("q", "2"), service("s", outputs=["d-p", "d-q"]))
    assert model.evaluate("s").value == {"p": 1, "q": 2}


def test_what_a_service_computes_stays_inside():
    model = load(
        input_data("x"),
        decision("y", "x * 2", needs=["in:in-x"]),
        service("s", outputs=["d-y"], inputs=["in-x"]),
        decision("a", "[y, s(50), y]", needs=["dec:d-y", "bkm:s-s"]),
    )
    assert model.evaluate("a", {"x": 1}).value == [2, 100, 2]


def two_files(version=DMN_13):
    other = definitions(
        '<itemDefinition name="tPerson"><itemComponent name="first name"><typeRef>string</typeRef></itemComponent>'
        "</itemDefinition>",
        bkm("Say Hello", ["person:tPerson"], '"Hello " + person.first name', id="hello"),
        decision("base", "20", id="base"),
        namespace="urn:other",
        version=version,
    )
    main = definitions(
        f'<import name="lib" namespace="urn:other" importType="{version}"/>',
        input_data("who", "lib.tPerson"),
        decision("a", "lib.Say Hello(who)", needs=["in:in-who", "bkm:urn:other#hello"]),
        decision("b", "lib.base + 1", needs=["dec:urn:other#base"]),
        version=version,
    )
    return main, other


def test_imports_by_prefix():
    model = dmn.load(two_files())
    assert model.evaluate("a", {"who": {"first name": "Ann"}}).value == "Hello Ann"
    assert model.evaluate("b").value == 21


def test_an_imported_type_is_checked():
    model = dmn.load(two_files())
    assert model.evaluate("a", {"who": {"name": "Ann"}}).value is None


def test_an_import_without_a_name_needs_no_prefix():
    main, other = two_files()
    main = main.replace(b'name="lib"', b'name=""').replace(b"lib.", b"")
    assert dmn.load([main, other]).evaluate("a", {"who": {"first name": "Ann"}}).value == "Hello Ann"


def test_files_side_by_side_are_found_by_id():
    files = {
        "one.dmn": definitions(decision("a", "1")),
        "two.dmn": definitions(decision("b", "2"), namespace="urn:two"),
    }
    model = dmn.load(files)
    assert (model.evaluate("d-a").value, model.evaluate("d-b").value) == (1, 2)
    assert [item.id for item in model.decisions] == ["d-a", "d-b"]


def test_names_of_another_file_hide_nothing():
    files = [definitions(decision("a", "level + 1")), definitions(decision("level", "7"), namespace="urn:two")]
    assert dmn.load(files).evaluate("a", {"level": 1}).value == 2


def test_decisions_tell_what_they_need():
    model = load(
        input_data("x"),
        decision("a", "x", needs=["in:in-x"]),
        decision("b", table(["a"], ["y"], ["- -> 1"]), needs=["dec:d-a"]),
    )
    info = model.decision("b")
    assert (info.id, info.is_table, info.inputs) == ("d-b", True, ("x",))

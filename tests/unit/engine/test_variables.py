"""The scope tree: who sees what, where results go, input and output mappings."""

from tests.unit.engine.drawing import draw, end, flow, fork, script, service, start, sub, user
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import inspect, step_variables
from workflows.engine.api import Done, LogKind, SetVariables
from workflows.engine.token import NO_DATA, Token


def test_parallel_branches_see_each_others_writes():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        script("s", "= level", "seen"),
        fork("j"),
        end(),
        flow("start", "f", "a", "j", "end"),
        flow("f", "b", "s", "j"),
    )
    story = Story(process)
    story.complete("a", level="gold")
    story.complete("b")
    assert story.variables["seen"] == "gold"


def test_input_mappings_are_local_and_vanish():
    process = draw(
        start(),
        user("a", ins={"amount": "= plan.amount", "twice": "= amount * 2"}),
        user("b"),
        end(),
        flow("start", "a", "b", "end"),
    )
    story = Story(process, {"plan": {"amount": 120}})
    assert step_variables(story.definition, story.state, story.step("a").step) == {
        "plan": {"amount": 120},
        "amount": 120,
        "twice": 240,
    }
    assert story.variables == {"plan": {"amount": 120}}
    story.complete("a", amount=5, other=1)
    assert story.variables == {"plan": {"amount": 120}, "other": 1}, "a local name keeps the result local"


def test_output_mappings_decide_what_of_the_results_goes_up():
    process = draw(
        start(),
        user("a", outs={"planDecision": "= decision", "who.name": "= person"}),
        user("b"),
        end(),
        flow("start", "a", "b", "end"),
    )
    story = Story(process, {"who": {"id": 1}})
    story.complete("a", decision="ok", person="bob", secret=1)
    assert story.variables == {"who": {"id": 1, "name": "bob"}, "planDecision": "ok"}


def test_outputs_see_local_variables_and_one_another():
    process = draw(
        start(), user("a", ins={"x": "= 2"}, outs={"y": "= x + r", "z": "= y * 10"}), end(), flow("start", "a", "end")
    )
    story = Story(process)
    story.complete("a", r=3)
    assert story.variables == {"y": 5, "z": 50}


def test_nested_input_targets_make_contexts():
    process = draw(start(), service("s", ins={"to.name": "= n", "to.city": "HZ"}), end(), flow("start", "s", "end"))
    ports = StubPorts()
    Story(process, {"n": "bob"}, ports=ports)
    assert ports.calls[0][1] == {"to": {"name": "bob", "city": "HZ"}}


def test_results_go_to_the_nearest_scope_that_knows_the_name():
    process = draw(
        start(),
        sub(
            "sp",
            start("is"),
            user("iu"),
            user("iv"),
            end("ie"),
            flow("is", "iu", "iv", "ie"),
            ins={"loc": "= a"},
            outs={"sum": "= loc + b"},
        ),
        user("z"),
        end(),
        flow("start", "sp", "z", "end"),
    )
    story = Story(process, {"a": 1, "b": 0})
    story.complete("iu", loc=5, b=2, fresh=9)
    assert story.variables == {"a": 1, "b": 2, "fresh": 9}
    assert step_variables(story.definition, story.state, story.step("iv").step)["loc"] == 5
    story.complete("iv")
    assert story.variables == {"a": 1, "b": 2, "fresh": 9, "sum": 7}


def test_an_inner_name_hides_an_outer_one():
    process = draw(
        start(),
        sub(
            "sp",
            start("is"),
            script("s", "= level", "seen"),
            end("ie"),
            flow("is", "s", "ie"),
            ins={"level": '= "inner"'},
        ),
        end(),
        flow("start", "sp", "end"),
    )
    assert Story(process, {"level": "outer"}).variables == {"level": "outer", "seen": "inner"}


def test_an_operator_writes_into_the_process_or_into_a_steps_scope():
    process = draw(start(), user("a", ins={"x": "= 1"}), end(), flow("start", "a", "end"))
    story = Story(process)
    story.set(level="gold")
    story.do(SetVariables({"x": 2}, story.step("a").step))
    assert story.variables == {"level": "gold"}
    assert step_variables(story.definition, story.state, story.step("a").step) == {"x": 2, "level": "gold"}


def test_the_log_tells_every_write_and_its_scope():
    process = draw(start(), user("a"), end(), flow("start", "a", "end"))
    story = Story(process, {"x": 1})
    story.complete("a", y=2)
    written = [entry.data for entry in story.log if entry.kind is LogKind.VARIABLES]
    assert written == [{"scope": "", "values": {"x": 1}}, {"scope": "", "values": {"y": 2}}]


def test_the_scope_tree_can_be_looked_at():
    process = draw(
        start(),
        sub("sp", start("is"), user("iu", ins={"x": "= 1"}), end("ie"), flow("is", "iu", "ie"), ins={"loc": "= a"}),
        end(),
        flow("start", "sp", "end"),
    )
    story = Story(process, {"a": 7})
    view = inspect(story.definition, story.state)
    assert view.scopes.variables == {"a": 7}
    (inner,) = view.scopes.children
    assert (inner.element, inner.variables) == ("sp", {"loc": 7})
    assert [(child.element, child.variables) for child in inner.children] == [("iu", {"x": 1})]
    assert [(step.element, step.scope) for step in view.steps] == [("iu", inner.key)]


def test_task_data_stays_empty_everywhere(monkeypatch):
    seen = []
    original = Token.run

    def run(token):
        seen.append(token)
        return original(token)

    monkeypatch.setattr(Token, "run", run)
    process = draw(
        start(),
        fork("f"),
        user("a", ins={"x": "= 1"}),
        service("b"),
        end(),
        flow("start", "f", "a", "end"),
        flow("f", "b", "end"),
    )
    ports = StubPorts()
    ports.handlers["b"] = Done({"y": 2})
    story = Story(process, {"x": 0}, ports=ports)
    story.complete("a", z=1)
    assert len(seen) > 5
    assert all(token.data == {} and token.data is NO_DATA for token in seen)

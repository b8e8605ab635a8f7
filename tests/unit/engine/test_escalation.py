"""Escalations: caught beside or instead of their scope, without effect where nobody listens."""

from tests.unit.engine.drawing import boundary, draw, each, end, escalation, flow, start, sub, throw, user
from tests.unit.engine.driver import Story
from workflows.engine.api import LogKind


def escalating(*, interrupting, code="E", caught="E"):
    inner = sub("sp", start("is"), throw("t", escalation(code)), user("in"), end("ie"), flow("is", "t", "in", "ie"))
    return draw(
        start(),
        inner,
        boundary("b", escalation(caught), "sp", interrupting=interrupting),
        user("boss"),
        end(),
        flow("start", "sp", "end"),
        flow("b", "boss"),
    )


def test_beside():
    assert Story(escalating(interrupting=False)).waiting == ["boss", "in"]


def test_instead():
    story = Story(escalating(interrupting=True))
    assert story.waiting == ["boss"]
    assert "t" in story.completed
    assert "sp" not in story.completed


def test_without_code_everything_is_caught():
    assert Story(escalating(interrupting=False, caught=None)).waiting == ["boss", "in"]


def test_uncaught_it_has_no_effect_but_is_told():
    story = Story(escalating(interrupting=True, caught="OTHER"))
    assert (story.waiting, story.troubled) == (["in"], [])
    assert [e.data for e in story.log if e.kind is LogKind.WARNING] == [{"escalation": "E", "caught": False}]


def test_an_escalation_end_event():
    inner = sub("sp", start("is"), user("in"), end("ee", escalation("E")), flow("is", "in", "ee"))
    process = draw(
        start(),
        inner,
        boundary("b", escalation("E"), "sp", interrupting=False),
        user("boss"),
        user("after"),
        end(),
        flow("start", "sp", "after", "end"),
        flow("b", "boss"),
    )
    story = Story(process)
    story.complete("in")
    assert story.waiting == ["after", "boss"]


def test_an_escalation_of_one_item_reaches_the_boundary_of_the_whole():
    inner = sub(
        "sp",
        start("is"),
        user("in"),
        throw("t", escalation("E")),
        user("more"),
        flow("is", "in", "t", "more"),
        loop=each("= [1, 2]", "it"),
    )
    process = draw(
        start(),
        inner,
        boundary("b", escalation("E"), "sp", interrupting=False),
        user("boss"),
        end(),
        flow("start", "sp", "end"),
        flow("b", "boss"),
    )
    story = Story(process)
    story.complete("in")
    assert story.waiting == ["boss", "in", "more"]


def test_codes_may_be_expressions():
    inner = sub("sp", start("is"), throw("t", escalation('= "E" + kind')), flow("is", "t"))
    process = draw(
        start(), inner, boundary("b", escalation("E1"), "sp"), user("boss"), flow("start", "sp"), flow("b", "boss")
    )
    assert Story(process, {"kind": "1"}).waiting == ["boss"]

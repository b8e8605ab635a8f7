"""Links lead on where their counterpart stands."""

import pytest

from tests.unit.engine.drawing import (
    catch,
    draw,
    end,
    flow,
    fork,
    link,
    start,
    throw,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine import DefinitionRefused, compile_definition


def test_links():
    process = draw(
        start(),
        throw("one", link("A")),
        throw("two", link("A")),
        catch("there", link("A")),
        user("u"),
        fork("f"),
        end(),
        flow("start", "f", "one"),
        flow("f", "two"),
        flow("there", "u", "end"),
    )
    story = Story(process)
    assert story.waiting == ["u", "u"]
    assert story.counts["there"] == 2


@pytest.mark.parametrize("catches", [0, 2])
def test_a_link_needs_exactly_one_catch_event(catches):
    process = draw(
        start(), throw("one", link("A")), *[catch(f"c{n}", link("A")) for n in range(catches)], flow("start", "one")
    )
    with pytest.raises(DefinitionRefused, match="one: "):
        compile_definition(process)

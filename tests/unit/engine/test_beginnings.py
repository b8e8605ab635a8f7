"""Where an instance begins, and what it brings along."""

import pytest

from tests.unit.engine.drawing import (
    draw,
    duration,
    end,
    flow,
    message,
    start,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import (
    StimulusRefused,
)


def test_several_start_events():
    process = draw(
        start(),
        start("sm", message("called")),
        start("st", duration("PT1H")),
        user("a"),
        user("b"),
        user("c"),
        flow("start", "a"),
        flow("sm", "b"),
        flow("st", "c"),
    )
    assert Story(process).waiting == ["a"]
    assert Story(process, event="sm").waiting == ["b"]
    assert Story(process, event="st").waiting == ["c"]
    with pytest.raises(StimulusRefused):
        Story(process, event="a")


def test_a_message_start_maps_what_it_brings():
    process = draw(start("sm", message("called"), outs={"number": "= payload.id"}), user("a"), flow("sm", "a"))
    story = Story(process, {"payload": {"id": 7}}, event="sm")
    assert story.variables == {"number": 7}
    plain = draw(start("sm", message("called")), user("a"), flow("sm", "a"))
    assert Story(plain, {"id": 7}, event="sm").variables == {"id": 7}


def test_a_process_without_start_event_begins_where_no_flow_leads():
    process = draw(user("a"), user("b"), end(), flow("a", "end"))
    assert Story(process).waiting == ["a", "b"]

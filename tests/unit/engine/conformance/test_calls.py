"""What calls another process, and where the called one begins."""

from tests.unit.engine.drawing import call, draw, end, flow, message, start, user
from tests.unit.scenarios.telling import holds


def test_a_call_begins_at_the_none_start_event_and_nowhere_else():
    """The called process is only known when the call is reached, so it is the call's incident."""
    caller = draw(start(), call("c", '= "q"'), end(), flow("start", "c", "end"), id="p")
    called = draw(start("qs", message("order")), user("a"), flow("qs", "a"), id="q")
    story = """
        start: {process: p}
        steps:
          - expect: {incidents: [c], not_completed: [qs]}
        """
    holds(story, caller, called)
    both = draw(
        start("qs", message("order")), user("a"), start("n"), user("b"), flow("qs", "a"), flow("n", "b"), id="q"
    )
    holds("start: {process: p}\nsteps: [{expect: {waiting: [b], incidents: []}}]", caller, both)

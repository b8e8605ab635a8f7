"""Where a process begins, by names that are computed when it is deployed."""

from tests.unit.engine.drawing import draw, end, flow, message, signal, start, throw, user
from tests.unit.scenarios.telling import holds

NAMED = '= "or" + "der"'


def test_a_message_starts_by_the_name_it_has_at_deploy():
    process = draw(start("s", message(NAMED)), user("a"), flow("s", "a"))
    holds("start: {event: order}\nsteps: [{expect: {waiting: [a]}}]", process)


def test_a_thrown_message_and_a_thrown_signal_find_the_computed_start():
    for on, thrown in ((message(NAMED), message("order")), (signal(NAMED), signal("order"))):
        sender = draw(start(), throw("t", thrown), end(), flow("start", "t", "end"), id="p")
        process = draw(start("qs", on), user("a"), flow("qs", "a"), id="q")
        holds("start: {process: p}\nsteps: [{expect: {waiting: [a]}}]", sender, process)

"""Who will be late with what, and which moves help: arithmetic, so it is held to small cases by hand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks_inbox.forecasting import NEVER, Desk, Task, breaches, suggest

ORDER = lambda task: (task.due is None, task.due or 0, str(task.id))  # noqa: E731


def task(name, hours=1.0, due=None, *, fixed=False, step="step"):
    return Task(name, hours, step, due, fixed)


def desk(person, *tasks, away=False):
    """Somebody whose room until a due hour is that many hours from now."""
    return Desk(person, tuple(sorted(tasks, key=ORDER)), lambda due: -NEVER if away else max(0.0, due))


def everybody(person, step):
    return True


def test_tasks_are_done_one_after_the_other():
    alice = desk("alice", task("a", 2, 2), task("b", 2, 3), task("c", 2), task("d", 1, 9))
    assert [each.id for each in breaches(alice)] == ["b"], "b would be done after 4 hours and is due in 3"


def test_the_late_one_goes_to_whoever_has_room():
    alice = desk("alice", task("a", 2, 2), task("b", 2, 3))
    found = suggest([alice, desk("bob", task("c", 5, 9)), desk("cyd")], everybody, ORDER)
    assert [(move.task.id, move.giver, move.receiver) for move in found.moves] == [("b", "alice", "cyd")]
    assert (found.before, found.after) == ({"alice": 1, "bob": 0, "cyd": 0}, {"alice": 0, "bob": 0, "cyd": 0})


def test_nothing_moves_that_makes_somebody_else_late():
    alice = desk("alice", task("a", 2, 2), task("b", 2, 3))
    bob = desk("bob", task("c", 2, 3))
    assert suggest([alice, bob], everybody, ORDER).moves == ()


def test_what_is_late_already_stays():
    assert suggest([desk("alice", task("a", 1, -5)), desk("bob")], everybody, ORDER).moves == ()


def test_only_who_can_do_the_step_is_asked():
    alice = desk("alice", task("a", 2, 2), task("b", 2, 3))
    found = suggest([alice, desk("bob"), desk("cyd")], lambda person, step: person == "cyd", ORDER)
    assert [move.receiver for move in found.moves] == ["cyd"]


def test_what_others_are_in_the_middle_of_stays():
    alice = desk("alice", task("a", 2, 2), task("b", 2, 3, fixed=True))
    assert suggest([alice, desk("bob")], everybody, ORDER).moves == ()


def test_the_tasks_of_somebody_away_are_given_to_others():
    alice = desk("alice", task("a", 1, 8), away=True)
    found = suggest([alice, desk("bob")], lambda person, step: person == "bob", ORDER)
    assert [move.task.id for move in found.moves] == ["a"]


tasks = st.lists(
    st.builds(
        lambda hours, due, fixed: (hours, due, fixed),
        st.floats(0.1, 5),
        st.none() | st.floats(-3, 12),
        st.booleans(),
    ),
    max_size=6,
)


@given(st.lists(tasks, min_size=1, max_size=4))
@settings(max_examples=120, deadline=None)
def test_moves_only_ever_help_and_lose_nothing(queues):
    """Whatever the queues: fewer late in all with each move, every task still with one person, fixed ones unmoved."""
    desks = [
        desk(who, *(task(f"{who}-{n}", hours, due, fixed=fixed) for n, (hours, due, fixed) in enumerate(queue)))
        for who, queue in enumerate(queues)
    ]
    found = suggest(desks, everybody, ORDER)
    now = {each.person: list(each.tasks) for each in desks}
    for move in found.moves:
        assert not move.task.fixed
        assert move.giver != move.receiver
        now[move.giver].remove(move.task)
        now[move.receiver].append(move.task)
    after = {each.person: len(breaches(each, sorted(now[each.person], key=ORDER))) for each in desks}
    assert after == dict(found.after)
    assert sum(found.after.values()) <= sum(found.before.values()) - len(found.moves)

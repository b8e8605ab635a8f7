"""Messages and signals of a story: kept, taken once, starting instances, between participants."""

from tests.unit.engine.drawing import boundary, catch, draw, end, flow, fork, message, signal, start, throw, user
from tests.unit.scenarios.telling import breaks, holds


def test_messages_are_kept_for_a_day():
    process = draw(start(), user("a"), catch("c", message("paid", "= number")), end(), flow("start", "a", "c", "end"))
    told_ = """
        start: {{variables: {{number: C-17}}}}
        steps:
          - message: paid
            key: {key}
            with: {{sum: 3}}
          - advance: {wait}
          - complete: a
          - expect: {{ended: {ended}}}
        """
    holds(told_.format(key="C-17", wait="PT23H", ended="true"), process)
    holds(told_.format(key="C-17", wait="PT24H", ended="false"), process)
    holds(told_.format(key="C-18", wait="PT1H", ended="false"), process)


def test_a_message_is_taken_once():
    process = draw(
        start(),
        fork("f"),
        catch("c", message("paid", "= number")),
        catch("d", message("paid", "= number")),
        end(),
        flow("start", "f", "c", "end"),
        flow("f", "d", "end"),
    )
    holds(
        """
            start: {variables: {number: 1}}
            steps:
              - message: paid
                key: '1'
              - expect: {waiting: [d]}
              - message: paid
                key: '1'
              - expect: {ended: true}
            """,
        process,
    )


def test_message_and_other_starts():
    process = draw(
        start("sm", message("called")), start("other"), user("a"), user("b"), flow("sm", "a"), flow("other", "b")
    )
    holds(
        """
            start: {event: called, variables: {n: 1}}
            steps:
              - expect: {waiting: [a], variables: {n: 1}}
            """,
        process,
    )
    holds(
        """
            start: {event: sm}
            steps:
              - expect: {waiting: [a]}
            """,
        process,
    )
    holds(
        """
            steps:
              - expect: {waiting: [b]}
              - message: called
              - expect: {waiting: [a, b]}
            """,
        process,
    )
    assert (
        breaks(
            """
            start: {event: nothing}
            steps: []
            """,
            process,
        ).step
        == 0
    )


def test_a_message_with_a_key_starts_one_instance_at_a_time():
    """While the order's process runs, its next message waits; another order's is not held up by it."""
    process = draw(start("sm", message("ordered")), start("by-hand"), user("a"), flow("sm", "a"), flow("by-hand", "a"))
    holds(
        """
            steps:
              - complete: a
              - message: ordered
                key: A
              - message: ordered
                key: A
                with: {second: true}
              - expect: {waiting: [a]}
              - message: ordered
                key: B
              - expect: {waiting: [a, a]}
              - complete: a
              - expect: {waiting: [a, a]}
              - complete: a
              - complete: a
              - expect: {waiting: []}
            """,
        process,
    )


def test_a_message_without_a_key_starts_as_many_as_are_sent():
    process = draw(start("sm", message("ordered")), start("by-hand"), user("a"), flow("sm", "a"), flow("by-hand", "a"))
    holds("steps: [{message: ordered}, {message: ordered}, {expect: {waiting: [a, a, a]}}]", process)


def test_signals_reach_everybody():
    process = draw(
        start(),
        fork("f"),
        catch("c", signal("go")),
        user("a"),
        boundary("b", signal("go"), "a"),
        end(),
        flow("start", "f", "c", "end"),
        flow("f", "a"),
        flow("b", "end"),
    )
    holds(
        """
            steps:
              - signal: go
                with: {x: 1}
              - expect: {ended: true, variables: {x: 1}, completed: {c: 1, b: 1}}
            """,
        process,
    )


def test_participants_of_one_file_talk():
    one = draw(
        start(),
        throw("ask", message("ask", "= id"), ins={"question": "= q"}),
        catch("hear", message("answer", "= id")),
        end(),
        flow("start", "ask", "hear", "end"),
        id="one",
    )
    two = draw(
        start("asked", message("ask")),
        user("think"),
        throw("tell", message("answer", '= "7"')),
        end("e2"),
        flow("asked", "think", "tell", "e2"),
        id="two",
    )
    holds(
        """
            start: {process: one, variables: {id: '7', q: why}}
            steps:
              - expect: {waiting: [hear, think]}
              - complete: think
              - expect: {ended: true}
            """,
        one,
        two,
    )


def test_messages_that_go_round_for_ever_break_the_story():
    process = draw(start("sm", message("ping")), throw("t", message("ping")), end(), flow("sm", "t", "end"))
    assert (
        "round for ever"
        in breaks(
            """
            start: {event: sm}
            steps: []
            """,
            process,
        ).actual
    )

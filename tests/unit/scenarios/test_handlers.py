"""Stubbed handlers of a story: answers, errors, failures, and work left open."""

from tests.unit.engine.drawing import boundary, draw, end, error, flow, service, start, user
from tests.unit.scenarios.telling import holds


def test_handlers_answer_in_all_ways():
    process = draw(
        start(),
        service("one"),
        service("two"),
        service("three"),
        boundary("b", error("REJECTED"), "three"),
        service("four"),
        service("five"),
        end(),
        flow("start", "one", "two", "three", "end"),
        flow("b", "four", "five", "end"),
    )
    holds(
        """
        handlers:
          two: {number: C-17}
          three: {error: REJECTED}
          four: {fail: smtp down, times: 2}
          five: wait
        steps:
          - expect: {waiting: [five], variables: {number: C-17}, not_completed: [three], incidents: []}
          - expect: {completed: {b: 1, one: 1, four: 1}}
          - fail_job: five
            reason: no line
          - expect: {incidents: [five], waiting: [five]}
          - complete_job: five
            with: {sum: 3}
          - expect: {ended: true, variables: {sum: 3}}
        """,
        process,
    )


def test_a_handler_that_keeps_failing_is_an_incident_after_its_retries():
    process = draw(start(), service("s", retries="2"), end(), flow("start", "s", "end"))
    result = holds(
        """
            handlers: {s: {fail: down}}
            steps:
              - expect: {incidents: [s], waiting: [s], ended: false}
            """,
        process,
    )
    assert [entry.data["answer"] for _, _, entry in result.log if entry.kind == "called"] == ["failed", "failed"]


def test_throw_error_at_a_job_and_at_a_user_task():
    process = draw(
        start(),
        service("s", "crm.evidence"),
        boundary("b", error("NO_DATA"), "s"),
        user("u"),
        boundary("c", error("X"), "u"),
        end("done"),
        end(),
        flow("start", "s", "end"),
        flow("b", "u", "end"),
        flow("c", "done"),
    )
    holds(
        """
            handlers: {crm.evidence: wait}
            steps:
              - throw_error: crm.evidence
                code: NO_DATA
                with: {why: x}
              - expect: {waiting: [u], variables: {why: x}}
              - throw_error: u
                code: X
              - expect: {end: [done]}
            """,
        process,
    )

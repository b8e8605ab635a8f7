"""Real instances through a draft: the same way, another way and where, or stalled and why."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import running
from tests.support.diagrams import (
    boundary,
    call,
    catch,
    diagram,
    end,
    exclusive,
    parallel,
    script,
    service,
    start,
    user,
)
from tests.support.records import note
from workflows import commands as processes
from workflows.exceptions import DeploymentRefused
from workflows.models import Delivery, HistoryEvent
from workflows.registry import BpmnError, effect, service_task
from workflows.rehearsing import Rehearsed, Stall, recorded_stimuli, rehearse_files

pytestmark = pytest.mark.django_db


def process(*names, **nodes):
    made = {name: user() for name in names if name not in nodes} | nodes
    return diagram("work", " -> ".join(["begin", *names, "done"]), begin=start(), **made, done=end())


def branching(limit):
    return diagram(
        "work", f"begin -> ask -> split -[amount > {limit}]-> big -> done", "split -> small -> over",
        begin=start(), ask=user(), split=exclusive(default="split-to-small"), big=user(), small=user(),
        done=end(), over=end(),
    )  # fmt: skip


def rehearsed(draft, actor=None, **more):
    return rehearse_files(actor=actor, process_key="work", files={"work.bpmn": draft}, **more)


def one(draft):
    (result,) = rehearsed(draft).results
    return result


def finished(model, *steps):
    running.deploy(model)
    instance = running.start("work")
    for element, values in steps:
        running.complete(instance, element, values)
    return instance


def test_the_same_draft_goes_the_same_way(clock):
    finished(branching(10), ("ask", {"amount": 20}), ("big", {}))
    result = one(branching(10))
    assert (result.outcome, result.element) == (Rehearsed.SAME, "")


def test_another_way_is_said_with_its_first_difference():
    finished(branching(10), ("ask", {"amount": 20}))
    result = one(branching(50))
    assert (result.outcome, result.element, result.expected) == (Rehearsed.DIFFERENT, "small", "big")


def test_a_step_that_was_taken_out_is_another_way():
    finished(process("one", "two", "three"), ("one", {}), ("two", {}), ("three", {}))
    result = one(process("one", "three"))
    assert (result.outcome, result.element, result.expected) == (Rehearsed.DIFFERENT, "three", "two")


def test_a_new_task_stalls_because_nobody_ever_did_it():
    finished(process("one"), ("one", {}))
    result = one(process("one", "check"))
    assert (result.outcome, result.element, result.stall) == (Rehearsed.STALLS, "check", Stall.NOTHING_RECORDED)


def test_what_comes_before_its_step_waits_for_it():
    together = diagram(
        "work", "begin -> split -> two -> join -> done", "split -> one -> join",
        begin=start(), split=parallel(), join=parallel(), one=user(), two=user(), done=end(),
    )  # fmt: skip
    finished(together, ("two", {}), ("one", {}))
    assert one(together).outcome is Rehearsed.SAME
    result = one(process("one", "two"))
    assert (result.outcome, result.element) == (Rehearsed.DIFFERENT, "one"), "two was done before one: it waits"


def test_answers_of_handlers_come_from_the_record():
    asked = []

    @service_task("rate")
    def rate(step):
        asked.append(1)
        return {"amount": 20}

    model = process("rate", "z", rate=service("rate"))
    finished(model, ("z", {}))
    assert one(model).outcome is Rehearsed.SAME
    assert one(process("other", "rate", "z", rate=service("rate"), other=script("1", "x"))).element == "other"
    assert len(asked) == 1, "a rehearsal asks nobody"


def test_a_handler_that_was_never_asked_stalls():
    finished(process("one"), ("one", {}))
    result = one(process("one", "rate", rate=service("crm.rate")))
    assert (result.outcome, result.element, result.stall, result.text) == (
        Rehearsed.STALLS,
        "rate",
        Stall.ANSWER_MISSING,
        "crm.rate",
    )


def test_failures_retries_faults_and_effects_are_replayed(clock):
    answers = iter([RuntimeError("down"), BpmnError("E"), {}])

    @service_task("flaky")
    def flaky(step):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @effect("post")
    def post(step):
        return {"posted": True}

    model = diagram(
        "work", "begin -> try -> post -> done", "oops -> repair -> over",
        begin=start(), **{"try": service("flaky", retries="3")}, oops=boundary("try", error="E"), repair=user(),
        post=service("post"), done=end(), over=end(),
    )  # fmt: skip
    running.deploy(model)
    first, _ = running.start("work"), clock.advance(timedelta(seconds=11))
    running.settle()
    running.complete(first, "repair")
    second = running.start("work")
    running.settle()
    assert not running.reload(second).is_live
    report = rehearsed(model)
    assert [result.outcome for result in report.results] == [Rehearsed.SAME, Rehearsed.SAME], report.results


def test_messages_timers_and_calls_are_replayed(clock):
    running.deploy(diagram("child", "begin -> inner -> done", begin=start(), inner=user(), done=end()))
    model = diagram(
        "work", "begin -> wait -> sub -> pause -> do -> done", "late -> chase -> over",
        begin=start(), wait=catch(message="m", key='"K"'), sub=call("child"), pause=catch(timer="PT2H"), do=user(),
        late=boundary("do", timer="PT1H"), chase=user(), done=end(), over=end(),
    )  # fmt: skip
    running.deploy(model)
    instance = running.start("work")
    processes.send_message(actor=None, name="m", correlation_key="K", variables={"x": 1})
    running.settle()
    running.complete(instance.children.get(), "inner")
    clock.advance(timedelta(hours=2))
    running.settle()
    clock.advance(timedelta(hours=1, seconds=20))
    running.settle()
    running.complete(instance, "chase")
    (result,) = rehearsed(model).results
    assert result.outcome is Rehearsed.SAME, result
    assert result.took == result.would_take == timedelta(hours=3, seconds=20)


def test_time_passes_in_the_draft_by_its_own_timers(clock):
    running.deploy(process("pause", "do", pause=catch(timer="PT5H")))
    instance = running.start("work")
    clock.advance(timedelta(hours=5))
    running.settle()
    clock.advance(timedelta(hours=1))
    running.complete(instance, "do")
    report = rehearsed(process("pause", "do", pause=catch(timer="PT2H")))
    assert report.count(Rehearsed.SAME) == 1
    times = {entry.element: entry for entry in report.times}
    assert (times["pause"].seconds, times["pause"].draft_seconds) == (5 * 3600.0, 2 * 3600.0)
    assert (times["do"].seconds, times["do"].draft_seconds) == (3600.0, 4 * 3600.0)
    sooner = one(process("do", "pause", pause=catch(timer="PT5H")))
    assert (sooner.outcome, sooner.element) == (Rehearsed.DIFFERENT, "do")
    assert sooner.would_take == timedelta(hours=11)


def test_a_draft_that_fails_stalls_at_its_incident():
    finished(process("one"), ("one", {"x": "text"}))
    result = one(process("one", "calc", calc=script("if x > 1 then {} else 5", "")))
    assert (result.outcome, result.element, result.stall) == (Rehearsed.STALLS, "calc", Stall.INCIDENT)


def test_a_running_instance_is_compared_as_far_as_it_came():
    finished(process("one", "two"), ("one", {}))
    assert one(process("one", "two", "three")).outcome is Rehearsed.SAME
    assert one(process("zero", "one", zero=script("1", "x"))).outcome is Rehearsed.DIFFERENT


def test_nothing_is_written(clock):
    finished(branching(10), ("ask", {"amount": 20}), ("big", {}))
    before = HistoryEvent.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rehearsed(branching(50))
    assert all(query["sql"].lstrip().startswith("SELECT") for query in queries)
    assert (HistoryEvent.objects.count(), Delivery.objects.count()) == (before, 0)


def test_as_many_queries_for_thirty_as_for_one(django_assert_num_queries):
    model = process("one")
    running.deploy(model)
    for _ in range(30):
        running.complete(running.start("work"), "one")
    with django_assert_num_queries(3):
        report = rehearsed(model)
    assert report.count(Rehearsed.SAME) == 30
    assert len(rehearsed(model, last=7).results) == 7
    assert len(rehearsed(model, last=-1).results) == 0


def test_only_with_instances_whose_records_one_may_see(alice, charlie, operator):
    running.deploy(process("one"))
    record = note()
    processes.start_process(actor=alice, process_key="work", record=record)
    running.start("work")
    draft = process("one", "two")
    assert len(rehearsed(draft, actor=alice).results) == 1
    assert rehearsed(draft, actor=alice).hidden == 1
    assert (rehearsed(draft, actor=charlie).results, rehearsed(draft, actor=charlie).hidden) == ((), 2)


def test_erased_stories_are_said_to_be_gone(monkeypatch):
    finished(process("one"), ("one", {}))
    erased = [HistoryEvent(**{**row, "data": {}}) for row in HistoryEvent.objects.order_by("sequence").values()]
    monkeypatch.setattr(HistoryEvent.objects, "filter", lambda **where: _Rows(erased))
    assert one(process("one")).stall is Stall.NO_RECORD


class _Rows(list):
    def order_by(self, *names):
        return self


def test_the_stimuli_of_an_instance_are_read_in_order():
    instance = finished(process("one", "two"), ("one", {"x": 1}), ("two", {}))
    story = recorded_stimuli(instance)
    assert [(type(entry.stimulus).__name__, entry.element) for entry in story.happened] == [
        ("StartInstance", ""),
        ("CompleteStep", "one"),
        ("CompleteStep", "two"),
    ]
    assert story.path == ["begin", "one", "two", "done"]


# --- the command ----------------------------------------------------------------------------------------------------


def run(tmp_path, draft, capsys, *arguments):
    file = tmp_path / "work.bpmn"
    file.write_bytes(draft)
    status: object = 0
    try:
        call_command("rehearse", "work", str(file), "--json", *arguments)
    except SystemExit as ended:
        status = ended.code
    return status, json.loads(capsys.readouterr().out)


def test_the_command(tmp_path, capsys):
    finished(branching(10), ("ask", {"amount": 20}), ("big", {}))
    status, told = run(tmp_path, branching(10), capsys)
    assert (status, told["counts"]["same-path"], told["replayed"]) == (0, 1, 1)
    status, told = run(tmp_path, branching(50), capsys)
    assert (status, told["instances"][0]["stall"]) == (2, "stimulus-did-not-fit") or told["instances"][0]["element"]
    status, told = run(tmp_path, process("ask", "extra"), capsys)
    assert (status, told["instances"][0]["element"]) == (2, "extra")


@pytest.mark.parametrize("draft", [b"", b"<a/>", process("one").replace(b'id="work"', b'id="other"')])
def test_a_draft_that_cannot_run_is_refused(tmp_path, draft, capsys):
    file = tmp_path / "work.bpmn"
    file.write_bytes(draft)
    with pytest.raises(CommandError) as refused:
        call_command("rehearse", "work", str(file))
    assert refused.value.returncode == 2


def test_a_draft_the_engine_refuses():
    with pytest.raises(DeploymentRefused):
        rehearsed(process("one").replace(b'targetRef="one"', b'targetRef="nowhere"'))

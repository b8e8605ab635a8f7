"""A story that goes over to another version, with everything that changed folded into its picture."""

from __future__ import annotations

from tests.unit.engine.drawing import draw, end, flow, fork, start, user
from workflows.engine import compile_definition
from workflows.engine.migrating import Plan, check_migrated, footprint, judge, migrate
from workflows.engine.migrating.fitting import Fitting


def go_over(story, process, mapping=None, end=(), replan=()):
    """Move the story to another version and fold what changed into its picture."""
    new = compile_definition(process)
    fitting = Fitting(story.definition, new, Plan(mapping or {}, frozenset(end), frozenset(replan)))
    result = migrate(fitting, story.state, story.ports)
    check_migrated(story.definition, story.state, new, result)
    story.definition, story.state, story.last = new, result.state, result
    for closed in result.closed:
        del story.steps[closed.step]
    for key in result.timers_closed:
        del story.timers[key]
    for key in result.subscriptions_closed:
        del story.subscriptions[key]
    for key in result.incidents_closed:
        del story.incidents[key]
    story.steps |= {step.step: step for step in (*result.kept, *result.opened)}
    story.timers |= {timer.timer: timer for timer in result.timers}
    story.subscriptions |= {found.subscription: found for found in result.subscriptions}
    story.incidents |= {incident.step: incident for incident in result.incidents}
    story.finished = result.finished or story.finished
    story.log += result.log
    return result


def verdict(story, process, mapping=None, end=(), replan=()):
    """What would speak against the move, and what would be otherwise."""
    plan = Plan(mapping or {}, frozenset(end), frozenset(replan))
    fitting = Fitting(story.definition, compile_definition(process), plan)
    return judge(fitting, footprint(story.definition, story.state))


def problems(story, process, mapping=None, end=()):
    return [(problem.element, problem.reason) for problem in verdict(story, process, mapping, end).problems]


def line(*middle, extra=()):
    """start -> middle ... -> end"""
    ids = ["start", *(part[0].id if isinstance(part, list) else part.id for part in middle), "end"]
    return draw(start(), *middle, end(), flow(*ids), *extra)


def block(*branches, join="j", kind=fork):
    return draw(
        start(),
        kind("s"),
        kind(join),
        user("z"),
        end(),
        flow("start", "s"),
        flow(join, "z", "end"),
        *([user(id), flow("s", id, join)] for id in branches),
    )

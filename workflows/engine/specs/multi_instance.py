"""Repetition of an activity: multi-instance over a collection, in parallel or one after another, and standard loops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workflows.engine.api import IncidentKind
from workflows.engine.chunks import WORTH_IT
from workflows.engine.compensating import remember
from workflows.engine.failures import DefinitionRefused, StepFailed
from workflows.engine.meter import TOKEN_COST
from workflows.engine.specs.activity import Activity
from workflows.engine.texts import LITERALS, Text, feel_of, text_of
from workflows.engine.token import Phase
from workflows.engine.variables import propagate, visible

if TYPE_CHECKING:
    from bpmn.model import Node
    from workflows.engine.specs.base import FlowNode
    from workflows.engine.specs.process import ScopeSpec
    from workflows.engine.token import Token


class Repeated(Activity):
    """The activity as a whole; ``item`` is the node one repetition runs through. Boundary events sit here.

    Its token remembers in ``m``: n items in all, s started, c completed, t ended by an operator, o outputs (None: none
    are collected), q items still to start.
    """

    numbered = False
    items_keep_outputs = False
    """Whether an output mapping may write a variable of its own item, as the one the output element is taken from."""
    item: FlowNode

    def __init__(self, scope: ScopeSpec, node: Node) -> None:
        super().__init__(scope, node)
        self.input_mappings = ()
        self.output_mappings = ()
        assert node.loop is not None
        self.plan = node.loop
        self.condition = feel_of(node.loop.completion_condition, node.id)

    def log_completed(self, token: Token) -> None:
        """The items are what is counted as completed activities."""

    def collect(self, item: Token) -> None:
        """An item is about to be through: take what it produced. Raises StepFailed, then nothing has happened."""
        raise NotImplementedError

    def collected(self, token: Token) -> dict[str, Any]:
        """What was collected so far, as the variable its items see and none of them writes."""
        return {}

    def item_gone(self, token: Token) -> None:
        """An item is through: start the next, or leave."""
        raise NotImplementedError

    def item_ended(self, token: Token, item: Token) -> None:
        """Somebody took an item away."""
        token.cancel()

    def start_item(self, token: Token, index: int, local: dict[str, Any], chunk: int = 0) -> None:
        """Begin one repetition."""
        child = token._add_child(self.item)
        child.chunk = chunk or token.chunk
        child.internal_data["x"] = index
        child.internal_data["v"] = {**local, "loopCounter": index + 1}
        token.instance.meter.add(TOKEN_COST)
        self.item._update(child)


class MultiInstance(Repeated):
    items_keep_outputs = True

    def __init__(self, scope: ScopeSpec, node: Node) -> None:
        super().__init__(scope, node)
        loop = self.plan
        self.collection = feel_of(loop.input_collection, node.id)
        self.cardinality = text_of(loop.cardinality, node.id)
        if self.collection is None and self.cardinality is None:
            raise DefinitionRefused(node.id, "a multi-instance needs a collection or a number")
        self.collection_name = loop.output_collection or ""
        self.output = feel_of(loop.output_element, node.id)
        self.private = _private_name(self.output)
        self.sequential = loop.sequential

    def execute(self, token: Token) -> bool:
        items = self._items(token)
        token.instance.meter.grow(len(items) * TOKEN_COST)
        token.instance.meter.grow_by({"items": items})
        outputs: list[Any] | None = [None] * len(items) if self.collection_name else None
        counters: dict[str, Any] = {"n": len(items), "s": 0, "c": 0, "o": outputs}
        token.internal_data["m"] = counters
        token.make_local()
        if not items:
            return True
        token.phase = Phase.WAIT
        if self.sequential:
            counters["q"] = list(items)
            self._next(token)
        else:
            counters["s"] = len(items)
            self._start_all(token, items)
        return False

    def _start_all(self, token: Token, items: list[Any]) -> None:
        """Begin all items at once; many of them are kept in chunks."""
        cold = token.instance.cold
        apart = len(items) > WORTH_IT and not token.chunk
        for index, item in enumerate(items):
            self.start_item(token, index, self._local(item), cold.number(index) if apart else token.chunk)

    def _items(self, token: Token) -> list[Any]:
        evaluator = token.instance.evaluator
        if self.collection is not None:
            items = evaluator.value(self.collection, token)
            if not isinstance(items, list):
                message = f"input collection {self.collection.raw!r} gave {str(items)[:100]}, not a list"
                raise StepFailed(IncidentKind.EXPRESSION, message)
            return items
        assert self.cardinality is not None
        count = evaluator.count(self.cardinality, token, "loop cardinality")
        token.instance.meter.grow(count * TOKEN_COST)
        return [None] * count

    def _local(self, item: Any) -> dict[str, Any]:
        local: dict[str, Any] = {}
        if self.plan.input_element and self.collection is not None:
            local[self.plan.input_element] = item
        if self.private is not None:
            local.setdefault(self.private, None)
        return local

    def _next(self, token: Token) -> None:
        counters = token.internal_data["m"]
        index = counters["s"]
        counters["s"] = index + 1
        item = counters["q"][index]
        counters["q"][index] = None
        self.start_item(token, index, self._local(item))

    def collect(self, item: Token) -> None:
        body = item.holder
        assert body is not None
        counters, evaluator = body.internal_data["m"], item.instance.evaluator
        outputs = None
        if counters["o"] is not None:
            produced = None if self.output is None else evaluator.value(self.output, item)
            item.instance.meter.grow_by({"output": produced})
            outputs = list(counters["o"])
            outputs[item.internal_data["x"]] = produced
        enough = False
        if self.condition is not None:
            done, ended = counters["c"] + 1, counters.get("t", 0)
            context = visible(item)
            context |= {
                "numberOfInstances": counters["n"],
                "numberOfActiveInstances": counters["s"] - done - ended,
                "numberOfCompletedInstances": done,
                "numberOfTerminatedInstances": ended,
            }
            if outputs is not None and context.get(self.collection_name) is counters["o"]:
                context[self.collection_name] = outputs
            enough = evaluator.condition(self.condition, item, context)
        counters["o"] = outputs
        counters["c"] += 1
        if enough:
            counters["e"] = True

    def item_gone(self, token: Token) -> None:
        counters = token.internal_data["m"]
        if counters.get("e") or counters["c"] + counters.get("t", 0) == counters["n"]:
            for child in self.items_of(token):
                child.cancel()
            token.instance.resume(token, Phase.LEAVE)
        elif self.sequential:
            self._next(token)

    def item_ended(self, token: Token, item: Token) -> None:
        """The others go on and the next begins; when no item is left and none was completed, the whole ends."""
        counters = token.internal_data["m"]
        counters["t"] = counters.get("t", 0) + 1
        item.cancel()
        if counters["c"] == 0 and counters["t"] == counters["n"]:
            token.cancel()
        else:
            self.item_gone(token)

    def collected(self, token: Token) -> dict[str, Any]:
        outputs = token.internal_data.get("m", {}).get("o")
        return {} if outputs is None else {self.collection_name: outputs}

    def items_of(self, token: Token) -> list[Token]:
        """The repetitions still running."""
        return [child for child in token.kids() if child.task_spec is self.item]

    def write_results(self, token: Token) -> None:
        propagate(token, self.collected(token), above=True)

    def completed(self, token: Token) -> None:
        if self.handler is not None:
            remember(token, self)


_PATH = re.compile(r"=?\s*([^\W\d]\w*)(\s*\.\s*\w+)*\s*")


def _private_name(output: Text | None) -> str | None:
    """The variable an output element is, or is a part of: every item has its own."""
    path = None if output is None else _PATH.fullmatch(output.raw)
    return None if path is None or path[1] in LITERALS else path[1]


class StandardLoop(Repeated):
    """Again and again while its condition holds, at most ``loop_maximum`` times."""

    def __init__(self, scope: ScopeSpec, node: Node) -> None:
        super().__init__(scope, node)
        self.again = feel_of(self.plan.loop_condition, node.id)
        self.maximum: Text | None = text_of(self.plan.loop_maximum, node.id)

    def execute(self, token: Token) -> bool:
        data = token.internal_data
        if "m" not in data:
            data["m"] = {"c": 0}
            token.make_local()
        done = data["m"]["c"]
        if (done > 0 or self.plan.test_before) and not self._goes_on(token, done):
            return True
        token.phase = Phase.WAIT
        self.start_item(token, done, {})
        return False

    def _goes_on(self, token: Token, done: int) -> bool:
        maximum = self.maximum
        if maximum is not None and done >= token.instance.evaluator.count(maximum, token, "loop maximum"):
            return False
        if self.again is None:
            return self.maximum is not None
        context = visible(token) | {"loopCounter": done}
        return token.instance.evaluator.condition(self.again, token, context)

    def collect(self, item: Token) -> None:
        body = item.holder
        assert body is not None
        body.internal_data["m"]["c"] += 1

    def item_gone(self, token: Token) -> None:
        token.instance.resume(token, Phase.RUN)

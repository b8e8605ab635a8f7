"""Exclusive gateway: the first flow whose condition holds, else the default; every arriving token passes alone."""

from __future__ import annotations

from workflows.engine.specs.base import FlowNode, Way
from workflows.engine.token import Token


class ExclusiveGateway(FlowNode):
    numbered = False

    def choose(self, token: Token) -> tuple[Way, ...]:
        if self.always is not None and len(self.ways) < 2:
            return self.ways
        for way in self.ways:
            if not way.default and self.holds(way, token):
                return (way,)
        for way in self.ways:
            if way.default:
                return (way,)
        raise self.no_way()

"""DMN decision models on FEEL: load files, evaluate decisions, explain the answer, check tables before use.

>>> import dmn
>>> model = dmn.load({"level.dmn": open("level.dmn", "rb").read()})
>>> model.evaluate("customer-level", {"spent": 120000}).value
'gold'
"""

from dmn.api import DecisionInfo, DecisionUnknown, Evaluation, Model, load
from dmn.check import check
from dmn.findings import DmnRefused, Finding, Position, Severity
from dmn.trace import Trace

__all__ = [
    "DecisionInfo",
    "DecisionUnknown",
    "DmnRefused",
    "Evaluation",
    "Finding",
    "Model",
    "Position",
    "Severity",
    "Trace",
    "check",
    "load",
]

"""What runs tokens: the only place that knows SpiffWorkflow. Compile a process, advance an instance, inspect it."""

from bpmn.constants import OWN_FUNCTIONS
from workflows.engine.advancing import advance
from workflows.engine.definition import Definition, compile_definition
from workflows.engine.failures import DefinitionRefused, StateUnreadable
from workflows.engine.views import InstanceView, ScopeView, StepView, TokenView, inspect, step_variables

__all__ = [
    "OWN_FUNCTIONS",
    "Definition",
    "DefinitionRefused",
    "InstanceView",
    "ScopeView",
    "StateUnreadable",
    "StepView",
    "TokenView",
    "advance",
    "compile_definition",
    "inspect",
    "step_variables",
]

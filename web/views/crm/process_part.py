"""The process of a record as its page shows it: the diagram with its path, the chain of tasks, who has it now."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from bpmn import queries as definitions
from bpmn.model import Process
from web import process_words
from web.views.crm.running import running
from web.views.task_process import standing_of_instance
from workflows.models import ProcessInstance
from workflows.queries import instances_of


def process_part(user: User, record: Any) -> dict[str, Any]:
    """The newest process about a record the person may see: ``process`` (None without one) and ``running``."""
    instances = list(instances_of(record).filter(parent=None)[:10])
    if not instances:
        return {"process": None, "running": []}
    newest: ProcessInstance = instances[0]
    bundle = definitions.version_bundle(newest.version_id)
    return {
        "process": {
            "instance": newest,
            "name": process_words.process_name(newest.version_id),
            "xml": bundle.files[bundle.diagram.file].decode(),
            **_with_tasks_first(bundle.process, standing_of_instance(user, newest)),
        },
        "running": running(user, instances),
    }


def _with_tasks_first(process: Process, standing: dict[str, Any]) -> dict[str, Any]:
    """The diagram centres on the first current element: a task, not the sub-process around it."""
    scopes = {node.scope for node in process.nodes.values()}
    marks = standing["diagram_state"]["elements"]
    ordered = dict(sorted(marks.items(), key=lambda entry: entry[0] in scopes))
    return standing | {"diagram_state": standing["diagram_state"] | {"elements": ordered}}

"""Plain SpiffWorkflow for comparison: the whole workflow as JSON into the same PostgreSQL at every step, no duties."""

from __future__ import annotations

import io
from typing import Any

import psycopg2
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from scripts.benchmark import diagrams
from scripts.benchmark.measuring import Samples


class Stock:
    """One connection to a table with one row per workflow."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg2.connect(address)
        self._serializer = BpmnWorkflowSerializer()
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("CREATE TABLE stock (id serial PRIMARY KEY, state text NOT NULL)")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def approvals(self, count: int) -> tuple[Samples, Samples, float]:
        """As the product's: starts, completions, bytes at two open tasks."""
        spec = _spec(diagrams.approve_files(stock=True)["approve.bpmn"], diagrams.APPROVE)
        starts, completions, sizes = Samples(), Samples(), 0
        for _ in range(count):
            with starts.one():
                row = self._start(spec)
            self._complete(row, completions)
            sizes += self._bytes(row)
            self._complete(row, completions)
            assert not self._complete(row, completions), "it has ended"
        return starts, completions, sizes / count

    def row(self, length: int) -> tuple[Samples, float]:
        """Times of the completions of one row, and the bytes at its end."""
        key = diagrams.row_key(length)
        spec = _spec(diagrams.row_files(length, stock=True)[f"{key}.bpmn"], key)
        samples = Samples()
        row = self._start(spec)
        for _ in range(length):
            assert self._complete(row, samples)
        return samples, self._bytes(row)

    def _start(self, spec: Any) -> int:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        with self._connection, self._connection.cursor() as cursor:
            text = self._serializer.serialize_json(workflow)
            cursor.execute("INSERT INTO stock (state) VALUES (%s) RETURNING id", [text])
            return int(cursor.fetchone()[0])

    def _complete(self, row: int, samples: Samples) -> int:
        """Complete each open task in a transaction of its own; how many there were."""
        open_tasks = len(self._workflow(row).get_tasks(state=TaskState.READY))
        for _ in range(open_tasks):
            with samples.one(), self._connection, self._connection.cursor() as cursor:
                cursor.execute("SELECT state FROM stock WHERE id = %s FOR UPDATE", [row])
                workflow = self._serializer.deserialize_json(cursor.fetchone()[0])
                (task, *_others) = workflow.get_tasks(state=TaskState.READY)
                task.data.update(diagrams.ANSWERS)
                task.run()
                workflow.do_engine_steps()
                text = self._serializer.serialize_json(workflow)
                cursor.execute("UPDATE stock SET state = %s WHERE id = %s", [text, row])
        return open_tasks

    def _workflow(self, row: int) -> Any:
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SELECT state FROM stock WHERE id = %s", [row])
            return self._serializer.deserialize_json(cursor.fetchone()[0])

    def _bytes(self, row: int) -> int:
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SELECT octet_length(state) FROM stock WHERE id = %s", [row])
            return int(cursor.fetchone()[0])


def _spec(content: bytes, key: str) -> Any:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(content)))
    return parser.get_spec(key)

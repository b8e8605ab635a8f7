"""Plain SpiffWorkflow for comparison: the whole workflow as JSON into the same PostgreSQL at every step, no duties."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import psycopg2
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from scripts.benchmark import diagrams
from scripts.benchmark.measuring import Course, Samples


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

    def approval(self, course: Course) -> None:
        """Run one APPROVE-5 from its start to its end."""
        spec = _spec(diagrams.APPROVE, diagrams.approve_files(stock=True)["approve.bpmn"])
        with course.starts.one():
            row = self._start(spec)
        self._complete(row, course.completions)
        course.state_bytes.append(self._bytes(row))
        self._complete(row, course.completions)
        assert not self._complete(row, course.completions), "it has ended"

    def row(self, length: int, course: Course) -> Iterator[None]:
        """As the product's."""
        key = diagrams.row_key(length)
        spec = _spec(key, diagrams.row_files(length, stock=True)[f"{key}.bpmn"])
        while True:
            row = self._start(spec)
            for number in range(length):
                if number == length - 1:
                    course.state_bytes.append(self._bytes(row))
                assert self._complete(row, course.completions)
                yield

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


@cache
def _spec(key: str, content: bytes) -> Any:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(content)))
    return parser.get_spec(key)

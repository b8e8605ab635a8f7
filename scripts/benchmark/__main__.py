"""`scripts/bench`: measure everything, print a table, and with --json write it to a file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from scripts.benchmark.database import own_database
from scripts.benchmark.measuring import Course, Samples
from scripts.benchmark.stock import Stock
from scripts.benchmark.table import Report

APPROVE = "APPROVE-5, all duties on, one process"
STOCK = "The same in plain SpiffWorkflow, full JSON per step"
ROWS = "Completion in a row of user tasks, p50"
ASKED = "What is asked of the database (begin and commit are two round trips; plain SpiffWorkflow takes four)"
INBOX = "First page of the inbox beside open tasks of other groups, p50"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    approvals: int
    row_steps: int
    rows: tuple[int, ...]
    others: tuple[int, ...]


FULL = Size(150, 200, (10, 50, 200), (0, 10_000, 100_000, 1_000_000))
QUICK = Size(30, 50, (10, 50), (0, 10_000))
WARM_UP = 3


def main() -> int:
    """Measure; 0 when everything could be measured."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure Baton on this machine.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller queues, under a minute")
    parser.add_argument("--languages", action="store_true", help="FEEL and DMN only, no database")
    options = parser.parse_args()
    size, report = QUICK if options.quick else FULL, Report()
    measure_languages(report)
    if not options.languages:
        print("\nPreparing a database of its own ...", flush=True)
        with own_database() as address:
            measure_processes(report, size, address)
            measure_inbox(report, size)
    if options.json:
        report.write(options.json)
    return 0


def measure_languages(report: Report) -> None:
    """FEEL and DMN."""
    from scripts.benchmark import languages

    report.add("FEEL", languages.condition() | languages.expressions())
    report.add("DMN", languages.tables())
    if conformance := languages.conformance():
        report.add("Official DMN tests", conformance)


def measure_processes(report: Report, size: Size, address: str) -> None:
    """Starts and completions, here and in plain SpiffWorkflow by turns: other load of the machine meets both."""
    stock = Stock(address)
    _measure_approvals(report, size, stock)
    _measure_statements(report)
    _measure_rows(report, size, stock)
    stock.close()


def _measure_approvals(report: Report, size: Size, stock: Stock) -> None:
    from scripts.benchmark import diagrams, product

    product.deploy(diagrams.approve_files())
    for _ in range(WARM_UP):
        product.approval(Course())
        stock.approval(Course())
    ours, plain = Course(), Course()
    for _ in range(size.approvals):
        product.approval(ours)
        stock.approval(plain)
    for title, course in ((APPROVE, ours), (STOCK, plain)):
        figures = {
            "starts per second": course.starts.per_second,
            "completions per second": course.completions.per_second,
            "completion p50, ms": course.completions.p50_ms,
            "completion p99, ms": course.completions.p99_ms,
            "start, processor time of the process, p50, ms": course.starts.processor_p50_ms,
            "completion, processor time of the process, p50, ms": course.completions.processor_p50_ms,
            "state with two open tasks, bytes": mean(course.state_bytes),
        }
        report.add(title, figures)
    names = ("starts per second", "completions per second")
    ratios = {
        f"{name} / plain SpiffWorkflow": report.value(APPROVE, name) / report.value(STOCK, name) for name in names
    }
    report.add("Compared", ratios)


def _measure_statements(report: Report) -> None:
    from scripts.benchmark import diagrams, product

    figures: dict[str, float] = {}
    instances: list[Any] = []
    trips, statements = product.asked_of_the_database(
        lambda: instances.append(product.start(diagrams.APPROVE, Samples()))
    )
    figures |= {"start: round trips": trips, "start: statements": statements}
    for name in ("opening two tasks", "closing a branch", "running a service task to the end"):
        item = product.open_items(instances[0])[0]
        trips, statements = product.asked_of_the_database(partial(product.complete, item))
        figures |= {f"completion {name}: round trips": trips, f"completion {name}: statements": statements}
    report.add(ASKED, figures)


def _measure_rows(report: Report, size: Size, stock: Stock) -> None:
    from scripts.benchmark import diagrams, product

    ours = {length: Course() for length in size.rows}
    plain = {length: Course() for length in size.rows}
    for length in size.rows:
        product.deploy(diagrams.row_files(length))
    rows = [product.row(length, course) for length, course in ours.items()]
    rows += [stock.row(length, course) for length, course in plain.items()]
    for _ in range(size.row_steps):
        for row in rows:
            next(row)
    figures: dict[str, float] = {}
    for length in size.rows:
        for suffix, course in (("", ours[length]), (" in plain SpiffWorkflow", plain[length])):
            figures[f"{length} tasks{suffix}, ms"] = course.completions.p50_ms
            figures[f"{length} tasks{suffix}, state at the last task, bytes"] = mean(course.state_bytes)
    longest, shortest = size.rows[-1], size.rows[0]
    ratio = figures[f"{longest} tasks, ms"] / figures[f"{shortest} tasks, ms"]
    report.add(ROWS, figures | {f"{longest} tasks / {shortest} tasks": ratio})


def measure_inbox(report: Report, size: Size) -> None:
    """The first page while the queues of others grow."""
    from scripts.benchmark import product

    product.fill_own_queue()
    present = 0
    for total in size.others:
        product.fill_other_queues(total, present)
        present = total
        query, page = product.first_page()
        report.add(INBOX, {f"{total:,} others: query, ms": query.p50_ms, f"{total:,} others: page, ms": page.p50_ms})


if __name__ == "__main__":
    sys.exit(main())

"""`scripts/bench`: measure everything, print a table, and with --json write it to a file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.database import own_database
from scripts.benchmark.stock import Stock
from scripts.benchmark.table import Report

APPROVE = "APPROVE-5, all duties on, one process"
STOCK = "The same in plain SpiffWorkflow, full JSON per step"
ROWS = "Completion in a row of user tasks, p50"
INBOX = "First page of the inbox beside open tasks of other groups, p50"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    approvals: int
    stock_approvals: int
    row_steps: int
    rows: tuple[int, ...]
    others: tuple[int, ...]


FULL = Size(150, 60, 200, (10, 50, 200), (0, 10_000, 100_000, 1_000_000))
QUICK = Size(30, 15, 40, (10, 50), (0, 10_000))


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
    """Starts and completions, here and in plain SpiffWorkflow."""
    from scripts.benchmark import product

    stock = Stock(address)
    for title, (starts, completions, state) in (
        (APPROVE, product.approvals(size.approvals)),
        (STOCK, stock.approvals(size.stock_approvals)),
    ):
        figures = {
            "starts per second": starts.per_second,
            "completions per second": completions.per_second,
            "completion p50, ms": completions.p50_ms,
            "completion p99, ms": completions.p99_ms,
            "completion, processor time of the process, p50, ms": completions.processor_p50_ms,
            "state with two open tasks, bytes": state,
        }
        report.add(title, figures)
    here, there = (report.value(title, "completions per second") for title in (APPROVE, STOCK))
    report.add("Compared", {"completions per second / plain SpiffWorkflow": here / there})
    _measure_rows(report, size, stock)
    stock.close()


def _measure_rows(report: Report, size: Size, stock: Stock) -> None:
    from scripts.benchmark import product

    figures: dict[str, float] = {}
    for length in size.rows:
        samples, state = product.row(length, size.row_steps)
        plain, plain_state = stock.row(length)
        figures[f"{length} tasks, ms"] = samples.p50_ms
        figures[f"{length} tasks, state at the last task, bytes"] = state
        figures[f"{length} tasks in plain SpiffWorkflow, ms"] = plain.p50_ms
        figures[f"{length} tasks in plain SpiffWorkflow, bytes"] = plain_state
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

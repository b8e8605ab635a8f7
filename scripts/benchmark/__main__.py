"""`scripts/bench`: measure everything, print a table, and with --json write it to a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from config.garbage import keep_what_is_loaded
from scripts.benchmark import backlog, browsing, fanout, memory, serving, visits, workers
from scripts.benchmark.database import own_database
from scripts.benchmark.measuring import Course, Samples
from scripts.benchmark.stock import Stock
from scripts.benchmark.table import Gate, Report

APPROVE = "APPROVE-5, all duties on, one process"
STOCK = "The same in plain SpiffWorkflow, full JSON per step"
COMPARED = "Compared"
ROWS = "Completion in a row of user tasks, p50"
ASKED = "What is asked of the database, begin and commit included (plain SpiffWorkflow takes four round trips)"
BESIDE = "Completion beside open tasks of other groups"
BACKLOG = "A backlog of due timers, drained by one worker"
PUNCTUAL = "Timers as they become due, one worker that ticks every second"
WORKERS = "APPROVE-5 by several worker processes, median of 3"
MEMORY = "The embedded default with the demo company, a minute after its start"
INBOX = "First page of the inbox beside open tasks of other groups, p50"
VISITS = "A busy office over HTTP: first pages of lists"
ACTS = "A busy office over HTTP: completions"
SCREENS = "From a commit to the last of 50 open screens, by turns with a bare Channels fan-out"
BROWSER = "A busy office in a browser"

GROWTH = "completion beside the most / alone"
SLOWEST = "slowest view, p95, ms"
BY_API, BY_PAGE = "by the API, p95, ms", "in the inbox, accepted, p95, ms"
PER_COMPLETION = "timers fired / completions of one process, per second"

GATES = (
    Gate(COMPARED, "completions per second / plain SpiffWorkflow", at_least=0.8),
    Gate(ROWS, "200 tasks / 10 tasks", at_most=1.5),
    Gate(WORKERS, workers.RATIO, at_least=1.5),
    Gate(BACKLOG, PER_COMPLETION, at_least=0.8),
    Gate(PUNCTUAL, backlog.LATEST, at_most=5),
    Gate(BESIDE, GROWTH, at_most=1.1),
    Gate(MEMORY, memory.MEGABYTES, at_most=400),
    Gate(VISITS, SLOWEST, at_most=100),
    Gate(VISITS, visits.KILOBYTES, at_most=100),
    Gate(ACTS, BY_API, at_most=150),
    Gate(ACTS, BY_PAGE, at_most=300),
    Gate(BROWSER, browsing.NEXT, at_most=100),
    Gate(BROWSER, browsing.LONGEST, at_most=50),
    Gate(BROWSER, browsing.ROWS, at_most=200),
    Gate(SCREENS, fanout.RATIO_P50, at_most=1.5),
    Gate(SCREENS, fanout.RATIO_P99, at_most=2),
    Gate(SCREENS, fanout.P99, at_most=300),
)


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    approvals: int
    row_steps: int
    rows: tuple[int, ...]
    others: tuple[int, ...]
    timers: int
    office: int
    visits: int
    fanouts: int


FULL = Size(150, 200, (10, 50, 200), (0, 10_000, 100_000, 1_000_000), 10_000, 1_000_000, 30, 500)
QUICK = Size(30, 50, (10, 50), (0, 10_000), 300, 10_000, 10, 40)
IN_A_ROW = 10
"""So many processes of a kind come one after the other, as in a process that does nothing else."""
WARM_UP = 3


def main() -> int:
    """Measure; 0 when everything could be measured."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure Baton on this machine.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller queues, under a minute")
    parser.add_argument("--only", nargs="+", metavar="PART", choices=PARTS, help=", ".join(PARTS))
    options = parser.parse_args()
    size, report, wanted = QUICK if options.quick else FULL, Report(), set(options.only or PARTS)
    if "languages" in wanted:
        measure_languages(report)
    if asked := [measure for name, measure in ON_A_DATABASE.items() if name in wanted]:
        print("\nPreparing a database of its own ...", flush=True)
        with own_database() as address:
            for measure in asked:
                measure(report, size, address)
    if "memory" in wanted and not options.quick:
        report.add(MEMORY, memory.at_rest())
    report.hold_against(GATES)
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
    """Starts and completions, here and in plain SpiffWorkflow by turns: what else the machine does meets both."""
    stock = Stock(address)
    _measure_approvals(report, size, stock)
    _measure_statements(report)
    _measure_rows(report, size, stock)
    stock.close()


def _measure_approvals(report: Report, size: Size, stock: Stock) -> None:
    from scripts.benchmark import diagrams, product

    product.deploy(diagrams.approve_files())
    ours, plain = Course(), Course()
    for _ in range(WARM_UP):
        _one_turn(stock, Course(), Course())
    keep_what_is_loaded()
    for _ in range(size.approvals // IN_A_ROW):
        _one_turn(stock, ours, plain)
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
    report.add(COMPARED, ratios)


def _one_turn(stock: Stock, *courses: Course) -> None:
    from scripts.benchmark import product

    for approve, course in zip((product.approval, stock.approval), courses, strict=True):
        for _ in range(IN_A_ROW):
            approve(course)


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


def measure_workers(report: Report, size: Size, address: str) -> None:
    """The same work by one process and by several."""
    report.add(WORKERS, workers.side_by_side(size.approvals // workers.MANY * workers.MANY))


def measure_backlog(report: Report, size: Size, address: str) -> None:
    """Timers that were due while nobody fired them."""
    figures = backlog.drained(size.timers)
    if APPROVE in report.figures:
        figures[PER_COMPLETION] = figures["fired per second"] / report.value(APPROVE, "completions per second")
    report.add(BACKLOG, figures)
    report.add(PUNCTUAL, backlog.lateness())


def measure_inbox(report: Report, size: Size, address: str) -> None:
    """The first page while the queues of others grow."""
    from scripts.benchmark import diagrams, product

    product.deploy(diagrams.approve_files())
    product.fill_own_queue()
    present, completions = 0, []
    for total in size.others:
        product.fill_other_queues(total, present)
        present = total
        if total in {size.others[0], size.others[-1]}:
            completions.append(_completion_now(size))
        query, page = product.first_page()
        report.add(INBOX, {f"{total:,} others: query, ms": query.p50_ms, f"{total:,} others: page, ms": page.p50_ms})
    alone, beside = completions
    report.add(BESIDE, {"0 others, p50, ms": alone, f"{present:,} others, p50, ms": beside, GROWTH: beside / alone})


def measure_visits(report: Report, size: Size, address: str) -> None:
    """Pages and completions as a person or a program asks for them, and what a browser makes of it."""
    from scripts.benchmark import diagrams, office, product

    product.deploy(diagrams.approve_files())
    office.fill(size.office)
    with serving.served() as port:
        visitor = visits.Visitor(port)
        found = visits.pages(visitor, size.visits)
        shown = {f"{name}, {what}, ms": getattr(each, at) for name, each in found.items() for what, at in QUANTILES}
        views = [each.p95_ms for name, each in found.items() if name not in visits.NARROWED]
        report.add(VISITS, {"open tasks": size.office} | shown | {SLOWEST: max(views)} | visits.first_load(visitor))
        api, page = (visits.completions(visitor, size.visits, act) for act in (visits.by_api, visits.by_page))
        report.add(ACTS, {"by the API, p50, ms": api.p50_ms, BY_API: api.p95_ms})
        report.add(ACTS, {"in the inbox, accepted, p50, ms": page.p50_ms, BY_PAGE: page.p95_ms})
        if figures := browsing.browse(port, turns=size.visits):
            report.add(BROWSER, figures)


QUANTILES = (("p50", "p50_ms"), ("p95", "p95_ms"))


def measure_screens(report: Report, size: Size, address: str) -> None:
    """How soon open screens hear of a change."""
    from scripts.benchmark import diagrams, product

    product.deploy(diagrams.approve_files())
    if figures := fanout.side_by_side(size.fanouts):
        report.add(SCREENS, figures)


def _completion_now(size: Size) -> float:
    from scripts.benchmark import product

    course = Course()
    for _ in range(size.approvals):
        product.approval(course)
    return course.completions.p50_ms


ON_A_DATABASE: dict[str, Callable[[Report, Size, str], None]] = {
    "processes": measure_processes,
    "workers": measure_workers,
    "backlog": measure_backlog,
    "inbox": measure_inbox,
    "visits": measure_visits,
    "screens": measure_screens,
}
PARTS = ("languages", *ON_A_DATABASE, "memory")


if __name__ == "__main__":
    sys.exit(main())

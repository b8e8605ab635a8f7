"""Importing a file: everything is read and checked first, then taken in as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import Action, User
from crm_core.imports.employees import EMPLOYEE_FIELDS, REFERENCES, check_employees, store_employees
from crm_core.imports.mapping import ImportMap
from crm_core.imports.order_lines import LINE_FIELDS, attach_lines, store_orders
from crm_core.imports.problems import ImportRefused, Problem
from crm_core.imports.reading import Progress, RawRow, read_rows, silent
from crm_core.imports.rows import CheckedRow, Checker
from crm_core.imports.targets import STORES, TARGETS, known_rows
from crm_core.permissions import require

EMPLOYEES = "employees"
ORDERS = "orders"
KINDS = (*TARGETS, EMPLOYEES)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that may be imported: how many rows and lines it has, and how to store them."""

    kind: str
    rows: int
    lines: int
    store: Callable[[User | None], None]


def prepare_import(kind: str, path: Path, how: ImportMap, *, progress: Progress = silent) -> Prepared:
    """Read and check a file without storing anything. Raises ImportRefused with every problem found."""
    rows = read_rows(path, how, how.main, progress=progress)
    if kind == EMPLOYEES:
        return _prepare_employees(rows, how, progress)
    return _prepare_orders(rows, path, how, progress) if kind == ORDERS else _prepare_records(kind, rows, how, progress)


@transaction.atomic(durable=True)
def import_prepared(*, actor: User | None, prepared: Prepared) -> None:
    """Take a checked file in, all rows or none; ``actor`` None is the system (the shell).

    Raises NotPermitted for who may not import, ImportRefused when rows with the same ids came in meanwhile.
    """
    if actor is not None:
        require(actor, Action.CREATE, "import")
    try:
        prepared.store(actor)
    except IntegrityError as error:
        raise ImportRefused([Problem(0, "", "Rows with the same ids were stored in the meantime.")]) from error
    facts = {"kind": prepared.kind, "rows": prepared.rows, "lines": prepared.lines}
    audit.record("import.done", actor=actor, subject_kind="import", data=facts)


def _prepare_records(kind: str, rows: list[RawRow], how: ImportMap, progress: Progress) -> Prepared:
    target = TARGETS[kind]
    checker = Checker(target.fields, how.main, how, known_rows(target.references))
    checked = checker.check(rows, progress=progress)
    checker.unique(checked, target.key, _taken(kind))
    pairs = [(row, target.build(row, checker)) for row in checked if _complete(row, checker)]
    checker.finish()
    return Prepared(kind, len(pairs), 0, lambda actor: STORES[kind](pairs, actor))


def _prepare_orders(rows: list[RawRow], path: Path, how: ImportMap, progress: Progress) -> Prepared:
    if how.lines is None:
        raise ImportRefused([Problem(0, "lines", "The map does not say where the lines of the orders are.")])
    target = TARGETS[ORDERS]
    checker = Checker(target.fields, how.main, how, known_rows(target.references))
    headers = rows if how.lines_file else _first_of_each(rows, how.main.columns.get("key", ""))
    checked = checker.check(headers, progress=progress)
    checker.unique(checked, target.key, _taken(ORDERS))
    pairs = [(row, target.build(row, checker)) for row in checked if _complete(row, checker)]
    lines = Checker(LINE_FIELDS, how.lines, how, known_rows(["product"]), prefix="lines.")
    raw = rows
    if how.lines_file:
        raw = read_rows(path.parent / how.lines_file, how, how.lines, name=how.lines_file, progress=progress)
    checked_lines = lines.check(raw, progress=progress)
    orders = attach_lines(pairs, checked_lines, checker, lines)
    checker.problems += lines.problems
    checker.finish()
    return Prepared(ORDERS, len(orders), len(checked_lines), lambda actor: store_orders(orders, actor))


def _prepare_employees(rows: list[RawRow], how: ImportMap, progress: Progress) -> Prepared:
    checker = Checker(EMPLOYEE_FIELDS, how.main, how, known_rows(REFERENCES))
    checked = checker.check(rows, progress=progress)
    check_employees(checked, checker)
    checker.finish()

    def store(actor: User | None) -> None:
        store_employees(checked, checker, actor)

    return Prepared(EMPLOYEES, len(checked), 0, store)


def _taken(kind: str) -> Callable[[str], bool]:
    target = TARGETS[kind]
    column = target.key_column
    keys = set(target.model._default_manager.exclude(**{column: ""}).values_list(column, flat=True))
    return keys.__contains__


def _complete(row: CheckedRow, checker: Checker) -> bool:
    """Whether every cell of a row could be read: only then is a record made of it."""
    return row.number not in checker.refused and all(
        name in row.values for name, field in checker.fields.items() if field.required
    )


def _first_of_each(rows: list[RawRow], column: str) -> list[RawRow]:
    first: dict[str, RawRow] = {}
    for row in rows:
        first.setdefault(row.cells.get(column, ""), row)
    return list(first.values())

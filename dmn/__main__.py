"""The command line: `python -m dmn evaluate | check | tck`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import feel
from dmn import tck
from dmn.api import DecisionUnknown, load
from dmn.check import check
from dmn.findings import DmnRefused, Finding, Severity

OK, WRONG, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand. 0 is well, 1 a refused model, an error finding or a failed case, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DmnRefused as refused:
        _print_findings(refused.findings, sys.stderr.isatty())
        return WRONG
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return USAGE
    except ValueError as error:
        print(f"{getattr(options, 'input', None) or 'input'}: no JSON object: {error}", file=sys.stderr)
        return USAGE
    except DecisionUnknown as error:
        print(f"no decision of that id or name: {error}", file=sys.stderr)
        return USAGE
    except feel.FeelError as error:
        print(error, file=sys.stderr)
        return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dmn", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    evaluate = commands.add_parser("evaluate", help="evaluate a decision; the answer is JSON")
    evaluate.add_argument("model", nargs="+", type=Path, metavar="MODEL.dmn", help="the model, then its imports")
    evaluate.add_argument("decision", help="id or name of a decision or service")
    evaluate.add_argument("--input", type=Path, help="a JSON file with the inputs by name")
    evaluate.add_argument("--explain", action="store_true", help="warnings and trace too")
    evaluate.set_defaults(run=_evaluate)
    checking = commands.add_parser("check", help="say what is wrong with a model")
    checking.add_argument("model", nargs="+", type=Path, metavar="MODEL.dmn")
    checking.add_argument("--json", action="store_true", help="findings as JSON")
    checking.set_defaults(run=_check)
    conformance = commands.add_parser("tck", help="run the official conformance tests")
    conformance.add_argument("folder", type=Path, help="a checkout of the TCK, one of its levels, or one test's folder")
    conformance.add_argument("--only", default="", help="part of a folder's name")
    conformance.add_argument("--failures", action="store_true", help="print each failed case")
    conformance.set_defaults(run=_tck)
    return parser


def _files(paths: Sequence[Path]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in paths}


def _evaluate(options: argparse.Namespace) -> int:
    inputs = json.loads(options.input.read_text(encoding="utf-8")) if options.input else {}
    if not isinstance(inputs, dict):
        raise ValueError(f"it holds a {type(inputs).__name__}")
    answer = load(_files(options.model)).evaluate(options.decision, inputs)
    data = answer.to_json()
    print(json.dumps(data if options.explain else data["value"], ensure_ascii=False, indent=2))
    if not options.explain:
        for warning in answer.warnings:
            print(f"{warning.source or 'model'}: {warning}", file=sys.stderr)
    return OK


def _check(options: argparse.Namespace) -> int:
    try:
        findings = check(load(_files(options.model)))
    except DmnRefused as refused:
        findings = refused.findings
    _print_findings(findings, options.json)
    if not findings and not options.json:
        print("no findings")
    return WRONG if any(item.severity is Severity.ERROR for item in findings) else OK


def _print_findings(findings: Sequence[Finding], as_json: bool) -> None:
    if as_json:
        print(json.dumps([item.to_json() for item in findings], ensure_ascii=False, indent=2))
        return
    for item in findings:
        place = f"line {item.line}, " if item.line else ""
        said = {key: item.values[key] for key in ("message", "text") if "message" in item.values} or item.values
        values = ", ".join(f"{key}: {value}" for key, value in said.items())
        print(f"{item.severity}: {item.code} at {place}element {item.element}" + (f" ({values})" if values else ""))


def _tck(options: argparse.Namespace) -> int:
    begin = perf_counter()
    outcomes = list(tck.run(options.folder, options.only))
    if not outcomes:
        print(f"no conformance tests in {options.folder}", file=sys.stderr)
        return USAGE
    for outcome in outcomes:
        if options.failures and outcome.failure is not None:
            case = outcome.case
            print(f"FAIL {case.level}/{case.folder}/{case.file}#{case.id}: {outcome.failure}")
    for text in tck.summary(outcomes):
        print(text)
    print(f"{perf_counter() - begin:.1f} s")
    return WRONG if any(outcome.failure for outcome in outcomes) else OK


if __name__ == "__main__":
    sys.exit(main())

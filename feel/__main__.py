"""`python -m feel "EXPR" --context FILE`: evaluate one expression from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import feel


def main(arguments: list[str] | None = None) -> int:
    """Print the value as JSON (`--text`: as FEEL text); 1 when the expression is refused, 2 when its budget ends."""
    options = _options().parse_args(arguments)
    try:
        context = _context(options.context) if options.context else {}
        expression = feel.compile(options.expression, names=frozenset(context), dialect=options.dialect)
        if options.names:
            print("\n".join(dict.fromkeys(name.name for name in feel.names_used(expression))))
            return 0
        result = expression.evaluate(context)
        print(_shown(result.value, as_text=options.text))
        for warning in result.warnings if options.warnings else filter(None, [result.cause]):
            print(f"{warning.start}-{warning.end}: {warning}", file=sys.stderr)
    except feel.BudgetExceeded as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 2
    except feel.FeelError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{options.context}: {error.strerror or error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"{options.context}: no JSON object: {error}", file=sys.stderr)
        return 1
    return 0


def _context(source: str) -> dict[str, Any]:
    """The variables of a JSON file; raises OSError or ValueError."""
    text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    context = json.loads(text, parse_float=Decimal)
    if not isinstance(context, dict):
        raise ValueError(f"it holds a {type(context).__name__}")
    return context


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m feel", description="Evaluate a FEEL expression.")
    parser.add_argument("expression")
    parser.add_argument("--context", metavar="FILE", help="JSON object with the variables; - reads standard input")
    parser.add_argument("--dialect", choices=["standard", "extended"], default="extended")
    parser.add_argument("--text", action="store_true", help="print FEEL text instead of JSON")
    parser.add_argument("--names", action="store_true", help="print the names the expression needs and stop")
    parser.add_argument("--warnings", action="store_true", help="print every warning, not only the cause of a null")
    return parser


def _shown(value: Any, *, as_text: bool) -> str:
    if as_text:
        return feel.to_text(value)
    return json.dumps(feel.to_json(value), ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())

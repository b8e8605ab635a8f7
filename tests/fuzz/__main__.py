"""`python -m tests.fuzz --seconds 300`: hunt with atheris, guided by coverage; keeps what crashes or takes long.

Needs `pip install atheris` (it is no part of the locked environment: wheels exist for few platforms). Seeds are the
expressions of the tests and of the documentation; new inputs that crash are written to the folder `--keep`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

atheris = importlib.import_module("atheris")

with atheris.instrument_imports(include=["feel", "dmn"]):
    from tests.fuzz import corpus, target

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]


def main() -> None:
    """Fuzz for a while; libFuzzer ends the process, with 77 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=120, help="how long to hunt")
    parser.add_argument("--keep", type=Path, default=HERE / "corpus", help="where inputs that crash are written")
    parser.add_argument("--work", type=Path, help="a folder for inputs that reach new code; kept for the next hunt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            (work / f"seed-{number:04}").write_bytes(seed)
        words = Path(scratch) / "words.dict"
        words.write_text("\n".join(f'"{word}"' for word in SYNTAX.split()), encoding="utf-8")
        flags = [f"-max_total_time={options.seconds}", "-timeout=60", "-rss_limit_mb=1024", "-max_len=400"]
        for number, known in enumerate(corpus.reached()):
            (work / f"known-{number:04}").write_bytes(known)
        flags += [f"-artifact_prefix={options.keep}/", f"-dict={words}", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *flags, str(work)], target.try_bytes)
        atheris.Fuzz()


def seeds() -> Iterator[bytes]:
    """Expressions of the tests for every door that reads text, calls and a small model for the others."""
    lines = (CHECKOUT / "tests/unit/feel/agreement/expressions.feel").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        yield bytes([number % 3]) + line.encode()
    for call in CALLS:
        yield b"\x03" + call.encode()
    yield b"\x04" + MODEL.encode()


CALLS = (
    '{"substring": ["foobar", 3, 2]}',
    '{"replace": ["abc", "([a-c])+", "$1"]}',
    '{"matches": ["A1", "^[A-Z-[OI]][0-9]$", "i"]}',
    '{"date": ["2024-02-29"]}',
    '{"duration": ["P1DT2H"]}',
    '{"date and time": ["2024-02-29T10:00:00@Europe/Paris"]}',
    '{"range": ["[1..3]"]}',
    '{"number": ["1 000,5", " ", ","]}',
    '{"decimal": [1.255, 2]}',
    '{"context put": [{"a": 1}, ["a", "b"], 2]}',
    '{"sublist": [[1, 2, 3], -2, 1]}',
    '{"stddev": [[1, 2.5, 1e300]]}',
    '{"exp": [1000]}',
    '{"partition": [[1, 2, 3], 2]}',
)
SYNTAX = (
    "if then else for return some every satisfies between instance of function in and or not null true false "
    "partial item date time duration string list context .. ** @ [ ] ( ) { } ? -> !="
)
MODEL = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="n"><decision id="d" '
    'name="d"><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e" typeRef="number"><text>a'
    '</text></inputExpression></input><output id="o"/><rule id="r"><inputEntry id="c"><text>&lt; 5</text></inputEntry>'
    '<outputEntry id="x"><text>"low"</text></outputEntry></rule></decisionTable></decision></definitions>'
)

if __name__ == "__main__":
    main()

"""The feature table speaks of every capability, once, in known words."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| ([A-Z]\d{2,3}) \| .+ \| (yes|partly|no) \|$", re.MULTILINE)


def test_every_code_stands_there_once():
    wanted = (Path(__file__).parent / "capability_codes.txt").read_text().split()
    found = [code for code, _state in ROW.findall((CHECKOUT / "docs" / "features.md").read_text())]
    assert sorted(found) == sorted(wanted)
    assert len(wanted) == len(set(wanted)) == 331


def test_the_totals_are_true():
    text = (CHECKOUT / "docs" / "features.md").read_text()
    states = [state for _code, state in ROW.findall(text)]
    counted = [states.count(state) for state in ("yes", "partly", "no")]
    assert f"{counted[0]} yes, {counted[1]} partly, {counted[2]} no" in text

# ruff: noqa: E501 - XML is easier to read in one line
"""The official conformance tests: everything passes that is not named, with a reason and a plan, in known_gaps.txt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dmn import tck
from tests.unit.dmn.build import decision, definitions

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("DMN_TCK") or CHECKOUT.parent / "shared" / "tck")
GAPS = CHECKOUT / "dmn" / "known_gaps.txt"


def test_the_official_cases(capsys):
    outcomes = list(tck.run(FOLDER))
    if not outcomes and "DMN_TCK" not in os.environ:
        pytest.skip(f"NOT RUN: the conformance tests are not in {FOLDER}; set DMN_TCK to their folder")
    with capsys.disabled():
        print()
        for line in tck.summary(outcomes):
            print(line)
    assert len(outcomes) > 100
    assert tck.surprises(outcomes, tck.read_gaps(GAPS)) == []


def test_every_known_gap_has_a_reason_and_a_plan():
    for gap in tck.read_gaps(GAPS):
        assert gap.reason
        assert gap.plan


CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <modelName>m.dmn</modelName>
  <testCase id="right"><resultNode name="a"><expected><value xsi:type="xsd:decimal">2.000000001</value></expected></resultNode></testCase>
  <testCase id="wrong"><resultNode name="a"><expected><value xsi:type="xsd:decimal">3</value></expected></resultNode></testCase>
  <testCase id="null"><resultNode name="b"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
  <testCase id="list"><inputNode name="x"><list><item><value xsi:type="xsd:date">2026-01-05</value></item></list></inputNode>
    <resultNode name="c"><expected><list><item><value xsi:type="xsd:date">2026-01-05</value></item></list></expected></resultNode></testCase>
</testCases>"""


@pytest.fixture
def folder(tmp_path):
    """A conformance folder of one model and four cases, one of which is wrong."""
    home = tmp_path / "compliance-level-2" / "0001-sample"
    home.mkdir(parents=True)
    (home / "m.dmn").write_bytes(definitions(decision("a", "1 + 1"), decision("b", "1 +"), decision("c", "x")))
    (home / "0001-sample-test-01.xml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_cases_are_read_run_and_counted(folder):
    outcomes = list(tck.run(folder))
    assert [(o.case.id, o.failure is None) for o in outcomes] == [
        ("right", True),
        ("wrong", False),
        ("null", True),
        ("list", True),
    ]
    assert tck.summary(outcomes) == ["compliance-level-2: 3 passed of 4, non-null 2 passed of 3"]


def test_an_unlisted_failure_and_a_listed_success_are_surprises(folder):
    outcomes = list(tck.run(folder))
    (unlisted,) = tck.surprises(outcomes, [])
    assert unlisted.startswith("fails: 0001-sample/0001-sample-test-01#wrong")
    wrong = tck.KnownGap("0001-sample", "wrong", "because", "soon")
    assert tck.surprises(outcomes, [wrong]) == []
    (passing,) = tck.surprises(outcomes, [wrong, tck.KnownGap("0001-sample", "right", "because", "soon")])
    assert passing.startswith("passes but is listed: 0001-sample/")


@pytest.mark.parametrize("layout", ["TestCases/compliance-level-3", "cl3", "DMN/level-3", "compliance-level-3/a/b"])
def test_any_layout_of_the_official_tests_is_found(folder, layout, tmp_path_factory):
    """A runner that finds nothing in another checkout's layout would call silence a success."""
    there = tmp_path_factory.mktemp("checkout")
    (there / layout).mkdir(parents=True)
    (folder / "compliance-level-2" / "0001-sample").rename(there / layout / "0001-sample")
    assert tck.summary(tck.run(there)) == ["compliance-level-3: 3 passed of 4, non-null 2 passed of 3"]
    assert len(list(tck.run(there / layout / "0001-sample"))) == 4


def test_what_the_tck_calls_non_compliant_is_not_counted(folder):
    """Its cases contradict the standard on purpose."""
    (folder / "non-compliant").mkdir()
    (folder / "compliance-level-2" / "0001-sample").rename(folder / "non-compliant" / "0001-sample")
    assert list(tck.run(folder)) == []


@pytest.mark.parametrize("named", ["", "<modelName>gone.dmn</modelName>"])
def test_a_test_that_names_no_model_runs_on_the_only_one(folder, named):
    """Older tests leave the name out."""
    path = folder / "compliance-level-2" / "0001-sample" / "0001-sample-test-01.xml"
    path.write_text(CASES.replace("<modelName>m.dmn</modelName>", named), encoding="utf-8")
    assert sum(outcome.failure is None for outcome in tck.run(folder)) == 3


def test_the_namespace_of_the_test_file_does_not_matter(folder):
    """The TCK's schema has had several namespaces and file names."""
    home = folder / "compliance-level-2" / "0001-sample"
    text = CASES.replace("http://www.omg.org/spec/DMN/20160719/testcase", "https://www.omg.org/spec/DMN/2024/testcase")
    (home / "0001-sample-test-01.xml").unlink()
    (home / "cases.xml").write_text(text, encoding="utf-8")
    assert len(list(tck.run(folder))) == 4


def test_other_files_are_passed_over_and_broken_ones_fail(folder):
    """Layout files lie beside the tests; a test that cannot be read must not vanish from the count."""
    home = folder / "compliance-level-2" / "0001-sample"
    (home / "extensions.xml").write_text("<anything/>", encoding="utf-8")
    (home / "0001-sample-test-02.xml").write_text("<testCases><testCase", encoding="utf-8")
    outcomes = list(tck.run(folder))
    assert len(outcomes) == 5
    assert "not readable" in str(outcomes[-1].failure)
    assert not outcomes[-1].case.expects_only_null


def test_a_test_without_a_model_fails(folder):
    """Nothing to run is no success."""
    (folder / "compliance-level-2" / "0001-sample" / "m.dmn").unlink()
    assert {outcome.failure for outcome in tck.run(folder)} == {"there is no model"}


def test_a_whole_folder_may_be_listed_while_something_in_it_fails(folder):
    outcomes = list(tck.run(folder))
    everything = tck.KnownGap("0001-sample", "*", "because", "soon")
    assert tck.surprises(outcomes, [everything]) == []
    passed = [outcome for outcome in outcomes if outcome.failure is None]
    assert tck.surprises(passed, [everything]) == ["passes but is listed: 0001-sample, every case"]


def test_the_entry_for_foreign_runners():
    content = definitions(decision("a", 'x + duration("P1D")'))
    import datetime as dt

    assert tck.evaluate([content], "a", {"x": dt.date(2026, 1, 5)}) == dt.date(2026, 1, 6)

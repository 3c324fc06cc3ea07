"""The plug-in: a folder of RDF becomes items of a run, an empty one an error; without the setting nothing happens."""

from __future__ import annotations

import pytest
from test_watching import BAD, GOOD

SHAPES = """\
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:Shape a sh:NodeShape ;
    sh:targetClass ex:Thing ;
    sh:property ex:Shape-name .

ex:Shape-name a sh:PropertyShape ;
    sh:message "Give the thing a name."@en ;
    sh:path ex:name ;
    sh:minCount 1 .
"""
THING = "@prefix ex: <http://example.org/> .\n\nex:a a ex:Thing ;\n    ex:name 'a' .\n"
TEST = "def test_something() -> None: pass\n"


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a test and two RDF files, one of which does not conform."""
    pytester.makepyfile(test_a=TEST)
    data = pytester.mkdir("data")
    (data / "good.ttl").write_text(GOOD, encoding="utf-8")
    (data / "bad.ttl").write_text(BAD.replace("XAA", "XAB"), encoding="utf-8")
    return pytester


def test_each_file_is_an_item_that_fails_with_its_report(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\nmineralkg_check = data\n")

    result = run.runpytest()

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*bad.ttl:4:1: error?Named-english?*", "FAILED data/bad.ttl::check*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_nothing_happens_without_the_setting(run: pytest.Pytester) -> None:
    run.runpytest().assert_outcomes(passed=1)


def test_the_option_does_the_same_as_the_setting(run: pytest.Pytester) -> None:
    run.runpytest("--mineralkg-check=data/good.ttl").assert_outcomes(passed=2)
    run.runpytest("test_a.py", "--mineralkg-check", "data/good.ttl").assert_outcomes(passed=2)


def test_the_setting_adds_nothing_to_a_run_of_chosen_tests(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\nmineralkg_check = data\n")

    run.runpytest("test_a.py").assert_outcomes(passed=1)
    run.runpytest("data/bad.ttl").assert_outcomes(failed=1)


def test_folders_outside_the_test_paths_and_hidden_ones_are_checked(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\ntestpaths = tests\nmineralkg_check = data\n")
    run.mkdir("tests").joinpath("test_b.py").write_text(TEST)
    hidden = run.path / "data" / ".build"
    hidden.mkdir()
    (hidden / "worse.ttl").write_text(BAD.replace("XAA", "XAC"), encoding="utf-8")

    run.runpytest().assert_outcomes(passed=2, failed=2)


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_folder_without_rdf_is_an_error_and_no_pass(run: pytest.Pytester, folder: str) -> None:
    run.mkdir("empty")
    run.makeini(f"[pytest]\nmineralkg_check = data {folder}\n")

    result = run.runpytest()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*mineralkg_check: *{folder}: there is no *"])


def test_a_file_that_cannot_be_read_fails_with_its_place(run: pytest.Pytester) -> None:
    (run.path / "data" / "bad.ttl").write_text(GOOD.replace(" .\n", "\n", 1), encoding="utf-8")
    run.makeini("[pytest]\nmineralkg_check = data\n")

    result = run.runpytest()

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*bad.ttl:1:*: error?syntax?*"])


def test_own_shapes_replace_the_shipped_ones(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\nmineralkg_check = things\nmineralkg_shapes = shapes.ttl\nmineralkg_against = none\n")
    (run.path / "shapes.ttl").write_text(SHAPES)
    things = run.mkdir("things")
    (things / "named.ttl").write_text(THING)
    (things / "nameless.ttl").write_text(THING.replace("ex:a", "ex:b").replace(" ;\n    ex:name 'a'", ""))

    result = run.runpytest()

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*Give the thing a name.*"])


def test_files_that_no_rule_looks_at_do_not_pass(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\nmineralkg_check = things\nmineralkg_shapes = shapes.ttl\nmineralkg_against = none\n")
    (run.path / "shapes.ttl").write_text(SHAPES.replace("ex:Thing", "ex:Other"))
    (run.mkdir("things") / "named.ttl").write_text(THING)

    run.runpytest().assert_outcomes(passed=1, failed=1)

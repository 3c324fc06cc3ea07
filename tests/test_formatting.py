"""The layout: cases of what it looks like; any document keeps its graph and its comments, and changes only once.

A case is a file: a comment that says what it proves, the text ``--- before``, and the text ``--- after``, or the place
and the sentence with which it is ``--- refused``.
"""

from __future__ import annotations

import stat
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_places import documents

from mineralkg import formatting
from mineralkg.cli import main
from mineralkg.errors import LayoutRefused, LoadError
from mineralkg.formatting.same import same
from mineralkg.rdfio.structure import tokens
from mineralkg.resources import folder

CASES = sorted((Path(__file__).parent / "formatting").glob("*.txt"))


def laid_out(folder: Path, text: str, suffix: str = "ttl") -> str:
    """Return *text* in the layout of the house; that it says the same is checked before it is given back."""
    path = folder / f"a.{suffix}"
    path.write_bytes(text.encode())
    return formatting.lay_out(path).text


def test_there_are_cases() -> None:
    assert len(CASES) > 8


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case(path: Path, tmp_path: Path) -> None:
    head, _, rest = path.read_text(encoding="utf-8").partition("--- before\n")
    suffix = "trig" if "--- trig\n" in head else "ttl"
    before, _, after = rest.partition("--- after\n")

    if after:
        assert laid_out(tmp_path, before, suffix) == after
        assert laid_out(tmp_path, after, suffix) == after
        return
    before, _, refused = rest.partition("--- refused ")
    with pytest.raises(LayoutRefused) as caught:
        laid_out(tmp_path, before, suffix)
    assert f"{caught.value.line}:{caught.value.column} {caught.value.reason}" == refused.strip()


def comments(text: str) -> list[str]:
    return [token.text.rstrip() for token in tokens(text, comments=True) if token.kind == "comment"]


@given(documents())
def test_any_document_keeps_its_graph_and_its_comments(
    tmp_path_factory: pytest.TempPathFactory, document: tuple[str, object]
) -> None:
    text = document[0]
    folder = tmp_path_factory.getbasetemp()

    new = laid_out(folder, text)  # raises where the graph is not the same

    assert comments(new) == comments(text)
    assert laid_out(folder, new) == new


@given(documents(), st.randoms(use_true_random=False))
def test_a_comment_in_any_gap_is_kept_or_refused(
    tmp_path_factory: pytest.TempPathFactory, document: tuple[str, object], random: object
) -> None:
    """A comment between any two tokens, on its own line or behind the first; only a literal cannot hold one."""
    text = document[0]
    folder = tmp_path_factory.getbasetemp()
    ends = [token.span.end for token in tokens(text)]
    at = random.choice(ends)  # type: ignore[attr-defined]
    with_comment = f"{text[:at]}{random.choice([' ', chr(10)])}# put here\n{text[at:]}"  # type: ignore[attr-defined]

    new, reason = "", ""
    try:
        new = laid_out(folder, with_comment)
    except LayoutRefused as error:
        reason = error.reason
    if reason:
        assert "a literal" in reason or "a declaration" in reason
        return

    assert comments(new) == comments(with_comment)
    assert laid_out(folder, new) == new


@pytest.mark.parametrize(
    ("one", "other", "labels", "agree"),
    [
        (
            "<urn:a> <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ] .",
            "<urn:a> <urn:p> [ <urn:q> 2 ] , [ <urn:q> 1 ] .",
            [],
            True,
        ),
        ("<urn:a> <urn:p> [ <urn:q> 1 ] .", "<urn:a> <urn:p> [ <urn:q> 2 ] .", [], False),
        ("<urn:a> <urn:p> [ <urn:q> 1 ] .", "<urn:a> <urn:p> [ <urn:q> 1 ] , [ <urn:q> 1 ] .", [], False),
        ("<urn:a> <urn:p> ( 1 2 ) .", "<urn:a> <urn:p> ( 2 1 ) .", [], False),
        ("<urn:a> <urn:p> 007 .", "<urn:a> <urn:p> 7 .", [], False),
        ("_:x <urn:p> _:y .", "_:y <urn:p> _:x .", ["_:x", "_:y"], False),
        ("[] <urn:p> [ <urn:q> () ] .", "[] <urn:p> [ <urn:q> () ] .", [], True),
    ],
)
def test_texts_say_the_same_or_not(one: str, other: str, labels: list[str], agree: bool) -> None:
    these, those = (ox.parse(text, format=ox.RdfFormat.TURTLE) for text in (one, other))

    assert same(these, those, set(labels)) is agree


UNNAMED_GRAPHS = {"anonymous_blank_node_graph.trig", "trig-kw-graph-07.trig"}


@pytest.mark.parametrize(("suffix", "refused"), [("ttl", set()), ("trig", UNNAMED_GRAPHS)])
def test_the_w3c_suite_says_the_same_in_this_layout(suffix: str, refused: set[str], suites: Path) -> None:
    done, left = 0, set()
    for path in sorted((suites / "rdf11").rglob(f"*.{suffix}")):
        try:
            formatting.lay_out(path)
            done += 1
        except LayoutRefused:
            left.add(path.name)
        except LoadError:
            continue  # a negative test: there is nothing to lay out

    assert done > 150
    assert left == refused


def test_the_files_of_the_project_have_this_layout(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["fmt", "--check", *(str(folder(name)) for name in ("ontology", "shapes", "data"))])

    assert code == 0, capsys.readouterr()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_keeps_its_mode_line_ends_and_byte_order_mark(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.ttl"
    link = tmp_path / "link.ttl"
    link.symlink_to(path)
    path.write_bytes(b"\xef\xbb\xbf" + f'@prefix ex: <http://e/> .{end}ex:a ex:p """x\ny"""; a ex:C.'.encode())
    path.chmod(0o640)

    assert main(["fmt", str(link)]) == 0

    written = f'@prefix ex: <http://e/> .{end}{end}ex:a a ex:C ;{end}    ex:p """x\ny""" .{end}'
    assert path.read_bytes() == b"\xef\xbb\xbf" + written.encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.ttl", "link.ttl"]


def test_a_file_that_cannot_be_kept_or_read_is_left_alone_and_the_others_are_laid_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {
        "broken.ttl": "@prefix ex: <http://e/> .\nex:a ex:p 1\nex:b ex:p 2 .\n",
        "refused.ttl": "<urn:a> <urn:b> 'x' # c\n@en .\n",
        "good.ttl": "<urn:a><urn:b>1 .",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)

    code = main(["fmt", str(tmp_path)])
    out, err = capsys.readouterr()

    assert code == 2
    assert "broken.ttl:2:12: error[syntax]" in out
    assert "refused.ttl:1:21: It is left as it is" in err
    assert (tmp_path / "good.ttl").read_text() == "<urn:a> <urn:b> 1 .\n"
    assert all((tmp_path / name).read_text() == texts[name] for name in ("broken.ttl", "refused.ttl"))


def test_checking_writes_nothing_and_says_what_would_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<urn:a><urn:b>1 .")

    assert main(["fmt", "--check", str(path)]) == 1
    assert capsys.readouterr().out == f"{path}\n"
    assert main(["fmt", "--diff", str(path)]) == 1
    assert "+<urn:a> <urn:b> 1 ." in capsys.readouterr().out
    assert path.read_text() == "<urn:a><urn:b>1 ."
    assert main(["fmt", str(path)]) == 0
    assert main(["fmt", "--check", str(path)]) == 0


def test_nesting_as_deep_as_the_reader_goes_is_laid_out(tmp_path: Path) -> None:
    for left, right in (("[ <urn:p> ", " ]"), ("( ", " )")):
        text = f"<urn:a> <urn:p> {left * 149}1{right * 149} ."
        assert laid_out(tmp_path, laid_out(tmp_path, text))


def test_a_folder_without_turtle_is_nothing_done(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "a.ttl").write_text("")

    assert main(["fmt", str(tmp_path)]) == 3
    assert main(["fmt", str(tmp_path / "none")]) == 2

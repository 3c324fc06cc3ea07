"""Several processes write a site: the same bytes however many there are, and none fails unheard."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from published import TODAY, publish

import mineralkg as mk
from mineralkg.cli import main
from mineralkg.errors import UsageError, WorkerDied
from mineralkg.publishing.static import Published, publish_files
from mineralkg.publishing.static.crew import Crew, fitting

BASE = "http://example.org/kg/"
NUMBER = 160  # so many that several processes get some
THINGS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n" + "".join(
    f'<{BASE}thing/{n}> a <{BASE}Kind> ; rdfs:label "thing {n}" ; rdfs:seeAlso <{BASE}thing/0> ; '
    f"<{BASE}thing/{n}> [ rdfs:label 1 ] .\n"
    for n in range(NUMBER)
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("things") / "data.ttl"
    path.write_text(THINGS)
    return path


def _written(data: Path, out: Path, jobs: int) -> Published:
    return publish_files(mk.open(data), out, base_url=BASE, today=TODAY, jobs=jobs)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_bytes_are_the_same_however_many_processes_write(data: Path, tmp_path: Path) -> None:
    one = _written(data, tmp_path / "one", 1)
    three = _written(data, tmp_path / "three", 3)
    again = _written(data, tmp_path / "one", 3)

    assert _bytes(tmp_path / "three") == _bytes(tmp_path / "one")
    assert (tmp_path / f"one/doc/thing/{NUMBER - 1}.ttl").is_file()
    assert (tmp_path / "one/page/2/doc/thing/0.html").is_file()
    assert three == one
    assert (again.written, again.unchanged, again.removed) == (0, one.written, 0)


def test_a_store_on_disk_is_opened_by_each_process(data: Path, tmp_path: Path) -> None:
    mk.open(data, store=tmp_path / "store")
    common = ("--store", str(tmp_path / "store"), "--base-url", BASE, "--jobs")

    said = publish(tmp_path / "two", *common, "2")
    publish(tmp_path / "one", *common, "1")

    assert "files written, 0 unchanged" in said
    assert _bytes(tmp_path / "two") == _bytes(tmp_path / "one")


def test_what_a_process_cannot_write_ends_the_run_in_a_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    small = tmp_path / "small.ttl"
    small.write_text(THINGS.partition(f"<{BASE}thing/9>")[0])
    _written(small, out, 1)
    mine = out / "doc/thing/99.ttl"
    mine.write_text("mine")

    arguments = ["publish", str(out), "--data", str(data), "--base-url", BASE, "--jobs", "2"]
    code = main(arguments)

    assert code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "doc/thing/99.ttl" in said
    assert mine.read_text() == "mine"
    mine.unlink()
    _written(data, out, 2)
    _written(data, tmp_path / "new", 1)
    assert _bytes(out) == _bytes(tmp_path / "new")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_is_no_fault_of_ours(
    jobs: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, write = os.getpid(), Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if jobs == "1" or os.getpid() != ours:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)

    code = main(["publish", str(tmp_path / "out"), "--data", str(data), "--base-url", BASE, "--jobs", jobs])

    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert "(No space left on device)" in said
    assert "fault of mineralkg" not in said


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there are no such signals here")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_ended_from_outside_leaves_nothing_temporary(number: int, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, "-m", "mineralkg", "publish", str(tmp_path / "out"), "--jobs", "2", "--progress"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(work)}, start_new_session=True
    ) as process:
        assert process.stderr is not None
        while "pages" not in process.stderr.readline():
            assert process.poll() is None
        assert list(work.iterdir())
        os.killpg(process.pid, number)
        said = process.stderr.read()

    assert process.returncode in (128 + number, 2)  # 2 where a worker was seen to end first
    assert "Traceback" not in said
    assert not list(work.iterdir())


class Doubler:
    """Doubles numbers, each in the process it is in; for some numbers it does otherwise."""

    def __init__(self, faults: dict[int, Callable[[], None]]) -> None:
        self._faults = faults

    def __call__(self, task: int) -> tuple[int, int]:
        self._faults.get(task, lambda: None)()
        return 2 * task, os.getpid()

    def close(self) -> None:
        """Nothing is open."""


def _fail(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def _run(jobs: int, **faults: Callable[[], None]) -> list[tuple[int, int]]:
    made = {int(name.removeprefix("at_")): fault for name, fault in faults.items()}
    with Crew(lambda _: Doubler(made), jobs, forked=True) as crew:
        return [*crew.do(range(30)), *crew.do(range(30, 40))]


@pytest.mark.parametrize("jobs", [1, 2, 50])
def test_each_task_is_done_once(jobs: int) -> None:
    results = _run(jobs)

    assert sorted(number for number, _ in results) == [2 * n for n in range(40)]
    assert (os.getpid() in {pid for _, pid in results}) == (jobs == 1)


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (UsageError("It cannot be."), UsageError),
        (MemoryError("all"), MemoryError),
        (KeyError("x"), (KeyError, RuntimeError)),
    ],
)
def test_the_error_of_a_process_is_raised(jobs: int, error: Exception, raised: type[Exception]) -> None:
    with pytest.raises(raised, match=r"cannot be|all|x"):
        _run(jobs, at_17=_fail(error))


def test_the_death_of_a_process_is_told() -> None:
    with pytest.raises(WorkerDied, match="killed by signal 9"):
        _run(3, at_17=lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(WorkerDied, match="exit code 7"):
        _run(3, at_17=lambda: os._exit(7))


def test_there_are_no_more_processes_than_processors() -> None:
    assert 1 <= fitting() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("jobs", ["0", "-1", "1000000"])
def test_a_number_of_processes_that_is_none_is_refused(
    jobs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(tmp_path / "out"), "--jobs", jobs]) == 2
    assert "--jobs is a number from 1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

"""How the server is set up, reads its data again, stands behind a proxy, and stops."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from serving import serving

from benchmarks.processes import below
from mineralkg.errors import UsageError
from mineralkg.server import wire
from mineralkg.server.config import OPTIONS, Config, from_environment
from mineralkg.server.front import Buckets

DATA = """@prefix : <http://example.org/kg/> .
:one :knows :two ; :says "{}" .
"""


def test_flags_win_over_the_environment_and_that_over_defaults() -> None:
    environment = {"MINERALKG_PORT": "9000", "MINERALKG_RATE": "2.5", "MINERALKG_DATA": f"a.ttl{os.pathsep}b.ttl"}

    config = from_environment({"port": 9001, "host": None, "command": "serve"}, environment)

    assert (config.port, config.rate, config.host, config.data) == (9001, 2.5, "127.0.0.1", ("a.ttl", "b.ttl"))


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"MINERALKG_PORT": "http"}, "MINERALKG_PORT is “http”, which is no whole number"),
        ({"MINERALKG_PORT": "99999"}, "99999 is no port"),
        ({"MINERALKG_QUERY_WORKERS": "0"}, "--query-workers must be at least 1, not 0"),
        ({"MINERALKG_ACCESS_LOG": "maybe"}, "MINERALKG_ACCESS_LOG is “maybe”; write 1, true"),
        ({"MINERALKG_PUBLIC_URL": "kg.example"}, "--public-url is “kg.example”; an address begins with https://"),
        ({"MINERALKG_RATE": "-1"}, "--rate must be at least 0, not -1"),
    ],
)
def test_a_wrong_option_is_said(environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        from_environment({}, environment)


def test_every_option_is_a_field() -> None:
    assert {option.name for option in OPTIONS} <= set(Config.__dataclass_fields__)


def test_buckets() -> None:
    buckets = Buckets(rate=2, burst=3)

    assert [buckets.wait("a", 0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.wait("b", 0) == 0
    assert buckets.wait("a", 0.5) == 0
    assert buckets.wait("a", 0.5) == 0.5
    assert [buckets.wait("a", 100) for _ in range(4)] == [0, 0, 0, 0.5]


def test_one_client_cannot_ask_for_ever() -> None:
    with serving("--rate", "1", "--burst", "5") as server, httpx.Client(base_url=server.url) as client:
        answers = [client.get(f"doc/state/JPN.ttl?{i}") for i in range(8)]
        cached = client.get("doc/state/JPN.ttl?0")
        watched = {client.get("healthz").status_code for _ in range(8)}
        asked_before = {client.options("sparql").status_code for _ in range(8)}

    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert cached.status_code == 200  # it makes no work
    assert (watched, asked_before) == ({200}, {204})


def test_data_are_read_again_without_a_pause(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(DATA.format("old"))
    with (
        serving("--data", str(data), "--base-url", "http://example.org/kg/", "--rate", "0") as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
    ):
        before = client.get("doc/one.nt")
        assert client.get("doc/one.nt", headers={"if-none-match": before.headers["etag"]}).status_code == 304
        data.write_text("this is no Turtle")
        _reload(server.process, server.log, "not read again")
        assert client.get("doc/one.nt").content == before.content
        data.write_text(DATA.format("new"))
        statuses: list[int] = []
        stop = threading.Event()
        asking = threading.Thread(target=_ask, args=(server.url, stop, statuses))
        asking.start()
        _reload(server.process, server.log, "were read again")
        stop.set()
        asking.join()
        after = client.get("doc/one.nt", headers={"if-none-match": before.headers["etag"]})

    assert "old" in before.text
    assert (after.status_code, "new" in after.text, "old" in after.text) == (200, True, False)
    assert set(statuses) == {200}


def test_data_that_change_again_are_read_again(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(DATA.format("first"))
    (spool := tmp_path / "spool").mkdir()
    options = ["--data", str(data), "--base-url", "http://example.org/kg/", "--rate", "0"]
    with serving(*options, TMPDIR=str(spool)) as server:
        for times, words in enumerate(("second", "third"), 1):
            data.write_text(DATA.format(words))
            _reload(server.process, server.log, "were read again", times)
        last = httpx.get(f"{server.url}doc/one.nt")
        kept = len(list(spool.iterdir()))

    assert "third" in last.text
    assert kept == 3  # two states of before let their requests finish
    assert not list(spool.iterdir())


def test_a_signal_to_read_again_that_comes_early_is_heeded(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(DATA.format("first"))
    log = tmp_path / "log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "mineralkg", "serve", "--port", "0", "--data", str(data)]
        process = subprocess.Popen([*command, "--base-url", "http://example.org/kg/"], stdout=out, stderr=out)
    try:
        while not below(process.pid):  # the nursery is there, so the data are being read
            time.sleep(0.01)
        _reload(process, log, "were read again")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)


def test_nothing_tells_where_the_data_lie(tmp_path: Path) -> None:
    (tmp_path / "my data.ttl").write_text(DATA.format("x"))
    with (
        serving("--data", str(tmp_path), "--base-url", "http://example.org/kg", "--rate", "0") as server,
        httpx.Client(base_url=server.url, timeout=30, headers={"accept": "application/n-triples"}) as client,
    ):
        service = client.get("sparql").text
        paths = ("", "void", "graphs?default", "dump.nq", "dump.trig", "openapi.json", "doc/one.html", "query.json")
        texts = [service, *(client.get(path).text for path in paths)]
        names = re.findall(r"description#name> <(.*)> .", service)
        dumped = client.get("dump.nq").text
        read = client.get("graphs", params={"graph": names[0]})
        named = client.get("graph/data/my%20data", follow_redirects=True)
        hidden = client.get("graph/data/your%20data")
        text = "CONSTRUCT {{ ?s ?p ?o }} {} {{ ?s ?p ?o }}"
        asked = [
            client.get("sparql", params={"query": text.format(""), "default-graph-uri": names[0]}),
            client.get("sparql", params={"query": text.format(f"FROM <{names[0]}>")}),
        ]

    assert names == ["http://example.org/kg/graph/data/my%20data"]
    assert all(f"<{names[0]}> ." in line for line in dumped.splitlines())
    assert [answer.text for answer in asked] == [read.text, read.text] != ["", ""]
    assert (named.url.path, named.status_code, hidden.status_code) == ("/doc/graph/data/my data", 200, 404)
    assert [text for text in texts if str(tmp_path) in text] == []


NAMELESS = """@prefix : <http://example.org/kg/> .
:one :knows [ :says "it" ; :has ( 1 2 [ ] _:x ) ] , [ :says "it" ] . _:x :knows _:y .
<< :one :knows :two >> :says "so" . :one :knows :three {| :says "so" |} .
"""


@pytest.mark.parametrize("data", ["", NAMELESS])
def test_what_has_not_changed_has_the_tag_it_had(tmp_path: Path, data: str) -> None:
    for number in range(5):
        (tmp_path / f"{number}.ttl").write_text(f"{data}# {number}")
    given = ("--data", str(tmp_path), "--base-url", "http://example.org/kg/") if data else ()
    paths = ("dump.ttl", "dump.nq", "dump.nt.gz", "graphs?default", "doc/one.ttl" if data else "doc/state/JPN.ttl")
    with (
        serving(*given, "--rate", "0") as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
    ):
        before = {path: client.get(path).headers["etag"] for path in paths}
        assert b"_:" in client.get("dump.nt").content
        _reload(server.process, server.log, "were read again")
        after = {path: client.get(path).headers["etag"] for path in paths}

    assert after == before


def _reload(process: subprocess.Popen[bytes], log: Path, words: str, times: int = 1) -> None:
    process.send_signal(signal.SIGHUP)
    for _ in range(200):
        if log.read_text().count(words) >= times:
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _ask(url: str, stop: threading.Event, statuses: list[int]) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        while not stop.is_set():
            statuses.append(client.get(f"doc/one.nt?{len(statuses)}").status_code)


def test_behind_a_proxy() -> None:
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9", "host": "kg.example.org"}
    with serving("--trusted-proxies", "127.0.0.1") as trusting, serving() as careful:
        believed = httpx.get(f"{trusting.url}doc/state/JPN.ttl", headers=forwarded)
        ignored = httpx.get(f"{careful.url}doc/state/JPN.ttl", headers=forwarded)
        logs = trusting.log.read_text(), careful.log.read_text()

    assert '<https://kg.example.org/doc/state/JPN>; rel="canonical"' in believed.headers["link"]
    assert '<http://kg.example.org/doc/state/JPN>; rel="canonical"' in ignored.headers["link"]
    assert "203.0.113.9" in logs[0]
    assert "203.0.113.9" not in logs[1]


def test_a_proxy_that_is_trusted_says_the_name_of_the_site() -> None:
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example, kg.example.org", "host": "inside"}
    with serving("--trusted-proxies", "127.0.0.1") as trusting, serving() as careful:
        believed = httpx.get(f"{trusting.url}doc/state/JPN.ttl", headers=forwarded)
        ignored = httpx.get(f"{careful.url}doc/state/JPN.ttl", headers=forwarded)

    assert '<https://kg.example.org/doc/state/JPN>; rel="canonical"' in believed.headers["link"]
    assert '<http://inside/doc/state/JPN>; rel="canonical"' in ignored.headers["link"]


def test_a_public_address_with_a_path() -> None:
    with serving("--public-url", "https://example.org/kg") as server:
        cut = httpx.get(f"{server.url}id/state/JPN", headers={"host": "evil.example"})
        handed_on = httpx.get(f"{server.url}kg/doc/state/JPN.ttl", headers={"host": "evil.example"})
        paths = ("", "sparql", "healthz", "assets/site.css", "void.ttl", "query/instruments.csv", "id/state/JPN")
        statuses = {p: httpx.get(f"{server.url}kg/{p}", follow_redirects=False).status_code for p in paths}

    assert cut.headers["location"] == "/kg/doc/state/JPN"
    assert handed_on.status_code == 200
    assert '<https://example.org/kg/doc/state/JPN>; rel="canonical"' in handed_on.headers["link"]
    assert "evil" not in str(handed_on.headers)
    assert statuses == {path: 303 if path.startswith("id/") else 200 for path in paths}


@pytest.mark.parametrize("all_are_told", [False, True], ids=["the server is told", "all its processes are told"])
def test_it_stops_in_order(all_are_told: bool) -> None:
    with serving("--query-seconds", "3") as server:
        assert httpx.get(f"{server.url}healthz").status_code == 200
        children = server.children()
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER (MD5(STR(?c)) = MD5(CONCAT(STR(?f), 'x'))) }"
        answers: list[httpx.Response] = []
        url = f"{server.url}sparql"
        asking = threading.Thread(target=lambda: answers.append(httpx.post(url, data={"query": slow}, timeout=30)))
        asking.start()
        time.sleep(0.5)
        for pid in [server.process.pid, *(children if all_are_told else [])]:
            os.kill(pid, signal.SIGTERM)
        assert server.process.wait(30) in (0, -signal.SIGTERM)
        asking.join()

    assert answers[0].status_code == 504  # it was answered before the end
    assert len(children) >= 4
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_it_ends_with_its_workers_where_it_is_killed() -> None:
    with serving() as server:
        children = server.children()
        server.process.kill()
        server.process.wait(30)
        for _ in range(100):
            left = [pid for pid in children if _runs(pid)]
            if not left:
                break
            time.sleep(0.05)
        server.process.returncode = 0

    assert left == []


def test_no_worker_is_left_where_the_server_goes_before_it_is_answered() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "mineralkg.server.nursery", str(theirs.fileno())]
        nursery = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    with ours:
        wire.send(ours, dataclasses.asdict(Config()))
        assert "error" not in (wire.receive(ours) or [{"error": "gone"}])[0]
        wire.send(ours, {"do": "fork", "trusted": False})
        wire.receive(ours)
        line = socket.recv_fds(ours, 1, 1)[1][0]  # held open: a worker that waits on it does not end by itself
        workers = below(nursery.pid)
        nursery.send_signal(signal.SIGSTOP)  # it comes to the order when nobody waits for the answer any more
        wire.send(ours, {"do": "fork", "trusted": False})
    nursery.send_signal(signal.SIGCONT)
    ended = nursery.wait(30)
    left = [pid for pid in workers if _runs(pid)]
    os.close(line)

    assert (ended, len(workers), left) == (0, 1, [])


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "nothing.ttl"], "there is no such file"),
        (["--endpoint", "http://127.0.0.1:9/"], "An endpoint serves its own data"),
        (["--base-url", "nonsense"], "cannot be a base"),
        (["--host", "203.0.113.7"], "Port 0 of 203.0.113.7 cannot be had"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_sentence(arguments: list[str], words: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "mineralkg", "serve", "--port", "0", *arguments], capture_output=True, text=True
    )

    assert told.returncode == 2
    assert words in told.stderr
    assert "Traceback" not in told.stderr


def test_a_store_is_served(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    command = [sys.executable, "-m", "mineralkg", "sparql", "ASK {}", "--store", str(folder)]
    subprocess.run(command, check=True, capture_output=True)

    with serving("--store", str(folder)) as server:
        answer = httpx.get(f"{server.url}doc/state/JPN.ttl")

    assert answer.status_code == 200
    assert "Japan" in answer.text
    shutil.rmtree(folder)


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    program = (
        "import sys; from importlib.util import find_spec; import importlib.util as u; "
        "u.find_spec = lambda name: None if name == 'uvicorn' else find_spec(name); "
        "from mineralkg.cli import main; sys.exit(main(['serve', '--port', '0']))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert told.returncode == 2
    assert told.stderr == 'mineralkg: uvicorn is not installed. Install it with: pip install "mineralkg[serve]"\n'

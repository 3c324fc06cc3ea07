"""The interface as it is described: requests made from the OpenAPI document get answers that the document promises."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from serving import Running, serving

from mineralkg.queries import all_queries

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("--rate", "0", "--query-seconds", "5") as running:
        yield running


@pytest.fixture(scope="module")
def described(server: Running) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{server.url}openapi.json", timeout=30).json()
    return found


def test_every_question_is_described(described: dict[str, Any], server: Running) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": server.url.rstrip("/")}]
    for query in all_queries():
        operation = described["paths"][f"/query/{query.name}"]["get"]
        assert operation["summary"] == query.question
        assert {p["name"] for p in operation["parameters"]} == {*(p.name for p in query.parameters), "lang"}


@pytest.mark.parametrize("query", all_queries(), ids=lambda query: query.name)
def test_answers_have_the_form_that_is_described(described: dict[str, Any], server: Running, query: Any) -> None:
    operation = described["paths"][f"/query/{query.name}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    values = {p.name: p.example for p in query.parameters if p.required}

    answer = httpx.get(f"{server.url}query/{query.name}.json", params=values, timeout=30)

    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json(), schema)


def test_generated_requests(server: Running, tmp_path: Path) -> None:
    """Schemathesis makes the requests: valid ones, and ones at and beyond the edges of what is described."""
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.url}openapi.json"]
    options = ["--max-examples", "2", "--checks", ",".join(CHECKS), "--seed", "1", "--no-color", "--workers", "2"]

    told = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, timeout=600)

    assert told.returncode == 0, told.stdout[-6000:]
    assert "test cases:" in told.stdout.lower()

"""The peer: the Rust engine ``shacl`` alone, on shapes without SPARQL constraints; arguments: shapes, data."""

import sys
from pathlib import Path

import shacl

shapes, data = sys.argv[1:]
report = shacl.Shapes.from_text(Path(shapes).read_text(encoding="utf-8"), "ntriples").validate_file(data)
print(len(report.results))

"""The peer: the Rust engine ``shacl`` alone, on shapes without SPARQL constraints, and Oxigraph alone on these.

Arguments: data, shapes, and a JSON list of queries if they are to be asked, too. Nothing is made of what is found.
"""

import json
import sys
from pathlib import Path

import pyoxigraph
import shacl

data, shapes, *queries = sys.argv[1:]
report = shacl.Shapes.from_text(Path(shapes).read_text(encoding="utf-8"), "ntriples").validate_file(data)
found = len(report.results)
if queries:
    store = pyoxigraph.Store()
    store.bulk_load(path=data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    for text in json.loads(Path(queries[0]).read_text(encoding="utf-8")):
        solutions = store.query(text)
        assert isinstance(solutions, pyoxigraph.QuerySolutions)
        found += sum(1 for _ in solutions)
print(found)

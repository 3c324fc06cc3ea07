"""The peer: pySHACL with the shapes and their SPARQL constraints; arguments: data, shapes."""

import sys

import pyshacl
import rdflib

data, shapes = (rdflib.Graph().parse(path, format="nt") for path in sys.argv[1:])
_, graph, _ = pyshacl.validate(data, shacl_graph=shapes, allow_infos=True, allow_warnings=True)
print(len(graph))

"""The peer: pyrudof, with its fast engine, on the shapes without their SPARQL constraints; arguments: data, shapes."""

import sys

from pyrudof import RDFFormat, Rudof, RudofConfig, ShaclFormat

data, shapes = sys.argv[1:]
rudof = Rudof(RudofConfig())
rudof.read_data(data, format=RDFFormat.NTriples)
rudof.read_shacl(shapes, format=ShaclFormat.NTriples)
print(len(rudof.validate_shacl()))

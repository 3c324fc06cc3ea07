"""The peer: a short rdflib script that parses the same files and asks the same question."""

import csv
import sys
from pathlib import Path

import rdflib

root = Path(sys.argv[1])
graph, writer = rdflib.Graph(), csv.writer(sys.stdout)
for path in [*root.glob("ontology/*.ttl"), *root.glob("ontology/vocab/*.ttl"), *root.glob("data/**/*.ttl")]:
    graph.parse(path)
for row in graph.query("""
    PREFIX mkg: <https://w3id.org/mineralkg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    SELECT ?partner ?instrument ?modality (GROUP_CONCAT(DISTINCT ?quote; SEPARATOR=" […] ") AS ?words) ?speaker
           ?reporter ?claim WHERE {
        ?claim mkg:committedParty/skos:prefLabel ?partner ; mkg:inInstrument/skos:prefLabel ?instrument ;
            mkg:modality [ skos:prefLabel ?modality ; skos:notation ?strength ] ; mkg:evidence/mkg:quote ?quote ;
            mkg:speaker/skos:prefLabel ?speaker ; mkg:reporter/skos:prefLabel ?reporter .
        FILTER (LANG(?partner) = "en" && LANG(?instrument) = "en" && LANG(?modality) = "en")
        FILTER (LANG(?speaker) = "en" && LANG(?reporter) = "en")
    } GROUP BY ?partner ?instrument ?modality ?strength ?speaker ?reporter ?claim
    ORDER BY ?partner ?instrument DESC(?strength) ?claim"""):
    writer.writerow(row)  # type: ignore[arg-type]

"""SHACL validation of a graph: the shapes, the data, the engines and the results, as terms and without words."""

from mineralkg.validation.data import Data, Labels, Part
from mineralkg.validation.engine import Engine, EngineName, Slow
from mineralkg.validation.graph import Graph, Layer
from mineralkg.validation.isolation import Isolated, time_limit
from mineralkg.validation.result import Result
from mineralkg.validation.shapes import ShapesGraph, Targets
from mineralkg.validation.terms import SH, Node

__all__ = [
    "SH",
    "Data",
    "Engine",
    "EngineName",
    "Graph",
    "Isolated",
    "Labels",
    "Layer",
    "Node",
    "Part",
    "Result",
    "ShapesGraph",
    "Slow",
    "Targets",
    "time_limit",
]

"""mineralkg: who promised what to whom about critical minerals, how firmly, and on whose words.

import mineralkg as mk

kg = mk.open()
kg.query.partner_commitments(partner="JPN")
mk.check("contribution.ttl", against=kg)
"""

from mineralkg import errors
from mineralkg.api import KnowledgeGraph, check, open
from mineralkg.errors import MineralKGError
from mineralkg.graph import Answer, Row

__all__ = ["Answer", "KnowledgeGraph", "MineralKGError", "Row", "check", "errors", "open"]

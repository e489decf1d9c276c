"""Every claim that painloop makes, what it is held against, and whether it holds.

``claims`` reads the registry ``claims.yaml``, ``checks`` compute findings, ``stored`` reads the committed results of
long runs, ``answer`` puts the whole together, ``regression`` compares it with what was kept. The registry and the
shape of a finding can be read without starting the engine; ``answer`` starts it.
"""

from painloop.validate.claims import Claim, registry
from painloop.validate.findings import Finding

__all__ = ["Claim", "Finding", "registry"]

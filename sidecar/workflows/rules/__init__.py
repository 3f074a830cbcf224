"""The lint rules: one small function each, with a text, a good and a bad example."""

from sidecar.workflows.rules.contracts import CONTRACTS
from sidecar.workflows.rules.model import Rule
from sidecar.workflows.rules.reliability import RELIABILITY
from sidecar.workflows.rules.safety import SAFETY
from sidecar.workflows.rules.structure import STRUCTURE

RULES: tuple[Rule, ...] = (*RELIABILITY, *SAFETY, *STRUCTURE, *CONTRACTS)

__all__ = ["RULES", "Rule"]

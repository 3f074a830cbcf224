from . import audit, decision

from . import audit, decision, health

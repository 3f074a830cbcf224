"""Which fault strikes when: drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from .deliveries import ONCE

SERVICES = ("odoo", "n8n", "sidecar", "postgres")
LINKS = ("n8n-odoo", "n8n-sidecar", "n8n-partners", "n8n-mail")
PARTNERS = ("finance", "carrier", "account", "booking", "mail")


@dataclass(frozen=True)
class Strike:
    """One fault: `second` after the begin, `kind`, what it strikes, how, and for how long (seconds)."""

    second: float
    kind: str
    target: str
    how: str
    lasts: float

    def __str__(self) -> str:
        span = f" for {self.lasts:.1f} s" if self.lasts else ""
        return f"{self.second:6.1f} s  {self.kind} {self.target} {self.how}{span}".rstrip()


def catalogue() -> list[tuple[str, str, str]]:
    """Every fault there is: kind, target, how. `how` of a kill says which process of the service."""
    kills = [("kill", "odoo", "main"), ("kill", "n8n", "main"), ("kill", "n8n", "runner"),
             ("kill", "sidecar", "master"), ("kill", "sidecar", "worker"), ("kill", "postgres", "postmaster"),
             ("kill", "postgres", "backend of odoo"), ("kill", "postgres", "backend of n8n"),
             ("kill", "postgres", "backend of sidecar")]  # fmt: skip
    freezes = [("freeze", name, "") for name in SERVICES]
    links = [("link", name, how) for name in (*LINKS, "odoo-n8n") for how in ("cut", "slow")]
    links += [("link", name, "mute") for name in LINKS]
    disks = [("disk", name, "log full") for name in ("odoo", "n8n", "sidecar")]
    partners = [("partner", name, how) for name in PARTNERS for how in ("garbage", "down", "slow")]
    return [*kills, *freezes, *links, *disks, *partners, *[("delivery", "odoo-n8n", how) for how in ONCE]]


def plan(seed: int, seconds: float, every: float) -> list[Strike]:
    """Strikes over that time, about `every` so many seconds: each fault once before any comes again."""
    random = Random(seed)  # noqa: S311
    left: list[tuple[str, str, str]] = []
    strikes: list[Strike] = []
    at = every / 2
    while at < seconds:
        if not left:
            left = catalogue()
            random.shuffle(left)
        kind, target, how = left.pop()
        lasts = 0.0 if kind in ("kill", "delivery") else round(random.uniform(2.0, min(10.0, 4 * every)), 1)
        strikes.append(Strike(round(at, 1), kind, target, how, lasts))
        at += random.uniform(0.5, 1.5) * every
    return strikes


def as_rows(strikes: list[Strike]) -> list[dict[str, Any]]:
    """The plan for a report."""
    return [asdict(strike) for strike in strikes]

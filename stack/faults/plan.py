"""Which fault strikes when: drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from .deliveries import CLOCKS, ONCE

SERVICES = ("odoo", "n8n", "sidecar", "postgres")
LINKS = ("n8n-odoo", "n8n-sidecar", "n8n-partners", "n8n-mail")
#: Services with a path of their own to PostgreSQL: each has a database of its own name.
DATABASES = ("odoo", "n8n", "sidecar")
#: Paths that no strike cuts, for nothing that a run counts goes over them; `docs/reliability.md` says what tries each instead.
UNCUT = (
    "n8n-files", "mailbox-imap", "mailbox-n8n", "mailbox-odoo", "watch-odoo", "watch-n8n", "jobs-odoo", "jobs-postgres",
)  # fmt: skip
PARTNERS = ("finance", "carrier", "account", "booking", "mail")
#: What the profile `scale` runs besides: processes of n8n, of the scoring API, and what stands between the services.
SCALED = ("n8n_webhook", "n8n_worker_1", "n8n_worker_2", "sidecar_2", "redis", "pool", "balancer")

Fault = tuple[str, str, str]


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


def catalogue(scale: bool = False) -> list[Fault]:
    """Every fault there is: kind, target, how. `how` of a kill says which process of the service.

    scale: also those of the processes that only the profile `scale` has.
    """
    kills = [("kill", "odoo", "main"), ("kill", "n8n", "main"), ("kill", "n8n", "runner"),
             ("kill", "sidecar", "master"), ("kill", "sidecar", "worker"), ("kill", "postgres", "postmaster")]  # fmt: skip
    kills += [("kill", "postgres", f"backend of {name}") for name in DATABASES]
    freezes = [("freeze", name, "") for name in SERVICES]
    links = [("link", name, how) for name in (*LINKS, "odoo-n8n") for how in ("cut", "slow")]
    links += [("link", name, "mute") for name in LINKS]
    links += [("link", f"{name}-postgres", how) for name in DATABASES for how in ("cut", "slow")]
    clocks = [("clock", "odoo-n8n", how) for how in CLOCKS]
    disks = [("disk", name, "log full") for name in ("odoo", "n8n", "sidecar")]
    partners = [("partner", name, how) for name in PARTNERS for how in ("garbage", "down", "slow")]
    deliveries = [("delivery", "odoo-n8n", how) for how in ONCE]
    more = [("kill", name, "main") for name in SCALED] if scale else []
    return [*kills, *freezes, *links, *clocks, *disks, *partners, *deliveries, *more]


def plan(seed: int, seconds: float, every: float, scale: bool = False) -> list[Strike]:
    """Strikes over that time, about `every` so many seconds: each fault once before any comes again."""
    random = Random(seed)  # noqa: S311
    left: list[Fault] = []
    strikes: list[Strike] = []
    at = every / 2
    while at < seconds:
        if not left:
            left = catalogue(scale)
            random.shuffle(left)
        kind, target, how = left.pop()
        lasts = 0.0 if kind in ("kill", "delivery") else round(random.uniform(2.0, min(10.0, 4 * every)), 1)
        strikes.append(Strike(round(at, 1), kind, target, how, lasts))
        at += random.uniform(0.5, 1.5) * every
    return strikes


def as_rows(strikes: list[Strike]) -> list[dict[str, Any]]:
    """The plan for a report."""
    return [asdict(strike) for strike in strikes]

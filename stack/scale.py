"""The profile `scale`: queue mode of n8n, processes of Odoo, two scoring APIs, pooled connections, one address each.

HAProxy keeps the addresses that everybody knows; behind them the services listen on ports of their own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .build_tools import Tools
from .postgres import Server
from .probe import listens
from .processes import Service
from .steps import plain_env

PORTS = (
    "odoo", "odoo_live", "n8n", "n8n_webhook", "sidecar", "sidecar_2", "redis", "pool", "n8n_worker_1", "n8n_worker_2",
    "n8n_webhook_broker", "n8n_worker_1_broker", "n8n_worker_2_broker",
)  # fmt: skip
#: What a transaction of these may be given any connection for; Odoo listens and locks on one of its own.
POOLED = ("n8n", "sidecar")


@dataclass(frozen=True)
class Scale:
    """Ports behind the balancer, the tools, and where the configuration lies."""

    ports: Mapping[str, int]
    tools: Tools
    folder: Path

    def _private(self, name: str, text: str, reader: str = "root") -> Path:
        """A configuration file that only its reader sees: root hands it to the user that the program runs as."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)
        if os.geteuid() == 0:
            shutil.chown(path, reader)
            self.folder.chmod(0o755)
        return path

    def _service(self, name: str, words: list[object], port: int) -> Service:
        env = plain_env(LD_LIBRARY_PATH=self.tools.libraries)
        command = [str(word) for word in words]
        return Service(name, command, env, self.folder, lambda: listens(port), 30)

    def redis(self, password: str) -> Service:
        """The queue between n8n's processes: nothing of it is kept, Odoo delivers again what it loses."""
        text = "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.ports['redis']}",
                f"requirepass {password}",
                'save ""',
                "appendonly no",
                "maxmemory-policy noeviction",
                f"dir {self.folder}",
                "",
            ]
        )
        path = self._private("redis.conf", text)
        return self._service("redis", [self.tools.program("redis-server"), path], self.ports["redis"])

    def pool(self, server: Server, passwords: Mapping[str, str]) -> Service:
        """pgbouncer in transaction mode for those that ask nothing of a session.

        It does not run as root; PostgreSQL's own user reaches the socket.
        """
        reader = Path(server.socket).owner()
        known = "".join(f'"{name}" "{passwords[name]}"\n' for name in POOLED)
        users = self._private("pool-users.txt", known, reader)
        lines = [
            "[databases]",
            *[f"{name} = host={server.socket} dbname={name} user={name}" for name in POOLED],
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            f"listen_port = {self.ports['pool']}",
            "unix_socket_dir =",
            "auth_type = scram-sha-256",
            f"auth_file = {users}",
            "pool_mode = transaction",
            "default_pool_size = 12",
            "max_client_conn = 200",
            "ignore_startup_parameters = extra_float_digits,statement_timeout,idle_in_transaction_session_timeout,options",
            "server_reset_query_always = 0",
            *([f"user = {reader}"] if os.geteuid() == 0 else []),
            "",
        ]
        path = self._private("pool.ini", "\n".join(lines), reader)
        return self._service("pool", [self.tools.program("pgbouncer"), path], self.ports["pool"])

    def balancer(self, front: Mapping[str, int]) -> Service:
        """One address a service; events go to n8n's webhook process, live updates to Odoo's own port for them."""
        path = self._private("balancer.cfg", self._balanced(front))
        words: list[object] = [self.tools.program("haproxy"), "-db", "-f", path]
        return self._service("balancer", words, front["sidecar"])

    def services(
        self, server: Server, secrets: Mapping[str, Any], front: Mapping[str, int]
    ) -> dict[str, Service]:
        """What stands between the services: queue, pool and balancer."""
        found = (
            self.redis(secrets["redis_password"]),
            self.pool(server, secrets["database_passwords"]),
            self.balancer(front),
        )
        return {service.name: service for service in found}

    def _balanced(self, front: Mapping[str, int]) -> str:
        at = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        return f"""global
    maxconn 1000
defaults
    mode http
    option forwardfor
    option redispatch
    retries 2
    timeout connect 3s
    timeout client 150s
    timeout server 150s
    timeout tunnel 1h
frontend odoo
    bind 127.0.0.1:{front["odoo"]}
    use_backend odoo_live if {{ path_beg /websocket }}
    default_backend odoo
backend odoo
    server odoo {at["odoo"]}
backend odoo_live
    server odoo {at["odoo_live"]}
frontend n8n
    bind 127.0.0.1:{front["n8n"]}
    use_backend n8n_webhook if {{ path_beg /webhook/ /webhook-waiting/ }}
    default_backend n8n
backend n8n
    server main {at["n8n"]}
backend n8n_webhook
    server webhook {at["n8n_webhook"]}
frontend sidecar
    bind 127.0.0.1:{front["sidecar"]}
    default_backend sidecar
backend sidecar
    balance leastconn
    option httpchk GET /healthz
    server one {at["sidecar"]} check inter 1s fall 2 rise 1
    server two {at["sidecar_2"]} check inter 1s fall 2 rise 1
"""


def queue_environment(scale: Scale, secrets: Mapping[str, Any]) -> dict[str, str]:
    """What every process of n8n needs to share its work through Redis and the pool."""
    return {
        "EXECUTIONS_MODE": "queue",
        "QUEUE_BULL_REDIS_HOST": "127.0.0.1",
        "QUEUE_BULL_REDIS_PORT": str(scale.ports["redis"]),
        "QUEUE_BULL_REDIS_PASSWORD": secrets["redis_password"],
        "OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS": "true",
        "N8N_DISABLE_PRODUCTION_MAIN_PROCESS": "true",
        "N8N_DEFAULT_BINARY_DATA_MODE": "database",
        "QUEUE_HEALTH_CHECK_ACTIVE": "true",
        "DB_POSTGRESDB_HOST": "127.0.0.1",
        "DB_POSTGRESDB_PORT": str(scale.ports["pool"]),
        "DB_POSTGRESDB_PASSWORD": secrets["database_passwords"]["n8n"],
    }

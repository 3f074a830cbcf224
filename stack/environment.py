"""The environment variables of every service, as data: one set natively and in the containers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .scale import Scale, queue_environment
from .store import SIDECAR_KEYS

N8N_FIXED: dict[str, str] = {
    "NODE_ENV": "production",
    "N8N_BLOCK_ENV_ACCESS_IN_NODE": "true",
    "N8N_PAYLOAD_SIZE_MAX": "2",
    "N8N_FORMDATA_FILE_SIZE_MAX": "2",
    "N8N_SSRF_PROTECTION_ENABLED": "true",
    "N8N_RESTRICT_FILE_ACCESS_TO": "/var/empty",
    "N8N_BLOCK_FILE_ACCESS_TO_N8N_FILES": "true",
    "NODES_EXCLUDE": json.dumps(
        ["n8n-nodes-base.executeCommand", "n8n-nodes-base.ssh", "n8n-nodes-base.localFileTrigger"]
    ),
    "N8N_DIAGNOSTICS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED": "false",
    "N8N_TEMPLATES_ENABLED": "false",
    "N8N_DYNAMIC_BANNERS_ENABLED": "false",
    "N8N_HIRING_BANNER_ENABLED": "false",
    "N8N_PERSONALIZATION_ENABLED": "false",
    "N8N_LICENSE_AUTO_RENEW_ENABLED": "false",
    "N8N_UNVERIFIED_PACKAGES_ENABLED": "false",
    # insights: a workflow deleted before its counts are written keeps all later ones in memory for good (n8n 2.40)
    "N8N_DISABLED_MODULES": "mcp-registry,mcp,instance-ai,chat-hub,workflow-builder,quick-connect,"
    "dynamic-credentials,sso-oidc,sso-saml,ldap,source-control,external-secrets,provisioning,insights",
    "N8N_PUBLIC_API_SWAGGERUI_DISABLED": "true",
    "N8N_WORKFLOWS_AUTOSAVE_DISABLED": "true",
    "N8N_WORKFLOW_AUTODEACTIVATION_ENABLED": "false",
    "N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE": "true",
    "N8N_DEFAULT_BINARY_DATA_MODE": "filesystem",
    "N8N_RUNNERS_TASK_TIMEOUT": "60",
    "N8N_CONCURRENCY_PRODUCTION_LIMIT": "10",
    "N8N_METRICS": "true",
    "N8N_SECURE_COOKIE": "false",
    "EXECUTIONS_DATA_MAX_AGE": "336",
    "EXECUTIONS_DATA_PRUNE_MAX_COUNT": "50000",
    "N8N_INSTANCE_OWNER_MANAGED_BY_ENV": "true",
    "N8N_INSTANCE_OWNER_FIRST_NAME": "Gatehouse",
    "N8N_INSTANCE_OWNER_LAST_NAME": "Owner",
    "GENERIC_TIMEZONE": "UTC",
    "DB_TYPE": "postgresdb",
    "DB_POSTGRESDB_DATABASE": "n8n",
    "DB_POSTGRESDB_USER": "n8n",
}
"""What is the same natively and in the containers."""

N8N_OF_THE_PLACE = (
    "N8N_SSRF_ALLOWED_HOSTNAMES",
    "N8N_SSRF_ALLOWED_IP_RANGES",
    "N8N_LISTEN_ADDRESS",
    "N8N_PORT",
    "N8N_EDITOR_BASE_URL",
    "N8N_WEBHOOK_URL",
    "N8N_USER_FOLDER",
    "N8N_ENCRYPTION_KEY",
    "N8N_INSTANCE_OWNER_EMAIL",
    "N8N_INSTANCE_OWNER_PASSWORD_HASH",
    "N8N_RUNNERS_AUTH_TOKEN",
    "N8N_RUNNERS_BROKER_PORT",
    "DB_POSTGRESDB_HOST",
)
"""What depends on where n8n runs."""

EVENTS_PATH = "/webhook/gatehouse/events"


@dataclass(frozen=True)
class Place:
    """Where this stack runs: ports on loopback, the database's socket, folders, secrets."""

    ports: Mapping[str, int]
    socket: str
    folder: str
    secrets: Mapping[str, Any]
    owner_hash: str
    scale: Scale | None = None

    def listens(self, name: str) -> int:
        """The port a service itself listens on: behind the balancer, where there is one, it is not its address."""
        return {**self.ports, **(self.scale.ports if self.scale else {})}[name]

    def url(self, name: str) -> str:
        """The base address of a service."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def urls(self) -> dict[str, str]:
        """The base addresses that people and tests use."""
        served = {name: self.url(name) for name in ("odoo", "n8n", "sidecar", "partners", "watch")}
        mail = {"mail": "smtp", "imap": "imap", "lmtp": "lmtp"}
        return served | {name: f"{kind}://127.0.0.1:{self.ports[name]}" for name, kind in mail.items()}

    @property
    def mailboxes(self) -> dict[str, str]:
        """The address of each mailbox, its login included."""
        words = self.secrets["imap_passwords"]
        return {name: f"imap://{name}:{words[name]}@127.0.0.1:{self.ports['imap']}" for name in words}

    @property
    def files(self) -> str:
        """The address of the folder of documents, its login included."""
        return f"sftp://supplier:{self.secrets['files_password']}@127.0.0.1:{self.ports['files']}"

    @property
    def neighbours(self) -> dict[str, str]:
        """Every address that a credential of n8n names, logins included."""
        return self.urls | {"files": self.files}


def n8n_environment(place: Place) -> dict[str, str]:
    """n8n: quiet, without a way to the machine's files, environment and private addresses."""
    return {
        **N8N_FIXED,
        "N8N_SSRF_ALLOWED_HOSTNAMES": "localhost",
        "N8N_SSRF_ALLOWED_IP_RANGES": "127.0.0.1/32",
        "N8N_LISTEN_ADDRESS": "127.0.0.1",
        "N8N_PORT": str(place.listens("n8n")),
        "N8N_EDITOR_BASE_URL": place.url("n8n") + "/",
        "N8N_WEBHOOK_URL": place.url("n8n") + "/",
        "N8N_USER_FOLDER": f"{place.folder}/n8n",
        "N8N_ENCRYPTION_KEY": place.secrets["n8n_encryption_key"],
        "N8N_INSTANCE_OWNER_EMAIL": place.secrets["n8n_owner_email"],
        "N8N_INSTANCE_OWNER_PASSWORD_HASH": place.owner_hash,
        "N8N_RUNNERS_AUTH_TOKEN": place.secrets["n8n_runner_token"],
        "N8N_RUNNERS_BROKER_PORT": str(place.ports["n8n_broker"]),
        "DB_POSTGRESDB_HOST": place.socket,
        **(queue_environment(place.scale, place.secrets) if place.scale else {}),
    }


def odoo_environment(place: Place) -> dict[str, str]:
    """Odoo's addons: where events go, and what signs them."""
    return {
        "GATEHOUSE_EVENTS_URL": place.url("n8n") + EVENTS_PATH,
        "GATEHOUSE_SIGNING_SECRET": place.secrets["signing_secret"],
    }


def api_keys(secrets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sidecar's keys as it is given them: by their hashes."""
    return [
        {
            "name": name,
            "sha256": sha256(secrets["sidecar_keys"][name].encode()).hexdigest(),
            "scopes": scopes,
        }
        for name, scopes in SIDECAR_KEYS.items()
    ]


def sidecar_environment(place: Place, database_url: str) -> dict[str, str]:
    """The sidecar: its database, its models and the hashes of its keys."""
    return {
        "GATEHOUSE_DATABASE_URL": database_url,
        "GATEHOUSE_MODELS_DIR": f"{place.folder}/models",
        "GATEHOUSE_API_KEYS": json.dumps(api_keys(place.secrets)),
        "GATEHOUSE_METRICS_DIR": f"{place.folder}/metrics",
        # a language model is the caller's own: none unless his environment names one
        **{
            name: os.environ.get(name, "")
            for name in ("GATEHOUSE_LLM_URL", "GATEHOUSE_LLM_MODEL", "GATEHOUSE_LLM_KEY")
        },
    }


def partners_environment(place: Place) -> dict[str, str]:
    """The partner service of demo and tests."""
    return {"GATEHOUSE_PARTNER_KEY": place.secrets["partners_key"]}


def mailbox_environment(place: Place, bot_key: str) -> dict[str, str]:
    """The process that hands mails to n8n and vendors' files to Odoo: it acts as the bot."""
    return {
        "GATEHOUSE_IMAP_URL": place.mailboxes["service"],
        "GATEHOUSE_IMAP_DOCUMENTS_URL": place.mailboxes["documents"],
        "GATEHOUSE_N8N_URL": place.url("n8n"),
        "GATEHOUSE_MAIL_TOKEN": place.secrets["mail_token"],
        "GATEHOUSE_ODOO_URL": place.url("odoo"),
        "GATEHOUSE_ODOO_DB": "odoo",
        "GATEHOUSE_ODOO_LOGIN": "gatehouse_bot",
        "GATEHOUSE_ODOO_KEY": bot_key,
    }


def jobs_environment(place: Place, database_url: str, reader_key: str) -> dict[str, str]:
    """The process that trains, promotes and measures weeks: it reads Odoo as an account that may do nothing else."""
    return {
        "GATEHOUSE_DATABASE_URL": database_url,
        "GATEHOUSE_MODELS_DIR": f"{place.folder}/models",
        "GATEHOUSE_ODOO_URL": place.url("odoo"),
        "GATEHOUSE_ODOO_DB": "odoo",
        "GATEHOUSE_ODOO_LOGIN": "gatehouse_reader",
        "GATEHOUSE_ODOO_KEY": reader_key,
    }


def watch_environment(place: Place, n8n_key: str, bot_key: str) -> dict[str, str]:
    """The process that compares n8n with Odoo and shows figures: it acts as the bot."""
    return {
        "GATEHOUSE_N8N_URL": place.url("n8n"),
        "GATEHOUSE_N8N_API_KEY": n8n_key,
        "GATEHOUSE_ODOO_URL": place.url("odoo"),
        "GATEHOUSE_ODOO_DB": "odoo",
        "GATEHOUSE_ODOO_LOGIN": "gatehouse_bot",
        "GATEHOUSE_ODOO_KEY": bot_key,
        "GATEHOUSE_METRICS_PORT": str(place.ports["watch"]),
    }

"""What the set-up services of docker-compose.yml write is what Odoo's and n8n's set-up read."""

from __future__ import annotations

import json
import re
import stat
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from stack import dotenv
from stack.containers import handover, setup
from stack.odoo import MODULES
from stack.steps import StepError
from stack.store import USERS, stack_secrets

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SETUP_ODOO = (ROOT / "stack/containers/setup_odoo.sh").read_text()
HASH = "$2a$10$abcdefghijklmnopqrstuv"


def settings(tmp_path: Path) -> dict[str, str]:
    """The `.env` that the command writes, read as compose reads it."""
    path = tmp_path / ".env"
    dotenv.write(dotenv.values(stack_secrets(tmp_path), HASH), path)
    rows = re.findall(r"^([A-Z0-9_]+)=(?:'([^']*)'|(.*))$", path.read_text(), re.MULTILINE)
    return {name: quoted or plain for name, quoted, plain in rows}


def test_the_written_file_fills_every_secret_the_containers_ask_for(tmp_path: Path) -> None:
    found = settings(tmp_path)
    asked = set(re.findall(r"\$\{([A-Z0-9_]+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert {name for name in asked if not found.get(name)} == set()
    assert found["N8N_INSTANCE_OWNER_PASSWORD_HASH"] == HASH
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    settings(tmp_path)
    before = (tmp_path / ".env").read_text()
    with pytest.raises(StepError, match="is there already"):
        settings(tmp_path)
    assert (tmp_path / ".env").read_text() == before


def test_the_key_that_n8n_sends_is_one_that_the_sidecar_knows(tmp_path: Path) -> None:
    found = settings(tmp_path)
    known = {key["sha256"]: key["scopes"] for key in json.loads(found["GATEHOUSE_API_KEYS"])}
    assert known[sha256(found["GATEHOUSE_SIDECAR_KEY"].encode()).hexdigest()] == [
        "score",
        "classify",
        "documents",
        "train",
    ]


def test_every_stub_of_the_workflows_gets_a_credential(tmp_path: Path) -> None:
    made = handover.filled(settings(tmp_path), "bot-key")
    stubs = [json.loads(path.read_text()) for path in (ROOT / "n8n-workflows" / "credentials").glob("*.json")]
    assert {(row["id"], row["type"]) for row in made} == {(row["id"], row["type"]) for row in stubs}
    may_be_empty = {
        "previousSecret",
        "user",
        "password",
        "secure",
        "disableStartTls",
        "allowUnauthorizedCerts",
        "username",
        "privateKey",
        "passphrase",
        "apiKey",
    }
    assert all(value for row in made for name, value in row["data"].items() if name not in may_be_empty)


def test_the_mail_server_of_the_settings_is_the_one_messages_leave_by(tmp_path: Path) -> None:
    known = settings(tmp_path)
    rows = handover.filled({**known, "GATEHOUSE_SMTP_URL": "smtps://shop:p%40ss@mail.example"}, "k")
    made = {row["id"]: row["data"] for row in rows}
    sent = made["gatehouse-smtp"]
    assert (sent["host"], sent["port"], sent["user"], sent["password"]) == (
        "mail.example",
        465,
        "shop",
        "p@ss",
    )
    assert (sent["secure"], sent["disableStartTls"]) == (True, False)
    with pytest.raises(ValueError, match="must look like smtp://"):
        handover.filled({**known, "GATEHOUSE_SMTP_URL": "mail.example"}, "k")


def test_credentials_name_services_and_ports_of_the_compose_file() -> None:
    dockerfile = (ROOT / "sidecar" / "Dockerfile").read_text()
    assert "EXPOSE 8000" in dockerfile
    for name, url in handover.URLS.items():
        assert url == f"http://{name}:{SERVICES[name]['ports'][0].rsplit(':', 1)[1]}"


def test_demo_users_are_made_with_demo_data_only() -> None:
    plain = {"GATEHOUSE_ADMIN_PASSWORD": "p", "GATEHOUSE_PUBLIC_URL": "http://localhost"}
    assert set(handover.request(plain)["users"]) == {"gatehouse_bot", "gatehouse_reader"}
    assert set(handover.request({**plain, "GATEHOUSE_DEMO_DATA": "1"})["users"]) == {
        *USERS,
        "gatehouse_bot",
        "gatehouse_reader",
    }


def test_both_stacks_install_the_same_odoo_modules() -> None:
    assert SERVICES["odoo-setup"]["environment"]["GATEHOUSE_ODOO_MODULES"] == ",".join(MODULES)


def test_services_start_after_what_they_need() -> None:
    needs = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    assert needs["odoo"] == {"odoo-setup"}
    assert needs["n8n-setup"] == {"n8n", "odoo-setup"}
    assert needs["setup"] == {"n8n-setup"}
    assert needs["watch"] == needs["mailbox"] == {"setup"}


def test_n8n_is_compared_with_odoo_and_the_files_without_a_profile_and_a_key_of_ones_own() -> None:
    watch = SERVICES["watch"]
    assert "profiles" not in watch
    assert watch["command"][3:6] == ["watch", "--every", "900"]
    assert watch["environment"]["GATEHOUSE_N8N_API_KEY_FILE"] == str(setup.WATCH_KEY)
    bot = watch["environment"]["GATEHOUSE_ODOO_KEY_FILE"]
    assert f'handover key "$GATEHOUSE_PROVISION_FILE.out" {bot}\n' in SETUP_ODOO
    for name, mount in (("odoo-setup", "keys:/keys"), ("setup", "keys:/keys"), ("watch", "keys:/keys:ro")):
        assert mount in SERVICES[name]["volumes"]
    assert not re.search("WATCH_[A-Z0-9]+_KEY", (ROOT / "docker-compose.yml").read_text())


def test_the_watch_finds_the_key_of_the_bot_and_never_half_of_it(tmp_path: Path) -> None:
    answer, key = tmp_path / "answer", tmp_path / "odoo"
    for word in ("first", "second"):
        answer.write_text(json.dumps({"bot_key": word}))
        assert handover.main(["key", str(answer), str(key)]) == 0
        assert key.read_text() == word
    assert stat.S_IMODE(key.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer", "odoo"]


def test_the_mailboxes_are_the_demos_until_the_settings_name_ones_own() -> None:
    inside = SERVICES["mailbox"]["environment"]
    for name, box in (("GATEHOUSE_IMAP_URL", "service"), ("GATEHOUSE_IMAP_DOCUMENTS_URL", "documents")):
        password = "${GATEHOUSE_IMAP_PASSWORD:?set it in .env}"
        assert inside[name] == f"${{{name}:-imap://{box}:{password}@imap:31143}}"

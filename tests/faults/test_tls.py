"""Between machines: a certificate that nobody vouches for gets nothing, one of the own authority carries the whole path."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from stack import session as stack_session
from stack.client import ROOT, Stack, wait_until
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER
from stack.environment import EVENTS_PATH
from stack.faults.addresses import repoint
from stack.faults.links import Links
from stack.store import read_json


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of loopback that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gatehouse test authority")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "authority.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return public, private


def restart(stack: Stack, *names: str, **more: str) -> None:
    """End and start services with these variables; the stack's own sessions begin anew."""
    for name in names:
        command = [sys.executable, "-m", "stack", "restart", name]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **more})
    fresh = Stack.load()
    stack.data, stack.sessions = fresh.data, {}


def set_parameters(stack: Stack, values: dict[str, Any]) -> None:
    for name, value in values.items():
        stack.call("admin", "ir.config_parameter", "set_param", name, value)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return certificate(tmp_path)[0]


@pytest.fixture
def paths(stack: Stack, authority: Path) -> Iterator[Links]:
    """Odoo to n8n, n8n to Odoo and to the scoring API: encrypted, before services that speak in the clear, as behind a proxy."""
    folder = Path(stack.data["folder"])
    session = stack_session.assemble(folder, read_json(folder / "ports.json", {}))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority, authority.with_name("key.pem"))
    ports = session.place.ports
    links = Links({name: ("127.0.0.1", ports[name]) for name in ("n8n", "odoo", "sidecar")}, tls)
    links.start()
    at = {name: f"https://127.0.0.1:{link.port}" for name, link in links.links.items()}
    wanted = {
        "gatehouse.events_url": at["n8n"] + EVENTS_PATH,
        "gatehouse.retry_delays": "0,3,3,3,3,3,3,3,3,60,60",
    }
    before = {name: stack.call("admin", "ir.config_parameter", "get_param", name) for name in wanted}
    set_parameters(stack, wanted)
    repoint(stack, session, {name: at[name] for name in ("odoo", "sidecar")})
    try:
        yield links
    finally:
        set_parameters(stack, before)
        repoint(stack, session, stack.data["urls"])
        links.stop()


def test_an_unknown_certificate_gets_no_event_and_a_known_one_carries_the_whole_path(
    stack: Stack, paths: Links, authority: Path
) -> None:
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    [event] = wait_until(lambda: sales.events(stack, order), lambda rows: bool(rows[0]["last_error"]))
    assert "CERTIFICATE_VERIFY_FAILED" in event["last_error"]
    assert event["state"] == "pending"
    assert sales.read(stack, order)["gatehouse_status"] == "waiting"
    assert paths.links["n8n"].taken == 0, "no connection gets past its handshake"
    restart(stack, "odoo", "n8n", REQUESTS_CA_BUNDLE=str(authority), NODE_EXTRA_CA_CERTS=str(authority))
    try:
        wait_until(
            lambda: sales.read(stack, order)["gatehouse_status"],
            lambda status: status == "clear",
            200,
            lambda: stack.scheduled("Gatehouse: deliver events"),
        )
        assert [name for name, link in paths.links.items() if not link.taken] == []
    finally:
        restart(stack, "odoo", "n8n")

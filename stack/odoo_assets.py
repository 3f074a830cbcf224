"""Odoo's bundles of scripts and styles, compiled once in the databases that are copied instead of on each one's first page."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

#: What the login page and the web client ask for first.
FIRST_PAGES = """
qweb = env["ir.qweb"]
for name in ("web.assets_frontend_minimal", "web.assets_frontend_lazy", "web.assets_web", "bus.websocket_worker_assets"):
    qweb._get_asset_bundle(name, css=False, js=True).js()
for name in ("web.assets_frontend", "web.assets_web", "web.assets_web_print"):
    qweb._get_asset_bundle(name, css=True, js=False).css()
env.cr.commit()
print("COMPILED")
"""
#: What Odoo's runner compiles before the first test that opens a page.
OF_TESTS = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
print("COMPILED")
"""
PROOF = "COMPILED"
_FROM, _SPAN = 1_700_000_000, 50_000_000


def settle_times(addons: Path) -> None:
    """Give the files that browsers load a time that follows from their content.

    Odoo names a compiled bundle after the times of its files: in another checkout of the same content it would compile again
    what the copied database holds, a quarter of a minute of a processor for the first page.
    """
    for path in sorted(addons.glob("*/static/src/**/*")):
        if path.is_file():
            moment = _FROM + int(hashlib.sha256(path.read_bytes()).hexdigest()[:8], 16) % _SPAN
            with contextlib.suppress(PermissionError):  # somebody else's checkout: Odoo compiles by itself
                os.utime(path, (moment, moment))

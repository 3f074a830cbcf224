"""``python -m stack.partners --port N [--mail-port M]`` serves the partners, key in GATEHOUSE_PARTNER_KEY."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

from werkzeug.serving import make_server

from stack.partners.access_log import handler_without
from stack.partners.app import create_app
from stack.partners.mailbox import Mailbox, serve


def main(argv: list[str] | None = None) -> int:
    """Parses the arguments and serves until it is ended."""
    parser = argparse.ArgumentParser(
        prog="python -m stack.partners", description="Partner service of demo and tests"
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mail-port", type=int, help="also take mails by SMTP there")
    parser.add_argument("--host", default="127.0.0.1")
    arguments = parser.parse_args(argv)
    key = os.environ.get("GATEHOUSE_PARTNER_KEY", "")
    if not key:
        print("partners: set GATEHOUSE_PARTNER_KEY to the key that callers send", file=sys.stderr)
        return 2
    mailbox = Mailbox()
    try:
        app = create_app(key, mailbox=mailbox)
        handler = handler_without(key)
        server = make_server(arguments.host, arguments.port, app, threaded=True, request_handler=handler)
        mail = serve(mailbox, arguments.host, arguments.mail_port) if arguments.mail_port else None
    except (OSError, SystemExit) as error:
        print(f"partners: cannot listen on {arguments.host}:{arguments.port}: {error}", file=sys.stderr)
        return 1
    print(f"partners: listening on http://{arguments.host}:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    if mail:
        mail.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

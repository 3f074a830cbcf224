"""The IMAP server of demo and tests: Dovecot with a mailbox for service mail and one for supplier documents.

Each mailbox is a login with an inbox of its own. Mail gets in by APPEND, or by LMTP to any address with the mailbox's name
before the @.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import socket
from collections.abc import Mapping
from pathlib import Path

from .build_dovecot import DovecotTree
from .environment import Place
from .processes import Processes, Service
from .steps import plain_env
from .store import MAILBOXES

CONFIGURATION = """\
base_dir = {folder}/base
state_dir = {folder}/state
libexec_dir = {programs}
mail_plugin_dir = {modules}
log_path = /dev/stderr
import_environment = TZ LD_LIBRARY_PATH
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
recipient_delimiter = +
auth_mechanisms = plain login
auth_username_format = %Ln
# The same word again after a refusal is answered at once: a test's, not an attacker's.
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""


class Imap:
    """Dovecot as one stack runs it: as the caller, or as `nobody` when the caller is root, whom it refuses to serve."""

    def __init__(self, tree: DovecotTree, processes: Processes, place: Place) -> None:
        self.tree, self.place = tree, place
        self.folder = processes.folder / "imap"
        self.root = os.geteuid() == 0
        self.user = pwd.getpwnam("nobody") if self.root else pwd.getpwuid(os.geteuid())

    def configure(self) -> None:
        """Write the configuration and the logins."""
        base = self.folder / "base"
        base.mkdir(parents=True, exist_ok=True)
        modules = base / "modules"
        modules.unlink(missing_ok=True)
        modules.symlink_to(self.tree.modules)
        self._write("dovecot.conf", self._configuration())
        self._write("users", self._users(self.place.secrets["imap_passwords"]))
        (self.folder / "mail").mkdir(exist_ok=True)
        if self.root:
            for path in (self.folder, base, self.folder / "mail"):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def service(self) -> Service:
        """The running server. `doveconf` hands the settings over, as `dovecot` lets the installed one do."""
        programs, settings = self.tree.path / "usr", str(self.folder / "dovecot.conf")
        command = [str(programs / "bin" / "doveconf"), "-f", "service=master", "-c", settings, "-m", "master"]
        command += ["-e", str(programs / "sbin" / "dovecot"), "-F", "-c", settings]
        env = plain_env(LD_LIBRARY_PATH=self.tree.libraries)
        port = self.place.ports["imap"]
        return Service("imap", [*self._drop(), *command], env, self.folder, lambda: greets(port), 60)

    def _drop(self) -> list[str]:
        """From root to `nobody`, who keeps reading below folders that only root may enter."""
        if not self.root:
            return []
        words = ["setpriv", "--reuid", str(self.user.pw_uid), "--regid", str(self.user.pw_gid)]
        words += [
            "--clear-groups",
            "--securebits",
            "+no_setuid_fixup",
            "--bounding-set",
            "-all,+dac_override",
        ]
        return [*words, "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]

    def _configuration(self) -> str:
        return CONFIGURATION.format(
            folder=self.folder,
            programs=self.tree.programs,
            modules=self.tree.modules,
            user=self.user.pw_name,
            group=grp.getgrgid(self.user.pw_gid).gr_name,
            uid=self.user.pw_uid,
            gid=self.user.pw_gid,
            imap=self.place.ports["imap"],
            lmtp=self.place.ports["lmtp"],
        )

    def _users(self, passwords: Mapping[str, str]) -> str:
        ids = f"{self.user.pw_uid}:{self.user.pw_gid}"
        rows = [f"{name}:{{PLAIN}}{passwords[name]}:{ids}::{self.folder}/mail/{name}::" for name in MAILBOXES]
        return "\n".join([*rows, ""])

    def _write(self, name: str, content: str) -> None:
        path = Path(self.folder / name)
        path.write_text(content)
        path.chmod(0o600)
        if self.root:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def greets(port: int) -> bool:
    """Whether an IMAP server answers there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        return wire.recv(64).startswith(b"* OK")
    return False

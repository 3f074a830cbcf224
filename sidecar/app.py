"""Entry of the WSGI server: `gunicorn "sidecar.app:create_app()"`."""

from flask import Flask

from sidecar.bootstrap import build
from sidecar.config import Config, read_config


def create_app(config: Config | None = None) -> Flask:
    """The application, from the environment unless `config` is given.

    Raises ValueError for a wrong setting.
    """
    return build(config or read_config())

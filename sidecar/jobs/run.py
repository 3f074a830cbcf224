"""`python -m sidecar.jobs.run KIND`: one job, its parameters as JSON on stdin, its result as the last line of stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any
from urllib.error import URLError

import odoorpc

from sidecar.config import read_config, read_odoo
from sidecar.jobs.patterns import measure_weeks
from sidecar.jobs.retrain import promote, retrain
from sidecar.jobs.worker import REFUSED
from sidecar.training.connection import connect

KINDS: dict[str, Callable[..., dict[str, Any]]] = {
    "patterns": measure_weeks,
    "retrain": retrain,
    "promote": promote,
}


def main(arguments: list[str]) -> int:
    """Do one job. What cannot be done is said on stderr, with the exit code REFUSED."""
    try:
        settings = read_odoo()
        result = KINDS[arguments[0]](
            connect(*settings), read_config().models_dir, **json.loads(sys.stdin.read())
        )
    except odoorpc.error.Error as error:
        print(f"Odoo refused {settings[2]}: {error}", file=sys.stderr)
        return REFUSED
    except URLError as error:
        print(f"Odoo does not answer at {settings[0]}: {error}", file=sys.stderr)
        return REFUSED
    except (ValueError, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return REFUSED
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

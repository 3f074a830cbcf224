"""`python -m sidecar.documents.reader`: a line of JSON with vendors' templates and then one file on standard input, its
document as JSON on standard output.

The process a worker starts for each file of a stranger: it may take so much memory and time and no more, and what
it dies of does not touch the worker. Exit 3 with a sentence on standard error for a file that cannot be read.
"""

import json
import logging
import resource
import sys

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30
UNREADABLE = 3


def main() -> int:
    """Read, limit, extract, answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.basicConfig(
        handlers=[logging.NullHandler()]
    )  # standard error is the refusal's, not a parser's warnings
    from sidecar.documents.extract import extract
    from sidecar.documents.xml import Unreadable

    try:
        templates = json.loads(sys.stdin.buffer.readline())
        document = extract(sys.stdin.buffer.read(), templates)
    except (Unreadable, MemoryError, RecursionError) as error:
        said = " ".join(str(error).split())
        print(said or f"it needs too much ({type(error).__name__})", file=sys.stderr)
        return UNREADABLE
    json.dump(document.as_dict(), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

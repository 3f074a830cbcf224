"""Spreads the parts of a training over joblib's backend: none by default, this machine's cores, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from joblib import Parallel, delayed, parallel_config


def each(work: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> list[Any]:
    """`work` of each call's arguments, in order; in this process unless `spread_over` says otherwise."""
    return list(Parallel()(delayed(work)(*call) for call in calls))


@contextmanager
def spread_over(backend: str, scheduler: str = "") -> Iterator[None]:
    """Within it `each`, and what scikit-learn itself spreads, run on `backend`; '' changes nothing.

    `dask` goes to the `scheduler` (tcp://host:8786, or DASK_SCHEDULER_ADDRESS), or to a cluster on this machine that ends with
    the training. Its workers need the same packages in the same versions as the caller: what is sent is pickled, so a cluster
    is trusted as the caller is. The same history gives the same arrays on each. Raises ValueError without the package and
    OSError without an answer from the scheduler.
    """
    if backend == "dask":
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise ValueError(
                f"--backend dask needs the extra: pip install 'gatehouse-sidecar[dask]' ({error})"
            ) from error
        with (
            Client(scheduler or None, set_as_default=False) as client,
            parallel_config("dask", client=client),
        ):
            yield
    elif backend:
        with parallel_config(backend, n_jobs=-1):
            yield
    else:
        yield

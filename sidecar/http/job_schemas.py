"""Bodies of jobs: work that takes longer than a request may."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from sidecar.http.pattern_schemas import Amount, Monday

JobId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9:._-]{1,100}$", description="The caller's name of the job")]
#: The subjects whose history, with outcomes or with faults put in, can be had from Odoo.
RETRAINED = ("discounts", "purchases", "stock-moves", "orders", "payments", "lead-times", "patterns")
Subject = Literal[RETRAINED]  # type: ignore[valid-type]


class MeasurePatterns(Struct, tag="patterns", tag_field="kind", forbid_unknown_fields=True):
    """Measure the habits of one company in `weeks` full weeks, the newest of which begins at `week`."""

    company: Annotated[int, Meta(ge=1)]
    week: Monday
    weeks: Annotated[int, Meta(ge=1, le=8)] = 4
    limit: Amount = 0.0


class Retrain(Struct, tag="retrain", tag_field="kind", forbid_unknown_fields=True):
    """Train a challenger from Odoo and measure it beside the champion on the newest `days`; `limit` is for patterns."""

    subject: Subject
    days: Annotated[int, Meta(ge=7, le=365)] = 28
    limit: Amount = 0.0


class Promote(Struct, tag="promote", tag_field="kind", forbid_unknown_fields=True):
    """Let a measured challenger serve, once Odoo says that its content is signed off."""

    subject: Subject
    mark: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="Hash of the challenger's manifest")]
    reason: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class JobRequest(Struct, forbid_unknown_fields=True):
    """A job under the caller's own name: the same name is the same job, and a failed one is tried again."""

    id: JobId
    job: MeasurePatterns | Retrain | Promote


class JobBody(Struct):
    """The job as it stands. `problem` tells of the last attempt that failed; `result` is there when it is done."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed"]
    attempts: int
    problem: str = ""
    result: dict[str, Any] | None = None

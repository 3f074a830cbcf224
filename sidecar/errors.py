"""What can go wrong, as a problem of RFC 9457."""


class Problem(Exception):
    """Ends a request with a problem body: a stable `code`, whether to try again, and the fields at fault."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: list[tuple[str, str]] | None = None,
        retryable: bool = False,
        headers: dict[str, str] | None = None,
    ):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.retryable, self.headers = errors or [], retryable, headers or {}

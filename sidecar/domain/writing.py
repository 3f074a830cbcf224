"""What a language model wrote, or why it did not."""

from dataclasses import dataclass


class NotWritten(Exception):
    """No usable text of the model; `code` is stable, `reason` is for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Written:
    """The model's raw answer."""

    content: str
    model: str
    prompt: str
    call: int

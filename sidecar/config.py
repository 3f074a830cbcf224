"""The only reader of the environment: every setting is a GATEHOUSE_* variable."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sidecar.domain.keys import ApiKey, parse_keys

BUNDLED_MODELS = Path(__file__).resolve().parent.parent / "models"


@dataclass(frozen=True, slots=True)
class LanguageModelConfig:
    """A chat endpoint that speaks OpenAI's contract, and what it may cost; prices are money a million tokens."""

    url: str
    model: str
    key: str = ""
    timeout_ms: int = 8000
    price_in: float = 0.0
    price_out: float = 0.0
    daily_cost: float = 5.0
    daily_calls: int = 1000

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Money of so many tokens."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one process."""

    database_url: str
    models_dir: Path
    api_keys: tuple[ApiKey, ...]
    max_body_bytes: int = 1 << 20
    rate_limit: int = 6000
    log_level: str = "INFO"
    metrics_dir: str = ""
    prediction_days: int = 180
    api_keys_file: Path | None = None
    language_model: LanguageModelConfig | None = None


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        value = int(env.get(name) or default)
    except ValueError as error:
        raise ValueError(f"{name} must be a whole number") from error
    if value < 0:
        raise ValueError(f"{name} must not be negative")
    return value


def read_config(env: Mapping[str, str] | None = None) -> Config:
    """Settings from `env` (default: the process's). Raises ValueError naming the variable that is wrong."""
    env = os.environ if env is None else env
    folder = Path(env.get("GATEHOUSE_DATA_DIR") or ".stack").resolve()
    url = env.get("GATEHOUSE_DATABASE_URL") or f"sqlite:///{folder / 'sidecar.db'}"
    file = env.get("GATEHOUSE_API_KEYS_FILE")
    level = (env.get("GATEHOUSE_LOG_LEVEL") or "INFO").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("GATEHOUSE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
    return Config(
        url,
        Path(env.get("GATEHOUSE_MODELS_DIR") or BUNDLED_MODELS),
        parse_keys(env.get("GATEHOUSE_API_KEYS", ""), "GATEHOUSE_API_KEYS"),
        _number(env, "GATEHOUSE_MAX_BODY_BYTES", 1 << 20),
        _number(env, "GATEHOUSE_RATE_LIMIT", 6000),
        level,
        env.get("GATEHOUSE_METRICS_DIR", ""),
        _number(env, "GATEHOUSE_PREDICTION_DAYS", 180),
        Path(file) if file else None,
        read_language_model(env),
    )


def _money(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError as error:
        raise ValueError(f"{name} must be a number") from error
    if not 0 <= value < 1e9:
        raise ValueError(f"{name} must be a number from 0")
    return value


def read_language_model(env: Mapping[str, str] | None = None) -> LanguageModelConfig | None:
    """The chat endpoint to write summaries with; None unless GATEHOUSE_LLM_URL is set.

    Raises ValueError naming the variable that is wrong; the key is never part of a message.
    """
    env = os.environ if env is None else env
    url, model = env.get("GATEHOUSE_LLM_URL", "").rstrip("/"), env.get("GATEHOUSE_LLM_MODEL", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ValueError(
            "GATEHOUSE_LLM_URL must be an http(s) address without a login, such as https://host/v1"
        )
    if not model:
        raise ValueError("GATEHOUSE_LLM_MODEL must name the model of GATEHOUSE_LLM_URL")
    file = env.get("GATEHOUSE_LLM_KEY_FILE")
    try:
        key = env.get("GATEHOUSE_LLM_KEY") or (Path(file).read_text().strip() if file else "")
    except OSError as error:
        raise ValueError(f"GATEHOUSE_LLM_KEY_FILE cannot be read: {error}") from error
    return LanguageModelConfig(
        url,
        model,
        key,
        min(max(_number(env, "GATEHOUSE_LLM_TIMEOUT_MS", 8000), 100), 60_000),
        _money(env, "GATEHOUSE_LLM_PRICE_IN", 0.0),
        _money(env, "GATEHOUSE_LLM_PRICE_OUT", 0.0),
        _money(env, "GATEHOUSE_LLM_DAILY_COST", 5.0),
        _number(env, "GATEHOUSE_LLM_DAILY_CALLS", 1000),
    )


def read_odoo(env: Mapping[str, str] | None = None) -> tuple[str, str, str, str]:
    """URL, database, login and key of Odoo for training. Raises ValueError naming what is missing."""
    env = os.environ if env is None else env
    names = ("GATEHOUSE_ODOO_URL", "GATEHOUSE_ODOO_DB", "GATEHOUSE_ODOO_LOGIN", "GATEHOUSE_ODOO_KEY")
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise ValueError(f"set {', '.join(missing)} to train from Odoo")
    return env[names[0]], env[names[1]], env[names[2]], env[names[3]]


def tesseract_program(env: Mapping[str, str] | None = None) -> str:
    """The program that recognizes text in pictures: a path, or a name that is looked for on PATH."""
    return (os.environ if env is None else env).get("GATEHOUSE_TESSERACT") or "tesseract"

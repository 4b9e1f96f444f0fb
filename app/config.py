"""Every setting of the process, read from the environment once.

`.env.example` documents the same names; a test holds the two together. Settings that an admin changes at run time
live in the room `settings`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.environment import lines_of, with_driver

ROOT = Path(__file__).resolve().parent.parent
SECRET_MIN = 32


class ConfigError(Exception):
    """The environment is wrong in one or more places; the text has one line for each."""


@dataclass(frozen=True)
class Config:
    """The environment, typed. Optional services that are not configured are empty strings."""

    env: str
    data: Path
    host: str
    port: int
    web_processes: int
    public_url: str
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    storage_reserve_mb: int
    s3_bucket: str
    s3_endpoint_url: str
    s3_region: str
    aws_access_key_id: str = field(repr=False)
    aws_secret_access_key: str = field(repr=False)
    media_public_url: str
    image_provider: str
    video_provider: str
    text_provider: str
    image_model: str
    video_model: str
    text_model: str
    google_api_key: str = field(repr=False)
    google_base_url: str
    google_project: str
    google_location: str
    google_cloud_api_key: str = field(repr=False)
    google_vertex_base_url: str
    google_webhook_secret: str = field(repr=False)
    replicate_api_key: str = field(repr=False)
    replicate_api_url: str
    replicate_webhook_secret: str = field(repr=False)
    poe_api_key: str = field(repr=False)
    poe_api_url: str
    comfyui_url: str = field(repr=False)
    comfyui_workflows: str
    provider_allowed_hosts: frozenset[str]
    allow_local: bool
    smtp_url: str = field(repr=False)
    sentry_dsn: str = field(repr=False)
    metrics_token: str = field(repr=False)
    rate_limits: bool
    log_format: str

    @property
    def development(self) -> bool:
        """True on a laptop, False where real people and money are."""
        return self.env == "development"

    @property
    def origins(self) -> frozenset[str]:
        """The origins that are ours: the public one, or every loopback name of our port in development."""
        if self.public_url:
            parts = urlsplit(self.public_url)
            return frozenset({f"{parts.scheme}://{parts.netloc}"})
        return frozenset(f"http://{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))

    @property
    def https(self) -> bool:
        """Whether browsers reach us over TLS; decides cookie flags and HSTS."""
        return self.public_url.startswith("https://")

    @property
    def media_origins(self) -> tuple[str, ...]:
        """Origins that media may be redirected to, for the Content-Security-Policy."""
        urls = [self.media_public_url, self.s3_endpoint_url]
        if self.s3_bucket and not self.s3_endpoint_url:
            urls.append(f"https://{self.s3_bucket}.s3.{self.s3_region}.amazonaws.com")
        return tuple(f"{p.scheme}://{p.netloc}" for p in map(urlsplit, urls) if p.netloc)

    @property
    def local_allowed(self) -> bool:
        """Whether the built-in renderer may serve people (PRV-08)."""
        return self.development or self.allow_local


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the environment, with a `.env` file in the project's folder below it.

    Raises ConfigError naming every variable that is missing or wrong.
    """
    values = dict(lines_of(ROOT / ".env")) if environ is None else {}
    values.update(os.environ if environ is None else environ)
    return _Reader(values).config()


class _Reader:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._wrong: list[str] = []

    def config(self) -> Config:
        env = self._choice("KINORA_ENV", "development", "development", "production")
        data = Path(self._text("KINORA_DATA") or ROOT / "var").resolve()
        config = Config(
            env=env,
            data=data,
            host=self._text("HOST", "127.0.0.1"),
            port=self._number("PORT", 8000, 65535),
            web_processes=self._number("WEB_CONCURRENCY", 1, 64),
            public_url=self._url("PUBLIC_URL").rstrip("/"),
            secret_key=self._secret(env, data),
            database_url=with_driver(self._text("DATABASE_URL")) or f"sqlite:///{data / 'kinora.db'}",
            redis_url=self._url("REDIS_URL", "redis", "rediss", "unix"),
            storage_reserve_mb=self._number("STORAGE_RESERVE_MB", 1024, 1 << 30, least=0),
            s3_bucket=self._text("S3_BUCKET"),
            s3_endpoint_url=self._url("S3_ENDPOINT_URL"),
            s3_region=self._text("S3_REGION", "auto"),
            aws_access_key_id=self._text("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=self._text("AWS_SECRET_ACCESS_KEY"),
            media_public_url=self._url("MEDIA_PUBLIC_URL").rstrip("/"),
            **self._providers(),
            provider_allowed_hosts=frozenset(self._text("PROVIDER_ALLOWED_HOSTS").replace(",", " ").split()),
            allow_local=self._flag("KINORA_ALLOW_LOCAL"),
            smtp_url=self._url("SMTP_URL", "smtp", "smtps"),
            sentry_dsn=self._url("SENTRY_DSN"),
            metrics_token=self._text("METRICS_TOKEN"),
            rate_limits=self._choice("RATE_LIMITS", "on", "on", "off") == "on",
            log_format=self._choice("LOG_FORMAT", "text", "text", "json"),
        )
        self._check_together(config)
        if self._wrong:
            raise ConfigError("\n".join(self._wrong))
        return config

    def _providers(self) -> dict[str, str]:
        """Who makes what, and what each of them is reached by."""
        return {
            "image_provider": self._text("IMAGE_PROVIDER"),
            "video_provider": self._text("VIDEO_PROVIDER"),
            "text_provider": self._text("TEXT_PROVIDER"),
            "image_model": self._text("IMAGE_MODEL"),
            "video_model": self._text("VIDEO_MODEL"),
            "text_model": self._text("TEXT_MODEL"),
            "google_api_key": self._text("GOOGLE_AI_API_KEY") or self._text("GEMINI_API_KEY"),
            "google_base_url": self._url("GOOGLE_GEMINI_BASE_URL").rstrip("/"),
            "google_project": self._text("GOOGLE_CLOUD_PROJECT"),
            "google_location": self._text("GOOGLE_CLOUD_LOCATION"),
            "google_cloud_api_key": self._text("GOOGLE_CLOUD_API_KEY"),
            "google_webhook_secret": self._text("GOOGLE_WEBHOOK_SECRET"),
            "google_vertex_base_url": self._url("GOOGLE_VERTEX_BASE_URL").rstrip("/"),
            "replicate_api_key": self._text("REPLICATE_API_KEY") or self._text("REPLICATE_API_TOKEN"),
            "replicate_webhook_secret": self._text("REPLICATE_WEBHOOK_SECRET"),
            "replicate_api_url": self._url("REPLICATE_API_URL").rstrip("/"),
            "poe_api_key": self._text("POE_API_KEY"),
            "poe_api_url": self._url("POE_API_URL").rstrip("/"),
            "comfyui_url": self._url("COMFYUI_URL").rstrip("/"),
            "comfyui_workflows": self._text("COMFYUI_WORKFLOWS"),
        }

    def _check_together(self, config: Config) -> None:
        if not config.rate_limits and not config.development:
            self._wrong.append("RATE_LIMITS: off is for development only")
        if config.s3_bucket and bool(config.aws_access_key_id) != bool(config.aws_secret_access_key):
            self._wrong.append("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together")
        if config.development:
            return
        for name, value in {
            "PUBLIC_URL": config.public_url,
            "DATABASE_URL": self._text("DATABASE_URL"),
            "REDIS_URL": config.redis_url,
            "S3_BUCKET": config.s3_bucket,
        }.items():
            if not value:
                self._wrong.append(f"{name}: needed in production")

    def _text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def _choice(self, name: str, default: str, *choices: str) -> str:
        value = self._text(name, default).lower()
        if value not in choices:
            self._wrong.append(f"{name}: must be one of {', '.join(choices)}")
            return default
        return value

    def _flag(self, name: str) -> bool:
        return self._choice(name, "0", "0", "1") == "1"

    def _number(self, name: str, default: int, most: int, *, least: int = 1) -> int:
        value = self._text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            self._wrong.append(f"{name}: must be a number from {least} to {most}")
            return default
        return int(value)

    def _url(self, name: str, *schemes: str) -> str:
        value = self._text(name)
        schemes = schemes or ("http", "https")
        parts = urlsplit(value)
        if value and (parts.scheme not in schemes or not (parts.netloc or parts.path)):
            self._wrong.append(f"{name}: must be an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
            return ""
        return value

    def _secret(self, env: str, data: Path) -> str:
        value = self._text("SECRET_KEY")
        if not value and env == "development":
            return _own_secret(data)
        if len(value) < SECRET_MIN or len(set(value)) < SECRET_MIN // 4:
            self._wrong.append(f"SECRET_KEY: needs at least {SECRET_MIN} random characters")
        return value


def _own_secret(data: Path) -> str:
    """The data folder's own secret, made at the first start and readable by its owner only."""
    path = data / "secret"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        if not path.stat().st_size:
            raise ConfigError(f"{path} is empty: delete it and start again") from None
    return path.read_text()

"""Everything the environment may say, read once, typed, refused by name when it is wrong.

Variables start with ``PARLEY_``; an unknown one is refused rather than ignored, because a setting
that is misspelt is a setting somebody believes to be in force.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from psycopg import ProgrammingError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    ValidationError,
    model_validator,
)

from interfaces.postgres.silence import noticing_silence

PREFIX = "PARLEY_"
ORIGIN_PATTERN = r"^[a-z0-9]+([.-][a-z0-9]+)*(/[a-z0-9]+([.-][a-z0-9]+)*)*$"
"""A domain, perhaps with a path: the form of a log's origin without its last part."""
PARTITION_PATTERN = r"[a-z][a-z0-9_-]{0,39}"
READ_BY_OTHERS = frozenset({"PARLEY_VENV", "PARLEY_URL", "PARLEY_TOKEN", "PARLEY_KEY_PASSPHRASE"})
"""Variables of the set-up program and of the command line, no settings of the service."""


class SettingsError(Exception):
    """The environment does not make sense; one line per variable says what would."""


def _conninfo(dsn: str) -> str:
    try:
        return noticing_silence(dsn)
    except ProgrammingError as malformed:
        raise ValueError("a PostgreSQL connection string or URI") from malformed


Dsn = Annotated[str, AfterValidator(_conninfo)]


class Settings(BaseModel):
    """What this process was told; each field is ``PARLEY_`` and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    env: Literal["development", "production"] = "development"
    database: Dsn | None = Field(default=None, repr=False)
    """A PostgreSQL server to use; it may hold a password, so it is never shown. None: embedded."""
    replica: Dsn | None = Field(default=None, repr=False)
    """A standby of the database that listings may be read from. None: all is read there."""
    subject_keys: Dsn | None = Field(default=None, repr=False)
    """A database of their own for the keys of personal data. None: the ledger's."""
    partitions: str = Field(default="", repr=False)
    """Databases that hold relationships too: ``name=connection string``, parted by semicolons."""
    home: Path = Path(".parley")
    """Where this installation keeps its data, beside where it is run unless told otherwise."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    web_processes: int = Field(default=1, ge=1, le=64)
    rate_limit: int = Field(default=100, ge=0, le=1_000_000)
    """How many requests a second one caller may send to one process, for long. 0: any number."""
    connections: int = Field(default=1000, ge=10, le=10_000)
    """How many connections one web process holds; beyond, the one idle for longest is closed."""
    origin: Annotated[str, StringConstraints(pattern=ORIGIN_PATTERN, max_length=200)] = (
        "parley.localhost"
    )
    """The service's name in what is signed: statements and checkpoints. It never changes."""
    signer_home: Path | None = None
    """Where the signer keeps its key and its memory, its alone. None: ``signer`` in the home."""
    signer_rederive_hours: int = Field(default=6, ge=1, le=24 * 7)
    """How often the signer derives every log's root anew; it does at each start."""
    web_origin: HttpUrl | None = None
    """Where people open the service's pages; passkeys hold there alone. None: localhost."""
    oidc_issuer: HttpUrl | None = None
    """Whose tokens are believed. None: the development issuer, on loopback only."""
    oidc_audience: str = "parley"
    oidc_jwks: HttpUrl | None = None
    """The issuer's keys. None: found by the issuer's discovery document."""

    web_client_id: str | None = None
    """As which client the issuer knows the workspace. None: people cannot sign in to it there."""
    web_client_secret: str | None = Field(default=None, repr=False)
    """The workspace's secret with the issuer. None: it is a public client, held by PKCE alone."""
    pulls: Path | None = None
    """What the worker asks Prometheus for by itself, JSON. None: nothing."""
    document_tsa: HttpUrl | None = None
    """The timestamping authority (RFC 3161). None: one for development, nothing in production."""
    document_seal_key: Path | None = None
    """The key of the service's seal on documents, PEM."""
    document_seal_certificate: Path | None = None
    """The seal's certificate and those above it, PEM."""
    document_roots: Path | None = None
    """The authorities whose certificates sign, seal and date documents, PEM."""
    document_lists: str = ""
    """Where their lists of revoked certificates are: addresses or files, parted by spaces."""

    smtp_host: str | None = None
    """The server that takes mail to people. None: nobody is told by mail."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is secured; ``none`` is for a server on this machine."""
    smtp_user: str | None = None
    smtp_password: str | None = Field(default=None, repr=False)
    smtp_from: str | None = None
    """The address that mail comes from."""
    smtp_roots: Path | None = None
    """The authorities that the mail server is believed by, PEM. None: the usual ones."""
    webhook_key: Path | None = None
    """The secret that webhooks' keys are made with. None: ``webhooks.key`` in the home."""
    webhook_roots: Path | None = None
    """The authorities that receivers of webhooks are believed by, PEM. None: the usual ones."""
    webhook_loopback: bool = False
    """Whether webhooks may lead to this machine, on any port: for tests and development."""

    @model_validator(mode="after")
    def _name_partitions_well(self) -> Self:
        names = [name for name, _ in _partitions(self.partitions)]
        for name, conninfo in _partitions(self.partitions):
            if not re.fullmatch(PARTITION_PATTERN, name) or name == "home":
                raise ValueError("PARLEY_PARTITIONS takes name=connection string; home is taken")
            if names.count(name) > 1:
                raise ValueError(f"PARLEY_PARTITIONS names {name} twice")
            try:
                _conninfo(conninfo)
            except ValueError as malformed:
                raise ValueError(f"PARLEY_PARTITIONS: {name} needs {malformed}") from None
        return self

    @model_validator(mode="after")
    def _keep_mail_to_itself(self) -> Self:
        if self.smtp_host is None:
            return self
        if self.smtp_from is None:
            raise ValueError("PARLEY_SMTP_HOST needs PARLEY_SMTP_FROM as well")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("PARLEY_SMTP_USER and PARLEY_SMTP_PASSWORD go together")
        if self.smtp_security == "none" and not _loopback(self.smtp_host):
            raise ValueError(
                f"PARLEY_SMTP_SECURITY=none would send mail to {self.smtp_host} for all to read: "
                "set starttls or tls"
            )
        return self

    @model_validator(mode="after")
    def _lead_no_webhook_home_in_production(self) -> Self:
        if self.webhook_loopback and self.env == "production":
            raise ValueError("PARLEY_WEBHOOK_LOOPBACK is for development alone")
        return self

    @model_validator(mode="after")
    def _seal_with_all_or_nothing(self) -> Self:
        told = {
            "PARLEY_DOCUMENT_TSA": self.document_tsa,
            "PARLEY_DOCUMENT_SEAL_KEY": self.document_seal_key,
            "PARLEY_DOCUMENT_SEAL_CERTIFICATE": self.document_seal_certificate,
            "PARLEY_DOCUMENT_ROOTS": self.document_roots,
            "PARLEY_DOCUMENT_LISTS": self.document_lists,
        }
        missing = [name for name, value in told.items() if not value]
        if missing and len(missing) < len(told):
            raise ValueError(f"documents need {', '.join(missing)} as well")
        return self

    @model_validator(mode="after")
    def _believe_strangers_tokens_only_from_an_issuer(self) -> Self:
        if self.oidc_issuer is not None:
            return self
        if self.env == "production":
            raise ValueError("PARLEY_OIDC_ISSUER must be set in production")
        if not _loopback(self.host):
            raise ValueError(
                f"PARLEY_HOST={self.host} is open to others and the development issuer gives "
                "anyone a token: set PARLEY_OIDC_ISSUER, or a loopback address"
            )
        return self

    @model_validator(mode="after")
    def _sign_people_in_where_tokens_come_from(self) -> Self:
        if self.web_client_id is None:
            return self
        if self.oidc_issuer is None:
            raise ValueError("PARLEY_WEB_CLIENT_ID needs PARLEY_OIDC_ISSUER as well")
        if self.web_client_id == self.oidc_audience:
            # A token that says who signed in would then pass for one that lets programs in.
            raise ValueError("PARLEY_WEB_CLIENT_ID has to differ from PARLEY_OIDC_AUDIENCE")
        return self

    @property
    def partition_conninfos(self) -> dict[str, str]:
        """The databases that hold relationships besides the first one, by name."""
        return {name: _conninfo(one) for name, one in _partitions(self.partitions)}

    @property
    def site(self) -> tuple[str, str]:
        """Where passkeys are registered: the domain, and the origin of the pages."""
        if self.web_origin is None:
            return "localhost", f"http://localhost:{self.port}"
        return str(self.web_origin.host), str(self.web_origin).rstrip("/")

    @property
    def signer_directory(self) -> Path:
        """The signer's directory, absolute."""
        return (self.signer_home or self.home / "signer").absolute()

    @property
    def webhook_secret(self) -> Path:
        """The file of the secret that webhooks' keys are made with, absolute."""
        return (self.webhook_key or self.home / "webhooks.key").absolute()

    @property
    def postgres_dir(self) -> Path:
        """The embedded server's directory, absolute."""
        return self.home.absolute() / "postgres"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings out of an environment such as ``os.environ``; an empty value is none.

    Raises SettingsError naming each variable that is unknown or wrong.
    """
    given = {
        name: value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in READ_BY_OTHERS
    }
    known = {f"{PREFIX}{field.upper()}": field for field in Settings.model_fields}
    if unknown := sorted(given.keys() - known.keys()):
        raise SettingsError("\n".join(_unknown(name, list(known)) for name in unknown))
    try:
        return Settings.model_validate(
            {known[name]: value for name, value in given.items() if value}
        )
    except ValidationError as wrong:
        raise SettingsError(
            "\n".join(
                ": ".join([*(f"{PREFIX}{str(part).upper()}" for part in error["loc"]), text])
                for error in wrong.errors(include_url=False, include_input=False)
                for text in [error["msg"].removeprefix("Value error, ")]
            )
        ) from None  # the cause would show the value, and the value may hold a password


def _partitions(told: str) -> list[tuple[str, str]]:
    entries = (one.strip() for one in told.replace("\n", ";").split(";"))
    parts = (one.partition("=") for one in entries if one)
    return [(name.strip(), conninfo.strip()) for name, _, conninfo in parts]


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0)
    return f"{name} is not a setting; the nearest is {near[0]}"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

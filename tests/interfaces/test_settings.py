"""The environment is read once, and what it gets wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from interfaces.settings import Settings, SettingsError, read_settings


def refused(**variables: str) -> str:
    with pytest.raises(SettingsError) as refusal:
        read_settings(variables)
    return str(refusal.value)


def test_an_empty_environment_is_a_development_machine_of_one_process() -> None:
    settings = read_settings({})
    assert settings == Settings()
    assert (settings.env, settings.host, settings.web_processes) == ("development", "127.0.0.1", 1)
    assert settings.database is None
    assert settings.postgres_dir == Path.cwd() / ".parley" / "postgres"


def test_what_is_given_is_typed() -> None:
    settings = read_settings(
        {"PARLEY_HOME": "/srv/parley", "PARLEY_PORT": "9000", "PARLEY_WEB_PROCESSES": "2"}
    )
    assert settings.port == 9000
    assert settings.web_processes == 2
    assert settings.postgres_dir == Path("/srv/parley/postgres")


def test_an_empty_value_and_other_programs_variables_say_nothing() -> None:
    ignored = {"PARLEY_PORT": "", "PARLEY_VENV": "/opt/venv", "PATH": "/bin", "PORT": "1"}
    assert read_settings(ignored) == Settings()


def test_an_unknown_variable_is_refused_with_the_nearest_known_one() -> None:
    assert refused(PARLEY_PROT="1") == "PARLEY_PROT is not a setting; the nearest is PARLEY_PORT"
    assert "nearest is PARLEY_DATABASE" in refused(PARLEY_DATABASE_URL="postgresql://x")


def test_every_wrong_value_is_named() -> None:
    said = refused(PARLEY_PORT="http", PARLEY_WEB_PROCESSES="0", PARLEY_ENV="staging")
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "PARLEY_ENV",
        "PARLEY_PORT",
        "PARLEY_WEB_PROCESSES",
    ]


@pytest.mark.parametrize("field", ["database", "subject_keys"])
def test_a_password_is_never_shown(field: str) -> None:
    dsn, name = "postgresql://parley:hunter2@db/parley", f"PARLEY_{field.upper()}"
    settings = read_settings({name: dsn})
    assert conninfo_to_dict(dsn).items() <= conninfo_to_dict(getattr(settings, field)).items()
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in refused(**{name: "password=hunter2 nonsense"})


def test_production_needs_an_issuer() -> None:
    assert "PARLEY_OIDC_ISSUER must be set" in refused(PARLEY_ENV="production")
    named = {"PARLEY_ENV": "production", "PARLEY_OIDC_ISSUER": "https://id.example.org/"}
    assert read_settings({**named, "PARLEY_HOST": "0.0.0.0"}).env == "production"  # noqa: S104 - asked for


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_development_issuer_serves_loopback(host: str) -> None:
    assert read_settings({"PARLEY_HOST": host}).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "parley.example.org"])  # noqa: S104 - refused
def test_the_development_issuer_serves_nobody_else(host: str) -> None:
    assert "development issuer gives anyone a token" in refused(PARLEY_HOST=host)


def test_settings_do_not_change_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]

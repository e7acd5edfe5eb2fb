"""``tidewaiter.toml``: what is ours.  Every error is one sentence that names the key and the
reason.
"""

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path


class SettingsError(ValueError):
    """The settings cannot be used; the message is for the person who wrote them."""


class Organization(Struct, frozen=True, forbid_unknown_fields=True):
    """Accounts, tenants, projects and registries that belong to us."""

    aws_accounts: tuple[str, ...] = ()
    aws_organizations: tuple[str, ...] = ()
    azure_tenants: tuple[str, ...] = ()
    azure_subscriptions: tuple[str, ...] = ()
    gcp_projects: tuple[str, ...] = ()
    gcp_organizations: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that an operator can say; the defaults work."""

    organization: Organization = Organization()


def read_settings(path: "Path") -> Settings:
    """Read ``path``.  Raises :class:`SettingsError` naming the file, the key and the reason."""
    try:
        return parse_settings(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text") from None
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None


def parse_settings(text: str) -> Settings:
    """Read settings from TOML.  Raises :class:`SettingsError` naming the key and the reason."""
    import tomllib  # a function without settings of its own does without

    try:
        return msgspec.convert(tomllib.loads(text), Settings)
    except RecursionError:
        raise SettingsError("not TOML: nested too deeply") from None
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error))) from None
    except ValueError as error:  # a TOMLDecodeError, or a number of too many digits
        raise SettingsError(f"not TOML: {error}") from None


def _sentence(message: str) -> str:
    """Turn ``Expected `str`, got `int` - at `$.organization.aws_accounts[0]``` into words."""
    reason, _, where = message.partition(" - at `")
    key = where.rstrip("`").removeprefix("$").removeprefix(".")
    if reason.startswith("Object contains unknown field"):
        unknown = reason.partition("`")[2].removesuffix("`")
        return f"{key + '.' if key else ''}{unknown}: unknown key"
    return f"{key}: {reason[0].lower()}{reason[1:]}" if key else reason

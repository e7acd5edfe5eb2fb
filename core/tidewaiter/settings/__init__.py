"""``tidewaiter.toml``: what is ours, and what is expected.  Every error is one sentence that names
the key and the reason.
"""

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from tidewaiter.settings.sections import (
    FlowLogs,
    Geolocation,
    Hours,
    Learning,
    Networks,
    Notify,
    Organization,
    Pipelines,
    Plugins,
    Registries,
    Settings,
    SettingsError,
    Trusted,
    Tuning,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "FlowLogs",
    "Geolocation",
    "Hours",
    "Learning",
    "Networks",
    "Notify",
    "Organization",
    "Pipelines",
    "Plugins",
    "Registries",
    "Settings",
    "SettingsError",
    "Trusted",
    "Tuning",
    "parse_settings",
    "read_settings",
]


def read_settings(path: "Path") -> Settings:
    """Read ``path``.  Raises :class:`SettingsError` naming the file, the key and the reason."""
    try:
        found = parse_settings(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text") from None
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None
    return _beside(path, found)


def _beside(path: "Path", found: Settings) -> Settings:
    """Return what is found with paths as seen from where we are; absolute ones stay as they are."""
    files = found.geolocation
    country, asn = (file and str(path.parent / file) for file in (files.country, files.asn))
    folders = tuple(str(path.parent / folder) for folder in found.plugins.folders)
    return replace(
        found,
        geolocation=replace(files, country=country, asn=asn),
        plugins=replace(found.plugins, folders=folders),
    )


def parse_settings(text: str) -> Settings:
    """Read settings from TOML.  Raises :class:`SettingsError` naming the key and the reason."""
    import tomllib  # a function without settings of its own does without

    from tidewaiter.settings.values import check

    try:
        found = msgspec.convert(tomllib.loads(text), Settings)
    except RecursionError:
        raise SettingsError("not TOML: nested too deeply") from None
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error))) from None
    except ValueError as error:  # a TOMLDecodeError, or a number of too many digits
        raise SettingsError(f"not TOML: {error}") from None
    check(found)
    return found


def _sentence(message: str) -> str:
    """Turn ``Expected `str`, got `int` - at `$.organization.aws_accounts[0]``` into words."""
    reason, _, where = message.replace(" | null", "").partition(" - at `")
    key = where.rstrip("`").removeprefix("$").removeprefix(".")
    if reason.startswith("Object contains unknown field"):
        unknown = reason.partition("`")[2].removesuffix("`")
        return f"{key + '.' if key else ''}{unknown}: unknown key"
    return f"{key}: {reason[0].lower()}{reason[1:]}" if key else reason

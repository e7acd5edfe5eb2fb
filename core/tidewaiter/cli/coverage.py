"""Say which logs arrive, when last, what is missing, and which detectors are blind because of it.

Judge either logs in files (PATH...) or what a memory has seen (--memory MEMORY).
"""

import argparse
from collections.abc import Iterator
from contextlib import closing

from tidewaiter.cli.logs import check_paths
from tidewaiter.cli.options import add_config, add_format, add_memory, known_memory, settings
from tidewaiter.cli.screen import Screen, Stop
from tidewaiter.coverage.survey import Cloud, Row, Survey
from tidewaiter.intake import Intake, files_below
from tidewaiter.model import Severity
from tidewaiter.outputs.jsonl import ascii_json
from tidewaiter.outputs.layout import Line, Role, block
from tidewaiter.outputs.text import PROVIDERS
from tidewaiter.settings.values import flow_formats

NAME = "coverage"
SUMMARY = "say which logs arrive, and what is not seen without the others"
_STRICT = 3
_ROLES = {
    "seen": Role.LABEL,
    "silent": Severity.HIGH,
    "missing": Severity.CRITICAL,
    "optional": Role.FAINT,
}


def describe(command: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="logs: files, folders, or - for stdin"
    )
    add_memory(command, "what a replay, or the live system, remembers")
    add_config(command)
    add_format(command, "one cloud a line")
    command.add_argument(
        "--strict",
        action="store_true",
        help="exit with status 3 if a log that detectors need is missing from a cloud that is seen",
    )


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Survey, and print what was found."""
    survey = _surveyed(options, screen)
    clouds = survey.clouds()
    if options.format == "json":
        for cloud in clouds:
            screen.write(ascii_json(cloud) + "\n")
    else:
        for cloud in clouds:
            screen.show([*_told(cloud, screen.width), ()])
    gaps = any(cloud.seen and log.status == "missing" for cloud in clouds for log in cloud.logs)
    return _STRICT if options.strict and gaps else 0


def _surveyed(options: argparse.Namespace, screen: Screen) -> Survey:
    if bool(options.paths) == (options.memory is not None):
        raise Stop("coverage needs either logs (PATH ...) or --memory MEMORY")
    survey = Survey()
    if options.memory is not None:
        with closing(known_memory(options, looking=True)) as memory:
            survey.recall(memory)
        screen.remark("from a memory: to the day, and without logs that no detector watches")
        return survey
    check_paths(options.paths, (), screen)
    formats = flow_formats(settings(options, screen))
    intake = Intake(lambda _: None, whole=True, formats=formats)
    for event in intake.events(files_below(options.paths)):
        survey.notice(event)
    screen.remark(
        f"{intake.records} records in {intake.files} files, {intake.malformed} of them malformed"
    )
    return survey


def _told(cloud: Cloud, width: int) -> Iterator[Line]:
    yield ((PROVIDERS[cloud.provider], Role.TITLE),)
    if not cloud.seen:
        wanted = [log for log in cloud.logs if log.status == "missing"]
        first = "Nothing of it was seen. If you use it, begin with:"
        texts = [first, *(f"- {log.title}. {log.enable}" for log in wanted)]
        yield from block("", texts, width, hang=2)
        return
    blind = ", ".join(cloud.blind) or "no detector"
    yield from block("blind", [blind], width, role=Role.TITLE)
    for log in cloud.logs:
        yield from block(log.status, _sentences(log), width, hang=2, role=_ROLES[log.status])
    yield from block("never", cloud.never_told, width, hang=2, role=Role.FAINT)


def _sentences(log: Row) -> list[str]:
    if log.last_seen is not None:
        accounts = f" of {log.accounts} accounts" if log.accounts > 1 else ""
        seen = f"{log.title}{accounts}, last {log.last_seen:%Y-%m-%d %H:%M}"
        lost = (f"- If it has stopped: {log.without}", f"- {log.enable}")
        return [seen, *(lost if log.status == "silent" else ())]
    if log.status == "optional":
        return [f"{log.title}. {log.without} {log.enable}"]
    blind = [f"Blind without it: {', '.join(log.blinds)}."] if log.blinds else []
    return [log.title, *(f"- {one}" for one in (*blind, log.without, log.enable))]

"""What a cold start of a cloud's function costs, beside the least that any such function needs.

    python -m benchmarks.cold_start

In AWS the least is the logger of Powertools and the SDK's clients that are needed before the first
alert: DynamoDB for the memory, S3 for the settings.  The import of the handler makes no client, and
is to take no more than 1.25 times that; ready for the first event it is with the same clients.

In Google Cloud the least is the framework; the file of the functions is to take no more than 1.25
times that, and the first request loads the rest, Firestore's client included.

Nobody is asked over the network.  Each run is a process of its own, the kinds take turns, and the
fastest of each counts.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[1]

_TIMED = """
import time
start = time.perf_counter()
{}
print(time.perf_counter() - start)
"""

LEAST = """
from aws_lambda_powertools import Logger
logger = Logger()
import boto3
clients = [boto3.client("dynamodb"), boto3.client("s3")]
"""

IMPORT = "import handler"

READY = """
import handler
here = handler._here()
clients = [here._memory._table._client, here.objects._client]
"""

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "tidewaiter",
    "TIDEWAITER_MEMORY": "dynamodb://tidewaiter",
    "TIDEWAITER_QUARANTINE": "tidewaiter-quarantine",
    "TIDEWAITER_MAIL_TOPIC": "arn:aws:sns:eu-west-1:111122223333:tidewaiter-mail",
}


FRAMEWORK = "import functions_framework"

MAIN = "import main"

FIRST = """
import main
import tidewaiter_gcp.accounts, tidewaiter_gcp.deliveries
here = main._here()
client = here._memory._collection._client
main._log()._logger
"""

GOOGLE = {
    "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",  # nobody is there, and nobody is asked
    "TIDEWAITER_MEMORY": "firestore://example-shop/points",
    "TIDEWAITER_QUARANTINE": "tidewaiter-quarantine",
}


class Start(Struct, frozen=True):
    """What is measured of one cloud: names with the code of each, the least first."""

    root: str
    environment: dict[str, str]
    kinds: dict[str, str]


STARTS = (
    Start(
        "aws",
        ENVIRONMENT,
        {
            "logger and clients": LEAST,
            "import of the handler": IMPORT,
            "with the same clients": READY,
        },
    ),
    Start(
        "gcp",
        GOOGLE,
        {
            "functions-framework": FRAMEWORK,
            "import of main.py": MAIN,
            "ready for a request": FIRST,
        },
    ),
)


def seconds(code: str, start: Start) -> float:
    """Return how long ``code`` takes in a new process, without the start of Python itself."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(code)],
        env={
            **{name: text for name, text in os.environ.items() if not name.startswith("AWS_")},
            **start.environment,
            "PYTHONPATH": f"{ROOT / 'core'}{os.pathsep}{ROOT / start.root}",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="cold_start", description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args(arguments)
    for start in STARTS:
        codes = start.kinds.values()
        rounds = [[seconds(code, start) for code in codes] for _ in range(given.runs)]
        least, *others = (min(times) for times in zip(*rounds, strict=True))
        first, *names = start.kinds
        print(f"{start.root}: {first:24} {least * 1000:5.0f} ms")
        for name, time in zip(names, others, strict=True):
            print(f"{start.root}: {name:24} {time * 1000:5.0f} ms, {time / least:.2f} times")


if __name__ == "__main__":
    main()

"""What the Functions host does with Microsoft's worker, for one function app: loads it, and invokes
its functions with the messages that it is told, one line of JSON each.

It runs in a process of its own, in which the staged package and the worker are on the path, and
nothing of ours besides.
"""

import asyncio
import json
import logging
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict


def wrapped(protos: Any, **message: Any) -> SimpleNamespace:
    """Put a message into what the worker is given."""
    properties = {"protos": protos, "host": "127.0.0.1"}
    return SimpleNamespace(request=protos.StreamingMessage(**message), properties=properties)


def say(told: Any) -> None:
    """Answer whoever started us."""
    print(json.dumps(told), flush=True)  # noqa: T201 - it is a pipe


async def main(folder: str) -> None:
    """Serve until nobody asks any more."""
    worker: Any = import_module("azure_functions_runtime")
    protos: Any = import_module("tests.protos")  # Microsoft's, from their wheel
    init = protos.WorkerInitRequest(function_app_directory=folder, host_version="4.1")
    started = await worker.worker_init_request(wrapped(protos, worker_init_request=init))
    wanted = protos.FunctionsMetadataRequest(function_app_directory=folder)
    found = await worker.functions_metadata_request(
        wrapped(protos, functions_metadata_request=wanted)
    )
    say(MessageToDict(started.result) | MessageToDict(found, preserving_proto_field_name=True))
    ids = {one.name: one.function_id for one in found.function_metadata_results}
    for line in sys.stdin:
        told = json.loads(line)
        told["functionId"] = ids[told.pop("function")]
        request = ParseDict(told, protos.InvocationRequest())
        answer = await worker.invocation_request(wrapped(protos, invocation_request=request))
        say(MessageToDict(answer))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s: %(message)s")
    sys.path.insert(0, sys.argv[1])
    asyncio.run(main(sys.argv[1]))

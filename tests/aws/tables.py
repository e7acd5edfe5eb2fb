"""Tables of DynamoDB for tests: moto behind a socket, so that whole requests are made."""

import logging
import os
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import boto3
from moto.server import ThreadedMotoServer

from tidewaiter_aws.asking import ONCE
from tidewaiter_aws.dynamodb import DynamodbMemory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "eu-west-1"

_numbers = count(1)


@cache
def endpoint() -> str:
    """Where AWS is, for the rest of this process."""
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # there are hundreds
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it would tell every request
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


def new_client() -> "DynamoDBClient":
    """A client of its own, for whoever meddles with it."""
    return boto3.Session("testing", "testing").client(
        "dynamodb", region_name=REGION, endpoint_url=endpoint(), config=ONCE
    )


@cache
def shared_client() -> "DynamoDBClient":
    """A client for many: it takes a while to make one.  It waits long, as CI may be busy."""
    return boto3.Session("testing", "testing").client(
        "dynamodb", region_name=REGION, endpoint_url=endpoint()
    )


def new_table() -> str:
    """Make an empty table as the memory asks for it, and return its name."""
    name = f"tidewaiter-{next(_numbers)}"
    shared_client().create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "topic", "KeyType": "HASH"},
            {"AttributeName": "order", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "topic", "AttributeType": "S"},
            {"AttributeName": "order", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def address(table: str) -> str:
    """How the command line names the table."""
    return f"dynamodb://{table}?region={REGION}&endpoint={endpoint()}"


def new_memory() -> DynamodbMemory:
    """A memory in a table of its own."""
    return memory_in(new_table())


def memory_in(table: str) -> DynamodbMemory:
    """One more worker on ``table``."""
    return DynamodbMemory(table, client=shared_client())


def items_in(table: str) -> int:
    """How many items lie there, whoever believes them."""
    return shared_client().scan(TableName=table, Select="COUNT")["Count"]

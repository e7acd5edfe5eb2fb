"""A deployment of its own in Azurite: table, containers, queues, and the services that tell."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueClient, QueueServiceClient

from tests.azure.azurite import Azurite, address, azurite
from tests.azure.certificates import certificate
from tests.azure.services import ACCOUNT, Services, serving
from tests.azure.tokens import Identity
from tidewaiter.memory.interface import Memory
from tidewaiter_azure.tables import TablesMemory

_numbers = count(1)


class Cloud:
    """What was deployed on ``server``; ``told`` are the services."""

    def __init__(self, told: Services, server: Azurite) -> None:
        self.told = told
        self._server = server
        told.queues = server.url("queue")
        self._number = next(_numbers)
        self._table = f"cloud{self._number}"
        access: Any = {"credential": Identity(), "connection_verify": str(certificate())}
        self._tables = TableServiceClient(server.url("table"), **access)
        self._blobs = BlobServiceClient(server.url("blob"), **access)
        self._queues = QueueServiceClient(server.url("queue"), **access)

    def deploy(self) -> None:
        """Make everything but the functions."""
        self._tables.create_table(self._table)
        for name in ("quarantine", "retry", "outbox", "settings"):
            self._blobs.create_container(self.named(name))
        for end in ("", "-poison"):
            self._queues.create_queue(self.named("retry") + end)
        self.configure("")

    @property
    def settings(self) -> dict[str, str]:
        """The app's settings, as infra makes them."""
        return {
            "TIDEWAITER_MEMORY": address(self._table, self._server),
            "TIDEWAITER_STORAGE__blobServiceUri": self._server.url("blob"),
            "TIDEWAITER_STORAGE__queueServiceUri": f"{self.told.url}/{ACCOUNT}",
            "TIDEWAITER_QUARANTINE": self.named("quarantine"),
            "TIDEWAITER_RETRY": self.named("retry"),
            "TIDEWAITER_OUTBOX": self.named("outbox"),
            "TIDEWAITER_SETTINGS": f"blob://{self.named('settings')}/tidewaiter.toml",
            "TIDEWAITER_MAIL_ENDPOINT": self.told.url,
            "TIDEWAITER_MAIL_FROM": "tidewaiter@example.com",
            "TIDEWAITER_MAIL_TO": "security@example.com, oncall@example.com",
            "TIDEWAITER_INCIDENT_TOPIC": f"{self.told.url}/api/events",
            "TIDEWAITER_MANAGEMENT": self.told.url,
            "TIDEWAITER_SUBSCRIPTIONS": "s1",
        }

    @property
    def memory(self) -> Memory:
        """What is remembered."""
        client = self._tables.get_table_client(self._table)
        return TablesMemory(self._table, "", client=client)

    def named(self, name: str) -> str:
        """How a container or queue of this deployment is called."""
        return f"{name}{self._number}"

    def configure(self, text: str) -> None:
        """Write the settings."""
        container = self._blobs.get_container_client(self.named("settings"))
        container.upload_blob("tidewaiter.toml", text.encode(), overwrite=True)

    def forget_settings(self) -> None:
        """Delete them."""
        self._blobs.get_blob_client(self.named("settings"), "tidewaiter.toml").delete_blob()

    def names(self, name: str) -> list[str]:
        """What the blobs of a container are called."""
        return sorted(self._blobs.get_container_client(self.named(name)).list_blob_names())

    def kept(self, name: str) -> list[dict[str, Any]]:
        """What lies in a container, each as JSON."""
        container = self._blobs.get_container_client(self.named(name))
        return [json.loads(container.download_blob(one).readall()) for one in self.names(name)]

    def queue(self, end: str = "") -> QueueClient:
        """The queue of what is tried again, or the one of what was given up."""
        return self._queues.get_queue_client(self.named("retry") + end)

    def taken(self, end: str = "") -> list[dict[str, Any]]:
        """The messages of a queue, each as JSON; they are taken out."""
        found = list(self.queue(end).receive_messages())
        for one in found:
            self.queue(end).delete_message(one)
        return [json.loads(one.content) for one in found]

    def let_leases_end(self) -> None:
        """What a worker held while it failed is free again, as it is after a minute."""
        table = self._tables.get_table_client(self._table)
        for lease in table.query_entities("RowKey eq 'lease'"):
            table.delete_entity(lease)

    def let_pause_end(self) -> None:
        """The mail service may be asked again, as after what it said."""
        self._blobs.get_blob_client(self.named("outbox"), "pause").delete_blob()

    def last_topic(self) -> str:
        """A text that the table's file holds when all is in it."""
        table = self._tables.get_table_client(self._table)
        table.upsert_entity({"PartitionKey": "last", "RowKey": "~", "expires": "9"})
        return '"last"'


@contextmanager
def deployed(server: Azurite | None = None) -> Iterator[Cloud]:
    """Deploy everything but the functions."""
    with serving() as told:
        cloud = Cloud(told, server or azurite())
        cloud.deploy()
        yield cloud

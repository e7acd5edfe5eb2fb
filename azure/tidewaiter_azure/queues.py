"""Storage queues: what is done later, by name."""

from functools import cached_property
from typing import TYPE_CHECKING

from tidewaiter_azure.asking import ONCE, Asking
from tidewaiter_azure.identity import credential

if TYPE_CHECKING:
    from azure.storage.queue import QueueServiceClient

_FOR_EVER = -1


class Queues:
    """Asks for the queues of one account, whose URL is ``endpoint``."""

    def __init__(self, endpoint: str, asking: Asking | None = None) -> None:
        self._endpoint = endpoint
        self._asking = asking or Asking()

    @cached_property
    def _service(self) -> "QueueServiceClient":
        from azure.storage.queue import QueueServiceClient  # slow, and only failures need it

        return QueueServiceClient(self._endpoint, credential=credential(), **ONCE)

    def send(self, queue: str, text: str, delay: int = 0) -> None:
        """Send a message that nobody sees for ``delay`` seconds, of at most 64 KiB.

        Raises :class:`~tidewaiter.errors.Unavailable` with the name of the queue and the reason.
        """
        client = self._service.get_queue_client(queue)
        self._asking.ask(
            f"queue {queue}",
            lambda: client.send_message(text, visibility_timeout=delay, time_to_live=_FOR_EVER),
        )

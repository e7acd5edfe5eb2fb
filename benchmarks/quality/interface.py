"""What the company does with a cloud, whichever it is."""

from datetime import datetime
from typing import Protocol

from benchmarks.quality.cast import Actor, Picture, Repository


class Provider(Protocol):
    """What all clouds can do, each told by its own records."""

    def login(self, who: Actor, time: datetime, address: str) -> None:
        """Log in to the registry."""

    def enumerate(self, who: Actor, time: datetime, names: list[str], address: str) -> None:
        """List all repositories, and the images of each."""

    def pull(self, who: Actor, time: datetime, repository: Repository, tag: str) -> None:
        """Pull a tag."""

    def push(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Push an image under a tag."""

    def retag(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Give an image one more tag."""

    def delete(self, who: Actor, time: datetime, repository: Repository, image: Picture) -> None:
        """Delete an image by its digest."""

    def deploy(
        self, who: Actor, time: datetime, repository: Repository, image: Picture, tag: str
    ) -> None:
        """Let a workload run the image."""

    def make(self, who: Actor, time: datetime, name: str, address: str) -> str:
        """Make a machine image; return its id."""

    def copy(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Copy a machine image for recovery."""

    def share(self, who: Actor, time: datetime, image: str, address: str, *, foreign: bool) -> None:
        """Share a machine image."""

    def launch(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Start a machine of a machine image."""

    def discard(self, who: Actor, time: datetime, image: str, address: str) -> None:
        """Delete a machine image."""

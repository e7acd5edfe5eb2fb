"""What lies in registries, asked of the registries themselves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tidewaiter_azure.asking import ONCE, Asking
from tidewaiter_azure.identity import credential

if TYPE_CHECKING:
    from azure.containerregistry import ContainerRegistryClient

_PAGE = 100
_AUDIENCE = "https://containerregistry.azure.net"


class Registries:
    """Asks registries by their hosts; a client is made when one is asked first.

    Every method raises :class:`~tidewaiter.errors.Unavailable` with the host and the reason.
    """

    def __init__(self, asking: Asking | None = None) -> None:
        self._asking = asking or Asking()
        self._clients: dict[str, ContainerRegistryClient] = {}

    def repositories(self, host: str) -> list[str]:
        """Return the names of all repositories."""
        pages = self._client(host).list_repository_names(results_per_page=_PAGE).by_page()
        return [str(one) for one in self._all(host, pages)]

    def manifests(self, host: str, repository: str) -> list[dict[str, Any]]:
        """Return its manifests, as ``az acr manifest list-metadata`` prints them."""
        pages = self._client(host).list_manifest_properties(repository, results_per_page=_PAGE)
        return [
            {
                "digest": one.digest,
                "tags": sorted(one.tags or ()) or None,
                "createdTime": one.created_on,
                "lastUpdateTime": one.last_updated_on,
            }
            for one in self._all(f"{host}/{repository}", pages.by_page())
        ]

    def _all(self, whom: str, pages: Iterator[Iterator[Any]]) -> Iterator[Any]:
        while (page := self._asking.ask(whom, lambda: _next(pages))) is not None:
            yield from page

    def _client(self, host: str) -> "ContainerRegistryClient":
        if host not in self._clients:
            from azure.containerregistry import ContainerRegistryClient  # for inventories alone

            self._clients[host] = ContainerRegistryClient(
                f"https://{host}", credential(), audience=_AUDIENCE, **ONCE
            )
        return self._clients[host]


def _next(pages: Iterator[Iterator[Any]]) -> list[Any] | None:
    page = next(pages, None)
    return None if page is None else list(page)

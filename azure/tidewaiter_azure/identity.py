"""Who we are to Azure: a managed identity in the cloud, and whoever is signed in at a command line.

There are no keys and no connection strings: the services are deployed so that they take none.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

_RETRIES = 1  # who waits for a token has handed nothing back; asking.py asks again


@cache
def credential() -> "TokenCredential":
    """Return the identity of this process.

    ``AZURE_TOKEN_CREDENTIALS`` and ``AZURE_CLIENT_ID`` say which, as Microsoft documents them:
    https://learn.microsoft.com/azure/developer/python/sdk/authentication/credential-chains
    """
    from azure.identity import DefaultAzureCredential  # slow to import, and not needed for tests

    return DefaultAzureCredential(retry_total=_RETRIES)

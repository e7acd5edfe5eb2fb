"""Tokens as Entra makes them, and the endpoint at which a function app asks for its own."""

import base64
import json
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from azure.core.credentials import AccessToken

SECRET = "identity-header"  # what the platform tells the app alone
_TENANT = "00000000-0000-0000-0000-000000000000"
_HOUR = 3600


def token(audience: str) -> str:
    """A token of a managed identity; nobody checks its signature here."""
    now = int(time.time())
    claims: dict[str, str | int] = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{_TENANT}/",
        "oid": _TENANT,
    }
    claims |= {"iat": now - 10, "nbf": now - 10, "exp": now + _HOUR}
    parts = ({"alg": "RS256", "typ": "JWT"}, claims, "signature")
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(one.rstrip("=") for one in encoded)


class Identity:
    """Somebody who may do everything; ``asked`` are the scopes that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """Give a token for one scope."""
        (scope,) = scopes
        self.asked.append(scope)
        audience = scope.removesuffix("/.default")
        return AccessToken(token(audience), int(time.time()) + _HOUR)


class _Endpoint(BaseHTTPRequestHandler):
    """What the platform gives an app, as
    https://learn.microsoft.com/azure/app-service/overview-managed-identity says.
    """

    def do_GET(self) -> None:
        """Give a token to whoever knows the secret."""
        if self.headers["X-IDENTITY-HEADER"] != SECRET:
            self.send_error(400)
            return
        resource = parse_qs(urlsplit(self.path).query)["resource"][0]
        expires = str(int(time.time()) + _HOUR)
        told = {"access_token": token(resource), "expires_on": expires, "resource": resource}
        body = json.dumps({**told, "token_type": "Bearer"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is theirs
        """Say nothing."""


@cache
def endpoint() -> str:
    """Where a function app asks for its tokens, for the rest of this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/msi/token"

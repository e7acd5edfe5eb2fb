"""A certificate for 127.0.0.1 that is made anew for every run, as tokens travel encrypted only."""

import atexit
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def certificate() -> Path:
    """The file of the certificate, for servers, and for clients that shall trust them."""
    return _folder() / "certificate.pem"


def key() -> Path:
    """The file of its private key."""
    return _folder() / "key.pem"


@cache
def _folder() -> Path:
    holder = tempfile.TemporaryDirectory(prefix="tidewaiter-")
    atexit.register(holder.cleanup)
    folder = Path(holder.name)
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    public = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(secret, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(public.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        secret.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    return folder

"""A whole deployment without Google: a database, buckets, a topic, and the log of the functions."""

from msgspec import Struct

from tests.gcp.databases import PROJECT, new_client
from tests.gcp.firestore_server import Server as FirestoreServer
from tests.gcp.google_server import Server as GoogleServer
from tidewaiter_gcp.firestore import FirestoreMemory

TOPIC = f"projects/{PROJECT}/topics/incidents"
COLLECTION = "points"
QUARANTINE = "example-quarantine"
SETTINGS = "gs://example-settings/tidewaiter.toml"


class Cloud(Struct):
    """What the functions were deployed beside; servers that stop by :meth:`stop`."""

    firestore: FirestoreServer
    google: GoogleServer
    memory: FirestoreMemory

    @classmethod
    def made(cls) -> "Cloud":
        """One with servers of its own."""
        firestore = FirestoreServer()
        client = new_client(firestore.address)
        memory = FirestoreMemory(PROJECT, COLLECTION, client=client)
        return cls(firestore, GoogleServer(), memory)

    @property
    def environment(self) -> dict[str, str]:
        """What Terraform would put into the environment of the functions, and where Google is."""
        return {
            **self.google.environment,
            "FIRESTORE_EMULATOR_HOST": self.firestore.address,
            "TIDEWAITER_MEMORY": f"firestore://{PROJECT}/{COLLECTION}",
            "TIDEWAITER_QUARANTINE": QUARANTINE,
            "TIDEWAITER_INCIDENT_TOPIC": TOPIC,
            "TIDEWAITER_SETTINGS": SETTINGS,
            "TIDEWAITER_READ_OCCURRENCES": "on",
            "TIDEWAITER_READ_MANIFESTS": "off",
            "TIDEWAITER_PROJECTS": "",
        }

    def configure(self, text: str) -> None:
        """Write the settings."""
        self.google.google.objects[SETTINGS] = text.encode()

    def kept(self) -> dict[str, bytes]:
        """What lies in quarantine, by name."""
        folder = f"gs://{QUARANTINE}/"
        objects = self.google.google.objects
        return {
            name.removeprefix(folder): data
            for name, data in objects.items()
            if name.startswith(folder)
        }

    def let_leases_end(self) -> None:
        """Let the minute pass for which a lease holds."""
        documents = self.firestore.firestore.documents
        for name in [one for one in documents if one.rpartition("/")[2].startswith("!")]:
            del documents[name]

    def stop(self) -> None:
        """Stop the servers."""
        self.memory.close()
        self.google.stop()
        self.firestore.stop()

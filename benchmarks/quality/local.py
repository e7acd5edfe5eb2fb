"""Records of a registry in the company's own network, and of the docker daemons that push to it.

Format: https://distribution.github.io/distribution/about/notifications/,
https://docs.docker.com/reference/cli/docker/system/events/
"""

from datetime import datetime, timedelta

from benchmarks.quality.cast import Actor, Picture, digest, identifier
from benchmarks.quality.deliveries import Json, Log

HOST = "registry.example.com:5000"


class Local:
    """A Distribution registry."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def push(self, who: Actor, time: datetime, name: str, image: Picture, tag: str) -> None:
        """``docker push``."""
        time = self._log.at(time)
        notice = {
            "id": identifier(self._log.dice),
            "timestamp": f"{time:%Y-%m-%dT%H:%M:%S}.340538726Z",
            "action": "push",
            "target": {
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "size": 656,
                "digest": image.digest,
                "length": 656,
                "repository": name,
                "url": f"https://{HOST}/v2/{name}/manifests/{image.digest}",
                "tag": tag,
            },
            "request": {
                "id": identifier(self._log.dice),
                "addr": f"{who.address(self._log.dice)}:54840",
                "host": HOST,
                "method": "PUT",
                "useragent": who.engine,
            },
            "actor": {"name": who.name},
            "source": {"addr": "registry:5000", "instanceID": identifier(self._log.dice)},
        }
        self._log.add("distribution", time, {"events": [notice]})

    def daemon(self, time: datetime, action: str, name: str, tag: str) -> None:
        """What the docker daemon of the machine tells: it built, tagged or pushed."""
        time = self._log.at(time + timedelta(seconds=2))
        reference = f"{HOST}/{name}:{tag}"
        attributes = {"name": reference if action == "tag" else f"{HOST}/{name}"}
        actor = digest(self._log.dice) if action == "tag" else reference
        told: Json = {
            "status": action,
            "id": actor,
            "Type": "image",
            "Action": action,
            "Actor": {"ID": actor, "Attributes": attributes},
            "scope": "local",
            "time": int(time.timestamp()),
            "timeNano": int(time.timestamp()) * 10**9,
        }
        self._log.add("docker", time, told)

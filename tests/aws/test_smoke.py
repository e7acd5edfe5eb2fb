"""`make smoke-aws`, against a function that runs as AWS runs it."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.smoke_aws import REPOSITORY, main
from tests.aws.buckets import at_moto
from tests.aws.cloud import ELSEWHERE, Cloud
from tests.aws.conftest import Start
from tests.aws.runtime import Failed, Function

_TAIL = 4096  # bytes of the log that Lambda shows


class _Invoke(BaseHTTPRequestHandler):
    """Lambda's operation Invoke, for one function."""

    server: "_Lambda"

    def do_POST(self) -> None:
        """Invoke it, and show the end of its log."""
        assert self.path == "/2015-03-31/functions/tidewaiter-worker/invocations"
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        before = len(self.server.function.log)
        self.send_response(200)
        try:
            answer = json.dumps(self.server.function.invoke(event))
        except Failed as error:
            self.send_header("X-Amz-Function-Error", "Unhandled")
            answer = json.dumps({"errorMessage": str(error)})
        tail = self.server.function.log[before:].encode()[-_TAIL:]
        self.send_header("X-Amz-Log-Result", base64.b64encode(tail).decode())
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Lambda(HTTPServer):
    function: Function


@pytest.fixture
def cloud() -> Cloud:
    """A deployment of its own."""
    made = Cloud(ELSEWHERE)
    made.configure("")
    return made


@pytest.fixture
def _deployed(cloud: Cloud, start: Start, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    at_moto(monkeypatch)
    with start(cloud) as function, _Lambda(("127.0.0.1", 0), _Invoke) as server:
        server.function = function
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.mark.usefixtures("_deployed")
def test_every_run_sends_a_mail(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    """The implant is made up, says that it is a test, and is another each time."""
    for _ in range(2):
        main([])
        (mail,) = cloud.heard(cloud.mail)
        assert mail.subject is not None
        assert f"{REPOSITORY}:latest" in mail.subject
        assert mail.attributes["account"] == '["111122223333"]'
    assert "Told: look for tidewaiter-smoke-test:latest" in capsys.readouterr().out


@pytest.mark.usefixtures("_deployed")
def test_silence_is_a_failure(cloud: Cloud) -> None:
    """If nobody was told, the reason is guessed, and the exit code is not zero."""
    cloud.configure('[notify]\nat = "critical"\nmachines = "critical"\n')
    with pytest.raises(SystemExit, match="Nobody was told"):
        main([])


@pytest.mark.usefixtures("_deployed")
def test_a_failing_function_shows_its_log(cloud: Cloud) -> None:
    """What the function said is printed, and the exit code is not zero."""
    cloud.close_topic(cloud.mail)
    with pytest.raises(SystemExit, match="NotFound"):
        main([])


def test_a_missing_function_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What AWS answers is printed, without a traceback."""
    at_moto(monkeypatch)
    with pytest.raises(SystemExit, match="ResourceNotFound"):
        main(["--name", "nobody"])

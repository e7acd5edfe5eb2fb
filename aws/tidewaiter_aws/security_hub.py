"""Security Hub: every incident is one finding there, updated and never duplicated.

``securityhub:BatchImportFindings`` on the account's own product is all that is needed.
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from tidewaiter.errors import Malformed, Unavailable
from tidewaiter.news import News
from tidewaiter.outputs.asff import Hub, findings
from tidewaiter.outputs.asff_format import check
from tidewaiter.outputs.escape import visible
from tidewaiter_aws.asking import ONCE, Asking
from tidewaiter_aws.sns import PATIENCE

_BATCH = 25  # findings of one call, which may have 6 MB; each may have 240 KB
_SAID = 300  # characters of a reason


class SecurityHub:
    """Imports incidents as findings into ``hub``; its client is made when there is one.

    An incident that nobody told of before, and one that changed, are the same call.
    """

    name = "security-hub"

    def __init__(
        self,
        hub: Hub,
        client: Any = None,
        asking: Asking | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._hub = hub
        self._given = client
        self._asking = asking or Asking(patience=lambda: PATIENCE)
        self._clock = clock

    @cached_property
    def _client(self) -> Any:
        if self._given is not None:
            return self._given
        import boto3  # it takes long, and most invocations tell nothing

        return boto3.client("securityhub", region_name=self._hub.region, config=ONCE)

    def send(self, news: News) -> None:
        """Import it.

        Raises :class:`Unavailable`, which names the reason, when Security Hub does not take it:
        also if the account is not subscribed.
        """
        made = findings(news.incident, self._hub, self._clock())
        for one in made:
            self._check(one)
        for start in range(0, len(made), _BATCH):
            self._import(made[start : start + _BATCH])

    def _check(self, finding: dict[str, Any]) -> None:
        """Hold it against the format, as a refusal would be found out too late."""
        try:
            check(finding)
        except Malformed as error:
            raise ValueError(f"{finding['Id']} is no valid finding: {error}") from error

    def _import(self, batch: Sequence[dict[str, Any]]) -> None:
        whom = f"Security Hub of {self._hub.account} in {self._hub.region}"
        answer = self._asking.ask(
            whom, lambda: self._client.batch_import_findings(Findings=list(batch))
        )
        for failed in answer.get("FailedFindings", ()):
            said = f"{failed['ErrorCode']}: {failed['ErrorMessage']}"
            raise Unavailable(f"{whom}: {failed['Id']}: {visible(said, limit=_SAID)}")

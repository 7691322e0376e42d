"""What OpenAI's protocol asks and answers, whatever it is asked for: the key, and tokens that are paid for."""

from collections.abc import Mapping
from threading import Event
from typing import Any

from isoglot.endpoint.http import Endpoint, RequestFailed
from isoglot.endpoint.options import EndpointOptions
from isoglot.endpoint.spending import Budget, Caps, Tokens
from isoglot.errors import IsoglotError


class OpenAIApi:
    """A server that speaks it.

    Args:
        url: what stands before ``/chat/completions`` or ``/embeddings``.
        options: how it is asked.
        caps: what may be spent, and what tokens cost.
        name: of who asks, for errors.
        error: what is raised where the server fails or a cap is reached.

    Attributes:
        endpoint: the server.

    Raises:
        ConfigError: not an address, or a key that is not in the environment.
    """

    def __init__(self, url: str, options: EndpointOptions, caps: Caps, *, name: str, error: type[IsoglotError]) -> None:
        self.endpoint = Endpoint(url, options, name=name, error=error)
        self._budget = Budget(caps, name=name, error=error)

    def post(self, path: str, body: Mapping[str, Any], *, estimate: Tokens, stop: Event) -> Any:
        """The server's answer, counted by the tokens that it says, or else by the estimate.

        Args:
            path: behind the address.
            body: as JSON.
            estimate: what the request takes at most.
            stop: see :meth:`Endpoint.ask`.

        Raises:
            RequestFailed, IsoglotError, Stopped: see :meth:`Endpoint.ask`; or a cap is reached.
        """
        self._budget.reserve(estimate)
        used: Tokens | None = None
        try:
            answer = self.endpoint.ask(
                path,
                body=body,
                headers={"Authorization": f"Bearer {self.endpoint.key}"} if self.endpoint.key else {},
                before_again=lambda failure: self._budget.repeat(estimate) if failure.spent else None,
                stop=stop,
            )
            used = _usage(answer, writes=estimate.written > 0) or estimate
            return answer
        except RequestFailed as failure:
            if failure.spent:
                used = estimate
            raise
        finally:
            self._budget.settle(estimate, used)


def _usage(answer: Any, *, writes: bool) -> Tokens | None:
    """What the server says that it took, if it does; one that writes nothing need not say how much it wrote."""
    usage = answer.get("usage") if isinstance(answer, dict) else None
    if not isinstance(usage, dict):
        return None
    counts = usage.get("prompt_tokens"), usage.get("completion_tokens", None if writes else 0)
    if not all(isinstance(count, int) and count >= 0 for count in counts):
        return None
    return Tokens(read=counts[0] or 0, written=counts[1] or 0)

"""Requests to an OpenAI-compatible server: what is worth a retry gets one, and every failure is typed."""

import os
import re
import time
import weakref
from collections.abc import Callable
from typing import TypeVar

from agentic_gym.errors import AgenticGymError, ConfigurationError, ContextOverflow, ServerError
from agentic_gym.messages import JSONObject

T = TypeVar("T")

KEY_VARIABLE = "OPENAI_API_KEY"
_WORTH_A_RETRY = frozenset({408, 409, 425, 429})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two attempts; the pause doubles each time."""
_TOO_LONG = re.compile(r"context.?length|context.?window|max_model_len|maximum model length", re.IGNORECASE)
"""How servers say that a prompt is too long for the model, in the message or the code of a status 400."""


class ModelServer:
    """A server's address and key. Threads may share it.

    Args:
        base_url: up to and including the version, such as `http://127.0.0.1:8000/v1`.
        api_key: sent as a bearer token; the environment variable `OPENAI_API_KEY` if not given.
        attempts: how often a request is made before it counts as failed.
        timeout: seconds without an answer after which an attempt has failed.
        sleep: waits between attempts; tests give another one.

    Raises:
        ConfigurationError: httpx is not installed, or the address is none.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        attempts: int = 5,
        timeout: float = 600.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            import httpx
        except ModuleNotFoundError:
            raise ConfigurationError(
                "a served model is asked through httpx, which is not installed: "
                "pip install 'agentic-gym[agents]'"
            ) from None
        if not re.match(r"https?://[^/]", base_url):
            raise ConfigurationError(
                f"base_url is a server's address, such as http://127.0.0.1:8000/v1; got {base_url!r}"
            )
        key = os.environ.get(KEY_VARIABLE, "") if api_key is None else api_key
        self.base_url = base_url.rstrip("/")
        self._attempts = attempts
        self._sleep = sleep
        self._transport_errors = (httpx.TransportError, httpx.DecodingError)
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=10.0),
            headers={"Authorization": f"Bearer {key}"} if key else {},
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )
        weakref.finalize(self, self._client.close)

    def close(self) -> None:
        """Closes the connections; also done once nobody holds the object. May be called again."""
        self._client.close()

    def models(self) -> list[JSONObject]:
        """The server's list of models; empty where it keeps none. Raises as `post` does."""
        try:
            return self._insist("GET", "models", None, _entries)
        except _NotServed:
            return []

    def post(self, path: str, body: JSONObject, read: Callable[[JSONObject], T]) -> T:
        """Sends a JSON object and gives what `read` makes of the one that comes back; an empty reply is `{}`.

        Args:
            path: below the base address.
            body: the request.
            read: at a reply that is none raises KeyError, IndexError, TypeError, AttributeError or
                ValueError.

        Raises:
            ServerError: no usable reply, at the last attempt either.
            ContextOverflow: the server says that the prompt is too long for its model.
            ConfigurationError: the server refuses the request for another reason.
        """
        return self._insist("POST", path, body, read)

    def _insist(self, method: str, path: str, body: JSONObject | None, read: Callable[[JSONObject], T]) -> T:
        pause = _FIRST_PAUSE
        for _ in range(self._attempts - 1):
            try:
                return self._ask(method, path, body, read)
            except ServerError as error:
                self._sleep(min(max(pause, error.retry_after), _LONGEST_PAUSE))
            pause *= 2
        return self._ask(method, path, body, read)

    def _ask(self, method: str, path: str, body: JSONObject | None, read: Callable[[JSONObject], T]) -> T:
        url = f"{self.base_url}/{path}"
        try:
            response = self._client.request(method, url, json=body)
        except self._transport_errors as error:
            raise ServerError(f"{url} gave no whole reply: {type(error).__name__} {error}") from error
        if response.status_code != 200:
            raise _refusal(url, response.status_code, response.text, response.headers.get("retry-after"))
        try:
            return read(response.json() if response.content else {})
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            problem = f"{type(error).__name__} {error}"
            raise ServerError(f"{url} gave nonsense ({problem}): {response.text[:300]!r}") from error


class _NotServed(ConfigurationError):
    """The server has nothing at the address."""


def _entries(reply: JSONObject) -> list[JSONObject]:
    return [entry for entry in reply["data"] if isinstance(entry.get("id"), str)]


def _refusal(url: str, status: int, text: str, retry_after: str | None) -> AgenticGymError:
    """The error for a status other than 200."""
    said = f"{url} answered {status}: {text[:500]}"
    if status in _WORTH_A_RETRY or status >= 500:
        error = ServerError(said)
        error.retry_after = _seconds(retry_after)
        return error
    if status in (400, 413, 422) and _TOO_LONG.search(text):
        return ContextOverflow(said)
    hints = {
        401: f"give the key: --api-key, api_key=, or the variable {KEY_VARIABLE}",
        403: "the key may not use this model",
        404: "look at the address (it usually ends with /v1) and the model's name",
    }
    kind = _NotServed if status == 404 else ConfigurationError
    return kind(f"{said}; {hints.get(status, 'the server does not take such a request')}")


def _seconds(retry_after: str | None) -> float:
    """What a `Retry-After` header asks for; 0 where it is missing or a date."""
    try:
        return float(retry_after or 0)
    except ValueError:
        return 0.0

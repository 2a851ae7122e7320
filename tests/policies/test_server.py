"""What goes wrong between a policy and a server is typed, and tried again where that can help."""

import gc

import pytest

from agentic_gym.errors import ConfigurationError, ContextOverflow, ServerError
from agentic_gym.policies.server import ModelServer
from chat_server import ChatServer, Raw

GOOD = {"answer": 42}


def ask(*replies, attempts=3):
    """What a request comes to when the server gives these replies in turn, and the pauses before each."""
    pauses = []
    waiting = list(replies)
    with ChatServer(lambda request: waiting.pop(0)) as server:
        connection = ModelServer(server.url, attempts=attempts, sleep=pauses.append)
        try:
            return connection.post("chat/completions", {}, lambda reply: reply["answer"]), pauses
        except Exception as error:
            return error, pauses


@pytest.mark.parametrize(
    "trouble",
    [
        Raw(429),
        Raw(500, b"oops"),
        Raw(503),
        Raw(200, b'{"answer": 4', missing=50),
        Raw(200, b"<html>"),
        Raw(200, b"[]"),
        {"error": "overloaded"},
    ],
    ids=["429", "500", "503", "half a stream", "no JSON", "no object", "no reply"],
)
def test_passing_trouble_is_tried_again_and_lasting_trouble_is_an_error(trouble):
    assert ask(trouble, trouble, GOOD) == (42, [0.5, 1.0])
    error, pauses = ask(trouble, trouble, trouble)
    assert isinstance(error, ServerError)
    assert len(pauses) == 2


def test_a_server_is_left_alone_for_as_long_as_it_asks():
    assert ask(Raw(429, headers={"Retry-After": "7"}), GOOD) == (42, [7.0])
    assert ask(Raw(429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), GOOD) == (42, [0.5])


@pytest.mark.parametrize(("status", "hint"), [(401, "OPENAI_API_KEY"), (404, "/v1"), (400, "request")])
def test_a_refusal_is_not_tried_again_and_says_what_to_do(status, hint):
    error, pauses = ask(Raw(status, b"no"))
    assert isinstance(error, ConfigurationError)
    assert hint in str(error)
    assert pauses == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"code": "context_length_exceeded"}}',
        b"This model's maximum context length is 512 tokens. However, you requested 600",
    ],
)
def test_a_prompt_that_is_too_long_is_an_overflow(body):
    error, pauses = ask(Raw(400, body))
    assert isinstance(error, ContextOverflow)
    assert pauses == []


def test_a_server_that_is_not_there_is_an_error():
    with ChatServer(lambda request: GOOD) as server:
        url = server.url
    with pytest.raises(ServerError, match="no whole reply"):
        ModelServer(url, attempts=1).models()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ConfigurationError, match="http://127.0.0.1:8000/v1"):
        ModelServer("localhost:8000")


def test_the_key_is_sent_and_the_environments_is_the_default(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    with ChatServer(lambda request: GOOD) as server:
        for key in ("given", None, ""):
            ModelServer(server.url, api_key=key).post("chat/completions", {}, dict)
        assert server.keys == ["Bearer given", "Bearer from-the-environment", None]


def test_connections_close_once_nobody_holds_the_server():
    connection = ModelServer("http://127.0.0.1:9/v1")
    client = connection._client
    del connection
    gc.collect()
    assert client.is_closed

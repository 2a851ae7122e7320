"""A server on the loopback that speaks OpenAI's API; the model behind it is the test's own function."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = dict[str, Any]


@dataclass
class Raw:
    """A reply as it goes over the wire; with `missing` bytes of its body it is half a stream."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    missing: int = 0


def completion(message: JSON, **more: Any) -> JSON:
    usage = {"prompt_tokens": 11, "completion_tokens": 5}
    return {"choices": [{"message": message, "finish_reason": "stop", **more}], "usage": usage}


class ChatServer:
    """Answers `/v1/chat/completions` with what `model` makes of the request, and keeps the requests."""

    def __init__(self, model: Callable[[JSON], JSON | Raw], cards: list[JSON] | None = None) -> None:
        self.requests: list[JSON] = []
        self.keys: list[str | None] = []
        server = self
        listed = [{"id": "tiny"}] if cards is None else cards

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.reply(Raw(404) if not listed else {"data": listed})

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(request)
                server.keys.append(self.headers.get("Authorization"))
                self.reply(model(request))

            def reply(self, reply: JSON | Raw) -> None:
                raw = reply if isinstance(reply, Raw) else Raw(body=json.dumps(reply).encode())
                self.send_response(raw.status)
                for name, value in raw.headers.items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.send_header("Content-Length", str(len(raw.body) + raw.missing))
                self.end_headers()
                self.wfile.write(raw.body)

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "ChatServer":
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

"""The attached streams of a container: a connection to the engine, read and written without waiting."""

import os
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from agentic_gym.sandboxes.docker.inside.wire import FrameReader, Kind, frame

_CHUNK: Final = 1 << 18
_STDOUT, _STDERR = 1, 2
_ENGINE_HEADER: Final = struct.Struct(">BxxxI")
_MOST_ENGINE_BYTES: Final = 1 << 24
_LOG_BYTES: Final = 4000

_NOT_NOW: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class StreamLost(Exception):
    """The stream has ended, or holds what no engine sends."""


class AttachedStream:
    """Frames to and from a container's supervisor.

    The engine wraps what a container writes in headers of its own, which tell output from errors (Docker's
    API, "attach to a container", stream format). Output holds the supervisor's frames; errors are a log.
    """

    def __init__(self, connection: Any) -> None:
        """Takes over what `docker.APIClient.attach_socket` returned, right after attaching."""
        self._connection = connection  # its buffers hold nothing yet: the container has not started
        self._socket: socket.socket = getattr(connection, "_sock", connection)
        self._socket.setblocking(False)
        self._received = bytearray()
        self._frames = FrameReader()
        self._outgoing = bytearray()
        self._log = bytearray()

    def fileno(self) -> int:
        """For poll."""
        return self._socket.fileno()

    @property
    def log(self) -> str:
        """The end of what the container wrote to its standard error."""
        return self._log.decode("utf-8", "replace").strip()

    @property
    def unsent(self) -> bool:
        """Whether something posted still waits."""
        return bool(self._outgoing)

    @property
    def decrypted(self) -> bool:
        """Whether bytes were received that poll does not know of."""
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def post(self, kind: Kind, content: bytes | memoryview = b"") -> None:
        """Sends a frame, as far as the connection takes it now; `flush` sends the rest.

        Raises:
            StreamLost: the connection is gone.
        """
        self.post_bytes(frame(kind, content))

    def post_bytes(self, data: bytes) -> None:
        """Sends bytes as they are; see `post`."""
        self._outgoing += data
        self.flush()

    def flush(self) -> None:
        """Sends what waits, as far as the connection takes it now.

        Raises:
            StreamLost: the connection is gone.
        """
        try:
            while self._outgoing:
                with memoryview(self._outgoing) as view:
                    sent = self._socket.send(view[:_CHUNK])
                del self._outgoing[:sent]
        except _NOT_NOW:
            return
        except OSError as error:
            raise StreamLost(str(error)) from error

    def read(self) -> Iterator[tuple[Kind, bytes]]:
        """The frames that have come, without waiting.

        Raises:
            StreamLost: the stream has ended.
            BadFrame: the supervisor sent what it does not send.
        """
        try:
            data = self._socket.recv(_CHUNK)
        except _NOT_NOW:
            return
        except OSError as error:
            raise StreamLost(str(error)) from error
        if not data:
            raise StreamLost("the container has ended")
        self._received += data
        yield from self._unwrap()

    def close(self) -> None:
        """Closes the connection, and with it the container's input: the supervisor ends the container."""
        with suppress(OSError):
            if response := getattr(self._connection, "_response", None):
                response.close()
            if (descriptor := self._socket.detach()) >= 0:  # others may hold the socket, and keep it open
                os.close(descriptor)

    def _unwrap(self) -> Iterator[tuple[Kind, bytes]]:
        while len(self._received) >= _ENGINE_HEADER.size:
            stream, length = _ENGINE_HEADER.unpack_from(self._received)
            if stream not in (_STDOUT, _STDERR) or length > _MOST_ENGINE_BYTES:
                raise StreamLost(f"the engine sent {length} bytes of a stream {stream}")
            end = _ENGINE_HEADER.size + length
            if len(self._received) < end:
                return
            content = bytes(memoryview(self._received)[_ENGINE_HEADER.size : end])
            del self._received[:end]
            if stream == _STDOUT:
                yield from self._frames.feed(content)
            else:
                self._log = (self._log + content)[-_LOG_BYTES:]

"""Frames of the supervisor, and the headers that the engine puts around them."""

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.sandboxes.cage.frames import pack
from agentic_gym.sandboxes.channel import Clock, Overdue, SessionGone, Violation
from agentic_gym.sandboxes.docker import channel as docker_channel
from agentic_gym.sandboxes.docker.channel import AttachedChannel
from agentic_gym.sandboxes.docker.inside.wire import MOST_BYTES, BadFrame, FrameReader, Kind, frame
from agentic_gym.sandboxes.docker.stream import AttachedStream


def wrapped(data: bytes, stream: int = 1) -> bytes:
    return struct.pack(">BxxxI", stream, len(data)) + data


@given(
    st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=200)), max_size=8),
    st.lists(st.integers(1, 50), min_size=1, max_size=20),
)
def test_frames_pass_however_they_are_cut(frames: list[tuple[Kind, bytes]], cuts: list[int]) -> None:
    data = b"".join(frame(kind, content) for kind, content in frames)
    reader, got, position, index = FrameReader(), list[tuple[Kind, bytes]](), 0, 0
    while position < len(data):
        step = cuts[index % len(cuts)]
        got += reader.feed(data[position : position + step])
        position, index = position + step, index + 1
    assert got == frames


@pytest.mark.parametrize("header", [(99, 1), (0, MOST_BYTES + 1)])
def test_what_no_supervisor_sends(header: tuple[int, int]) -> None:
    with pytest.raises(BadFrame):
        list(FrameReader().feed(struct.pack("<BI", *header)))


class TestChannel:
    @pytest.fixture
    def ends(self) -> Iterator[tuple[AttachedChannel, socket.socket]]:
        ours, theirs = socket.socketpair()
        channel = AttachedChannel(AttachedStream(ours), 2000, 10**6)
        yield channel, theirs
        channel.close()
        theirs.close()

    def clock(self) -> Clock:
        return Clock(2.0, 0.0, lambda: None)

    def test_a_reply_after_what_was_printed(self, ends: tuple[AttachedChannel, socket.socket]) -> None:
        channel, theirs = ends
        reply = pack({"id": 3, "status": "ok"})
        content = frame(Kind.PRINTED, b"hello ") + frame(Kind.PRINTED, b"you") + frame(Kind.DATA, reply)
        for byte in wrapped(b"a warning", 2) + wrapped(content[:7]) + wrapped(content[7:]):
            theirs.send(bytes([byte]))
        message, pictures = channel.receive(3, 0, self.clock())
        assert message == {"id": 3, "status": "ok"}
        assert pictures == []
        assert channel.output.take(0) == "hello you"
        assert channel.log == "a warning"

    def test_last_words(self, ends: tuple[AttachedChannel, socket.socket]) -> None:
        channel, theirs = ends
        theirs.send(wrapped(frame(Kind.ENDED, json.dumps({"status": 9, "memory": True}).encode())))
        with pytest.raises(SessionGone):
            channel.receive(1, 0, self.clock())
        assert channel.ended == {"status": 9, "memory": True}
        assert not channel.lost

    def test_last_words_are_heard_on_a_stream_that_takes_no_more(
        self, ends: tuple[AttachedChannel, socket.socket]
    ) -> None:
        channel, theirs = ends
        theirs.send(wrapped(frame(Kind.PRINTED, b"before")))
        theirs.send(wrapped(frame(Kind.ENDED, json.dumps({"status": 11, "memory": False}).encode())))
        theirs.close()
        with pytest.raises(SessionGone):
            channel.send({"id": 1}, [], self.clock())
        assert channel.ended == {"status": 11, "memory": False}
        assert channel.output.take(0) == "before"
        assert not channel.lost

    def test_a_stream_that_takes_no_more_and_says_nothing_is_lost(
        self, ends: tuple[AttachedChannel, socket.socket]
    ) -> None:
        channel, theirs = ends
        theirs.close()
        with pytest.raises(SessionGone):
            channel.send({"id": 1}, [], self.clock())
        assert channel.lost

    def test_a_stream_that_ends_without_a_word(self, ends: tuple[AttachedChannel, socket.socket]) -> None:
        channel, theirs = ends
        theirs.shutdown(socket.SHUT_RDWR)
        with pytest.raises(SessionGone):
            channel.receive(1, 0, self.clock())
        assert channel.lost

    @pytest.mark.parametrize(
        "data",
        [
            wrapped(frame(Kind.ENDED, b"no json")),
            wrapped(frame(Kind.ENDED, b"[" * MOST_BYTES)),
            wrapped(b"\xff" * 9),
        ],
    )
    def test_nonsense_is_a_violation(self, ends: tuple[AttachedChannel, socket.socket], data: bytes) -> None:
        channel, theirs = ends
        theirs.send(data)
        with pytest.raises(Violation):
            channel.receive(1, 0, self.clock())

    def test_a_stream_of_no_engine(self, ends: tuple[AttachedChannel, socket.socket]) -> None:
        channel, theirs = ends
        theirs.send(b"HTTP/1.1 500 Internal Server Error\r\n")
        with pytest.raises(SessionGone, match="the engine sent"):
            channel.receive(1, 0, self.clock())

    def test_one_that_answers_while_it_is_still_being_asked_fills_no_memory(
        self, ends: tuple[AttachedChannel, socket.socket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(docker_channel, "_MOST_WAITING", 1 << 20)
        channel, theirs = ends
        flood = wrapped(frame(Kind.DATA, bytes(MOST_BYTES)))

        def answer() -> None:
            with suppress(OSError):  # the channel has been closed
                while True:
                    theirs.sendall(flood)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Violation, match="nobody had asked for"):
            channel.send({"code": "x" * (8 << 20)}, [], Clock(10.0, 0.0, lambda: None))
        assert len(channel._data) <= 1 << 20
        channel.close()
        thread.join()

    def test_a_container_that_does_not_read_runs_out_of_time(
        self, ends: tuple[AttachedChannel, socket.socket]
    ) -> None:
        channel, _ = ends
        started = time.monotonic()
        with pytest.raises(Overdue):
            channel.send({"code": "x" * (8 << 20)}, [], Clock(0.2, 0.0, lambda: None))
        assert time.monotonic() - started < 1

    def test_closing_leaves_no_descriptor(self) -> None:
        before = os.listdir("/proc/self/fd")
        ours, theirs = socket.socketpair()
        channel = AttachedChannel(AttachedStream(ours), 2000, 10**6)
        channel.close()
        channel.close()
        assert theirs.recv(1) == b""
        theirs.close()
        assert os.listdir("/proc/self/fd") == before

"""The trainer's end of a session, against peers that break every rule."""

import os
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from agentic_gym.sandboxes.cage.frames import LENGTH, pack
from agentic_gym.sandboxes.channel import Channel, Clock, Output, Overdue, SessionGone, Violation

NESTED = b"\x91" * 1000 + b"\x01"
"""Lists a thousand deep: msgpack reads them, and their `repr` raises RecursionError."""


def framed(body: bytes) -> bytes:
    return LENGTH.pack(len(body)) + body


class Peer:
    """A session's end that says what the test tells it to."""

    def __init__(self) -> None:
        ours, self.control = socket.socketpair()
        read, self.output = os.pipe()
        self.channel = Channel(ours, read, most_chars=100, most_pixels=1000)

    def close(self) -> None:
        self.channel.close()
        self.control.close()
        os.close(self.output)


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def clock(seconds: float = 1.0) -> Clock:
    return Clock(seconds, 0.05, lambda: None)


def test_a_reply_with_a_picture(peer: Peer) -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    peer.control.sendall(pack({"id": 5, "images": [[2, 3]]}) + pixels.tobytes())
    message, images = peer.channel.receive(5, 1, clock())
    assert message["id"] == 5
    np.testing.assert_array_equal(images[0], pixels)


def test_bytes_that_come_one_by_one(peer: Peer) -> None:
    data = pack({"id": 5, "images": [[1, 1]]}) + b"abc"

    def drip() -> None:
        for byte in data:
            peer.control.send(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    _, images = peer.channel.receive(5, 1, clock())
    thread.join()
    assert images[0].tobytes() == b"abc"


@pytest.mark.parametrize(
    "data",
    [
        LENGTH.pack(2**32 - 1),
        LENGTH.pack(8 * 100 + (1 << 16) + 1),
        LENGTH.pack(3) + b"\xc1\xc1\xc1",
        pack({"id": 4}),
        pack({}),
        pack({"id": 5, "images": "no list"}),
        pack({"id": 5, "images": [[1, 1]] * 3}),
        pack({"id": 5, "images": [[1001, 1]]}),
        pack({"id": 5, "images": [[2**62, 2**62]]}),
        pack({"id": 5, "images": [[0, 5]]}),
        pack({"id": 5, "images": [[1.0, 1]]}),
        pack({"id": 5, "images": [[1, 1, 3]]}),
        pack({"id": b"x" * 60_000}),
        pack({"id": 5, "images": [b"x" * 60_000]}),
        framed(b"\x81\xa2id" + NESTED),
        framed(b"\x82\xa2id\x05\xa6images" + NESTED),
    ],
)
def test_violations_allocate_nothing(peer: Peer, data: bytes) -> None:
    peer.control.sendall(data)
    with pytest.raises(Violation) as caught:
        peer.channel.receive(5, 2, clock())
    assert len(str(caught.value)) < 200


def test_the_end_of_the_stream(peer: Peer) -> None:
    peer.control.sendall(LENGTH.pack(100) + b"half")
    peer.control.shutdown(socket.SHUT_RDWR)
    with pytest.raises(SessionGone):
        peer.channel.receive(5, 0, clock())


def test_a_clock_interrupts_once_and_then_gives_up(peer: Peer) -> None:
    interrupts: list[int] = []
    with pytest.raises(Overdue):
        peer.channel.receive(5, 0, Clock(0.05, 0.05, lambda: interrupts.append(1)))
    assert interrupts == [1]


def test_a_peer_that_reads_nothing(peer: Peer) -> None:
    picture = np.zeros((1000, 1000, 3), np.uint8)
    with pytest.raises(Overdue):
        peer.channel.send({"id": 1}, [picture], clock(0.05))


def test_output_is_read_while_waiting(peer: Peer) -> None:
    def flood() -> None:
        for _ in range(100):
            os.write(peer.output, b"x" * 4096)  # more than a pipe holds
        peer.control.sendall(pack({"id": 5}))

    thread = threading.Thread(target=flood)
    thread.start()
    peer.channel.receive(5, 0, clock(5.0))
    thread.join()
    peer.channel.output.drain()
    text = peer.channel.output.take(dropped=0)
    assert text == "x" * 100 + f"\n[{100 * 4096 - 100} more bytes were printed and not kept]"


def test_each_cell_begins_with_empty_output() -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)
    output = Output(read, most_chars=10)
    os.write(write, "été\n".encode())
    output.drain()
    assert output.take(dropped=0) == "été\n"
    assert output.take(dropped=0) == ""
    os.close(read)
    os.close(write)

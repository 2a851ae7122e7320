"""Frames: what goes in comes out, and what is no frame is refused."""

import contextlib
import os

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.sandboxes.cage.frames import LENGTH, FrameError, pack, read_exactly, unpack, write_all


def test_a_frame_is_its_length_and_its_map() -> None:
    frame = pack({"id": 1, "code": "x"})
    (length,) = LENGTH.unpack(frame[: LENGTH.size])
    assert length == len(frame) - LENGTH.size
    assert unpack(frame[LENGTH.size :]) == {"id": 1, "code": "x"}


@given(st.text(st.characters()))
def test_any_text_of_the_trainer_arrives(code: str) -> None:
    assert unpack(pack({"code": code})[LENGTH.size :], trusted=True) == {"code": code}


@given(st.binary())
def test_any_bytes_are_a_map_or_an_error(body: bytes) -> None:
    with contextlib.suppress(FrameError):
        assert isinstance(unpack(body), dict)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        msgpack.packb([1]),
        msgpack.packb({1: 2}),
        msgpack.packb({b"id": 2}),
        msgpack.packb({"text": "\ud800"}, unicode_errors="surrogatepass"),
        b"\x91" * 10_000,
        b"\xdf\xff\xff\xff\xff",
        pack({"id": 1}),
    ],
)
def test_what_no_worker_sends(body: bytes) -> None:
    with pytest.raises(FrameError):
        unpack(body)


def test_reading_to_the_end_of_the_stream() -> None:
    read, write = os.pipe()
    write_all(write, b"abcdef")
    os.close(write)
    assert bytes(read_exactly(read, 4) or b"") == b"abcd"
    assert read_exactly(read, 4) is None
    os.close(read)

"""Pictures of any shape come through as they are, whatever strips they are sent in."""

import os
import threading

import numpy as np
import pytest
from PIL import Image

from agentic_gym.sandboxes.cage import pictures
from agentic_gym.sandboxes.cage.frames import write_all
from agentic_gym.sandboxes.cage.pictures import receive_picture, send_picture

ROW = pictures._STRIP_BYTES // 3
"""Pixels of a strip."""


def through_a_pipe(source: bytes, shape: tuple[int, int]) -> Image.Image | None:
    read, write = os.pipe()

    def send() -> None:
        write_all(write, source)
        os.close(write)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        return receive_picture(read, shape[1], shape[0])
    finally:
        thread.join()
        os.close(read)


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, ROW + 7), (3, ROW + 1), (ROW + 5, 1), (7, ROW // 3), (6, ROW // 3), (1000, 777)]
)
def test_there_and_back(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(shape).integers(0, 256, (*shape, 3), dtype=np.uint8)
    picture = through_a_pipe(pixels.tobytes(), shape)
    assert picture is not None
    assert (np.asarray(picture) == pixels).all()
    read, write = os.pipe()
    back = bytearray()

    def receive() -> None:
        while data := os.read(read, 1 << 16):
            back.extend(data)

    thread = threading.Thread(target=receive)
    thread.start()
    send_picture(write, picture)
    os.close(write)
    thread.join()
    os.close(read)
    assert back == pixels.tobytes()


def test_a_stream_that_ends_early_gives_no_picture() -> None:
    assert through_a_pipe(bytes(3 * 10 * 9), (10, 10)) is None


def test_without_memory_the_bytes_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Image.new

    def refuse(mode: str, size: tuple[int, int], color: object = 0) -> Image.Image:
        if color is None:
            raise MemoryError
        return new(mode, size)

    monkeypatch.setattr(pictures.Image, "new", refuse)
    assert through_a_pipe(bytes(3 * 2000 * 2000), (2000, 2000)) is None

"""How a value is measured on pixels; these functions run in the sandbox, on the original.

Each stands on its own, since its source is what an oracle writes: it uses `np` and its arguments.
"""

import numpy as np
from PIL import Image


def edges(
    image: Image.Image, x: float, top: float, bottom: float, colour: tuple[int, int, int], least: int
) -> list[float]:
    """First and last edge of a colour in the column x, between two heights, in pixels.

    Fewer than `least` pixels in a row are no mark: where two colours meet, they may mix to a third.
    """
    column = np.asarray(image.crop((round(x), round(top), round(x) + 1, round(bottom))))[:, 0].astype(int)
    rows = np.flatnonzero(np.abs(column - np.array(colour)).max(axis=1) < 24)
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    marks = [run for run in runs if len(run) >= least]
    return [float(round(top) + marks[0][0]), float(round(top) + marks[-1][-1] + 1)]


def arc(
    image: Image.Image, x: float, y: float, reach: float, colours: list[tuple[int, int, int]], asked: int
) -> list[float]:
    """The share of a circle, of 0 to 1, that the longest arc has on which one of the colours is nearest."""
    turns = np.linspace(0, 2 * np.pi, 40000, endpoint=False)
    columns, rows = (x + reach * np.cos(turns)).astype(int), (y + reach * np.sin(turns)).astype(int)
    seen = np.asarray(image)[rows, columns].astype(int)
    away = np.abs(seen[:, None] - np.array(colours)[None]).sum(axis=2)
    is_asked = away.argmin(axis=1) == asked
    # Turned to begin outside the arc, so that none is cut in two.
    places = np.flatnonzero(np.roll(is_asked, -int(np.flatnonzero(~is_asked)[0])))
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [max(map(len, runs)) / len(turns)]


def height_on_bar(
    image: Image.Image, x: float, y: float, bar_x: float, top: float, bottom: float
) -> list[float]:
    """The height at which a colour bar has the colour of a place."""
    pixels = np.asarray(image).astype(int)
    bar = pixels[round(top) : round(bottom), round(bar_x)]
    away = np.abs(bar - pixels[round(y), round(x)]).sum(axis=1)
    return [float(round(top) + np.flatnonzero(away == away.min()).mean() + 0.5)]


def blobs(
    image: Image.Image, box: tuple[int, int, int, int], colour: tuple[int, int, int], least: int
) -> list[float]:
    """How many separate spots of a colour, of at least so many pixels, a part of the picture has."""
    part = np.asarray(image.crop(box)).astype(int)
    left = {(int(y), int(x)) for y, x in np.argwhere(np.abs(part - np.array(colour)).max(axis=2) < 24)}
    found = 0
    while left:
        waiting, size = [left.pop()], 0
        while waiting:
            y, x = waiting.pop()
            size += 1
            for near in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if near in left:
                    left.remove(near)
                    waiting.append(near)
        found += size >= least
    return [float(found)]

"""What a cell shows: text to the output, pictures to the reply, as a notebook does."""

from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image


class Display:
    """Collects the pictures of one cell at a time.

    Attributes:
        pictures: what was shown since `clear`, in order, in mode RGB.
        dropped: how many more were shown than the limit allows.
    """

    def __init__(self, most_pictures: int, most_pixels: int) -> None:
        """Limits: pictures a cell, and width × height of one picture."""
        self._most_pictures = most_pictures
        self._most_pixels = most_pixels
        self.clear()

    def clear(self) -> None:
        """Forgets what was shown: a new cell begins."""
        self.pictures: list[Image.Image] = []
        self.dropped = 0

    def install(self) -> None:
        """Makes `plt.show()`, `figure.show()` and `image.show()` show here."""
        pyplot.show = lambda *args, **kwargs: self.show_figures()
        Figure.show = lambda figure, warn=True: self.show(figure)  # type: ignore[method-assign, assignment]
        Image.Image.show = lambda image, title=None: self.show(image)  # type: ignore[method-assign, assignment]

    def show(self, *values: object) -> None:
        """Shows each value: pictures and lists of pictures as such, anything else by its repr."""
        for value in values:
            self._show(value, copied=True)

    def show_result(self, value: object) -> None:
        """Shows the value of a cell's last expression: no line follows that could draw on the picture.

        It is not copied, which spares a large picture memory and time.
        """
        self._show(value, copied=False)

    def show_figures(self) -> None:
        """Shows every open figure of pyplot and closes it."""
        try:
            for number in pyplot.get_fignums():
                self.show(pyplot.figure(number))
        finally:  # one that cannot be drawn would fail in every cell to come
            pyplot.close("all")

    def _show(self, value: object, copied: bool) -> None:
        items = _pictures_of(value)
        for item in items:
            self._take(item, copied)
        if not items:
            print(repr(value))

    def _take(self, item: Any, copied: bool) -> None:
        if isinstance(item, Figure):
            width, height = (int(side) for side in item.get_size_inches() * item.dpi)
        else:
            width, height = item.size
        if len(self.pictures) >= self._most_pictures:
            self.dropped += 1
        elif not 0 < width * height <= self._most_pixels:
            print(f"[a picture of {width}×{height} pixels is not shown: at most {self._most_pixels} pixels]")
        else:
            self.pictures.append(_draw(item) if isinstance(item, Figure) else _flatten(item, copied))
        if isinstance(item, Figure):
            pyplot.close(item)


def _pictures_of(value: object) -> list[Any]:
    items = list(value) if isinstance(value, list | tuple) else [value]
    return items if all(isinstance(item, Image.Image | Figure) for item in items) else []


def _draw(figure: Figure) -> Image.Image:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    image = Image.fromarray(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    return _flatten(image, copied=False)


def _flatten(image: Image.Image, copied: bool) -> Image.Image:
    """The picture in RGB, on white where it is transparent; itself, if it may be and needs no change."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    elif image.mode == "RGB" and not copied:
        image.load()
        return image
    return image.convert("RGB")

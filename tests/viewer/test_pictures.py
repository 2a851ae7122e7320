import base64
import io

import numpy as np
from PIL import Image

from agentic_gym.messages import png_bytes
from agentic_gym.viewer.pictures import Gallery


def store(run, pixels, digit="a"):
    path = run / "images" / f"{digit * 64}.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(png_bytes(pixels))
    return f"images/{digit * 64}.png"


def decoded(source):
    kind, _, data = source.partition(";base64,")
    return kind, np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def test_small_pictures_go_in_as_they_are(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    picture = Gallery(tmp_path / "report.html").add(tmp_path, store(tmp_path, pixels), "image_1")
    assert (picture.name, picture.width, picture.height) == ("image_1", 30, 20)
    kind, shown = decoded(picture.source)
    assert kind == "data:image/png"
    assert (shown == pixels).all()


def test_large_pictures_are_compressed_and_keep_their_print(tmp_path):
    rows, columns = np.mgrid[:600, :800]
    grain = np.random.default_rng(0).integers(0, 8, (600, 800, 3))
    smooth = (np.stack([rows // 3, columns // 4, (rows + columns) // 6], axis=-1) + grain).astype(np.uint8)
    stored = store(tmp_path, smooth)
    picture = Gallery(tmp_path / "report.html").add(tmp_path, stored, "image_1")
    kind, shown = decoded(picture.source)
    assert kind == "data:image/jpeg"
    assert len(picture.source) < (tmp_path / stored).stat().st_size
    assert np.abs(shown.astype(int) - smooth.astype(int)).mean() < 8


def test_a_picture_that_cannot_be_read_is_missing(tmp_path):
    stored = store(tmp_path, np.zeros((4, 4, 3), np.uint8))
    (tmp_path / stored).write_bytes(b"not a picture")
    gallery = Gallery(tmp_path / "report.html")
    assert gallery.add(tmp_path, stored, "image_1").source == ""
    assert gallery.add(tmp_path, f"images/{'b' * 64}.png", "image_2").source == ""


def test_links_are_relative_and_quoted(tmp_path):
    run = tmp_path / "my runs" / "50% #1"
    run.mkdir(parents=True)
    stored = store(run, np.zeros((4, 4, 3), np.uint8))
    gallery = Gallery(tmp_path / "reports" / "report.html", budget=0)
    assert gallery.add(run, stored, "image_1").source == f"../my%20runs/50%25%20%231/{stored}"
    assert gallery.linked == 1

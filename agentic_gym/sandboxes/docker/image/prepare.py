"""Last step of building the image: everything imports, and matplotlib's list of fonts is stored.

Without the list every container would search for fonts anew, which takes longer than all the rest.
"""

import importlib
import os
import sys

FONTS = "/opt/agentic-gym/matplotlib"
PACKAGES = ("msgpack", "numpy", "sympy", "PIL.Image", "matplotlib.pyplot")


def main() -> None:
    """Imports each package once; exits with a message where the list was not stored."""
    os.makedirs(FONTS, exist_ok=True)
    os.environ["MPLCONFIGDIR"] = FONTS
    for name in PACKAGES:
        importlib.import_module(name)
    if not any(file.startswith("fontlist") for file in os.listdir(FONTS)):
        sys.exit(f"matplotlib stored no list of fonts in {FONTS}")


if __name__ == "__main__":
    main()

"""What runs in the container, beside `sandboxes.cage`: sent to it at its start, never part of an image.

These modules import each other, `sandboxes.cage` and the standard library, and nothing else of this package.
"""

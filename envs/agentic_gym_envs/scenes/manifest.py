"""The promises of a scene, checked on its manifest before it is handed out."""

from collections.abc import Sequence

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym_envs.scenes.base import (
    MIN_ANCHOR_SHOWN_PX,
    MIN_CONTRAST,
    MIN_EMBLEM_SHOWN_PX,
    Box,
    Scene,
    SceneItem,
    Size,
    shown_px,
)


def check_manifest(scene: Scene, items: Sequence[SceneItem], size: Size) -> None:
    """Refuse a scene that breaks the contract: an error here is a bug of its template.

    Raises:
        ContractError: A text or emblem is missing, drawn twice, outside the picture, too faint, or
            covered; an anchor is missing, too small, or its phrase names two things.
    """
    _same(scene, "texts", [(p.item, p.field, p.text) for p in scene.placed], _texts(items))
    _same(scene, "emblems", [e.item for e in scene.emblems], [i.key for i in items if i.emblem is not None])
    _same(scene, "anchors", [a.item for a in scene.anchors], [item.key for item in items])
    phrases = [anchor.phrase for anchor in scene.anchors]
    if len(set(phrases)) != len(phrases):
        raise ContractError(f"scene {scene.template!r} uses an anchor phrase twice: {sorted(phrases)}")
    for anchor in scene.anchors:
        _check_side(scene, f"the anchor of {anchor.item!r}", anchor.box, size, MIN_ANCHOR_SHOWN_PX)
    for emblem in scene.emblems:
        _check_side(scene, f"the emblem of {emblem.item!r}", emblem.box, size, MIN_EMBLEM_SHOWN_PX)
    for text in scene.placed:
        if text.contrast < MIN_CONTRAST:
            raise ContractError(
                f"scene {scene.template!r} draws {text.text!r} at a contrast of {text.contrast:.1f}, "
                f"below {MIN_CONTRAST}: give it a plainer background"
            )
    _check_boxes(scene, size)
    _check_belonging(scene)


def _texts(items: Sequence[SceneItem]) -> list[tuple[str, str, str]]:
    return [(item.key, field, text) for item in items for field, text in item.texts.items()]


def _same(scene: Scene, what: str, got: Sequence[object], expected: Sequence[object]) -> None:
    if sorted(map(repr, got)) != sorted(map(repr, expected)):
        odd = set(map(repr, got)) ^ set(map(repr, expected))
        raise ContractError(
            f"scene {scene.template!r}: {what} asked for and drawn differ in {sorted(odd)[:4]}"
        )


def _check_side(scene: Scene, what: str, box: Box, size: Size, least: float) -> None:
    side = shown_px(min(box[2] - box[0], box[3] - box[1]), size)
    if side < least:
        raise ContractError(
            f"scene {scene.template!r}: {what} is {side:.0f} px when shown, at least {least:.0f}"
        )


def _check_boxes(scene: Scene, size: Size) -> None:
    entries = [(p.text, p.box) for p in scene.placed] + [
        (f"emblem of {e.item}", e.box) for e in scene.emblems
    ]
    boxes = np.array([box for _, box in entries] + [anchor.box for anchor in scene.anchors]).reshape(-1, 4)
    if boxes[:, :2].min() < 0 or (boxes[:, 2:].max(axis=0) > size).any():
        raise ContractError(f"scene {scene.template!r} draws something outside the picture")
    drawn = boxes[: len(entries)]
    starts = np.maximum(drawn[:, None, :2], drawn[None, :, :2])
    ends = np.minimum(drawn[:, None, 2:], drawn[None, :, 2:])
    overlaps = np.triu((ends > starts).all(axis=2), k=1)
    for first, second in np.argwhere(overlaps):
        raise ContractError(
            f"scene {scene.template!r} draws {entries[first][0]!r} and {entries[second][0]!r} over each other"
        )


def _check_belonging(scene: Scene) -> None:
    whole = {anchor.item: anchor.box for anchor in scene.anchors}
    parts = [(p.item, p.box, p.text) for p in scene.placed] + [
        (e.item, e.box, "emblem") for e in scene.emblems
    ]
    for item, box, what in parts:
        left, top, right, bottom = whole[item]
        if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
            raise ContractError(
                f"scene {scene.template!r} draws {what!r} of {item!r} outside its anchor: enlarge the anchor"
            )

"""Trajectories on disk: append-only JSON lines, pictures once each under the hash of their content.

::

    FOLDER/episodes.jsonl          one line an episode, in the order in which they ended
    FOLDER/images/<sha256>.png     every picture that an agent was shown

A line is written whole and flushed to the disk before `append` returns, after its pictures. A run that
is killed leaves at most one half line, which the next run cuts off: nothing finished is lost, and
nothing half-written is ever read back.
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from agentic_gym.errors import RecordError
from agentic_gym.messages import ImagePart, JSONObject, Malformed, Message, TextPart, png_bytes
from agentic_gym.trajectories.records import Trajectory, Turn
from agentic_gym.trajectories.tokens import ImageSpan, TurnTokens, common_length

EPISODES = "episodes.jsonl"
IMAGES = "images"


class TrajectoryStore:
    """A folder that one run appends to. Threads may share it; a second process is refused.

    Args:
        folder: made if it is not there.

    Raises:
        RecordError: another process is writing to the folder, or it cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        try:
            (folder / IMAGES).mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = (folder / EPISODES).open("ab+")
        except OSError as error:
            raise RecordError(f"{folder} cannot hold a run: {error}; give another folder") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise RecordError(
                f"another run is writing to {folder}; wait for it, or give another folder"
            ) from None
        self._cut_half_line()

    def append(self, fields: JSONObject, trajectory: Trajectory) -> None:
        """Keeps an episode.

        Args:
            fields: what the run says of the episode, merged over the trajectory's own record.
            trajectory: the finished episode.
        """
        record = {**self._record(trajectory), **fields}
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Lets another run write. May be called again."""
        self._file.close()

    def __enter__(self) -> "TrajectoryStore":
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the store."""
        self.close()

    def _cut_half_line(self) -> None:
        """Removes what a killed run left behind the last line's end."""
        self._file.seek(0)
        whole = 0
        for line in self._file:
            if line.endswith(b"\n"):
                whole += len(line)
        self._file.truncate(whole)
        self._file.seek(0, os.SEEK_END)

    def _record(self, trajectory: Trajectory) -> JSONObject:
        return {
            "task_id": trajectory.task_id,
            "tags": sorted(trajectory.tags),
            "protocol": trajectory.protocol,
            "stop_reason": trajectory.stop_reason,
            "answer": trajectory.answer,
            "measures": dict(trajectory.measures),
            "isolation": trajectory.isolation,
            "isolation_layers": trajectory.isolation_layers,
            "system_prompt": trajectory.system_prompt,
            "prompt": self._parts(trajectory.prompt),
            "turns": [self._turn(turn) for turn in trajectory.turns],
            **_identity(trajectory),
            **_token_records(trajectory.tokens),
        }

    def _turn(self, turn: Turn) -> JSONObject:
        reward = {} if turn.reward is None else {"reward": turn.reward}
        waited = {"policy_seconds": round(turn.policy_seconds, 4)} if turn.policy_seconds else {}
        return {
            **reward,
            **waited,
            "action": turn.text,
            "mistake": turn.action.mistake if isinstance(turn.action, Malformed) else None,
            "calls": [
                {
                    "name": result.call.name,
                    "arguments": result.call.arguments,
                    "status": result.status,
                    "detail": result.detail,
                }
                for result in turn.results
            ],
            "observation": self._parts(turn.observation) if turn.observation else [],
            "seconds": round(turn.seconds, 4),
        }

    def _parts(self, message: Message) -> list[JSONObject]:
        return [
            {"text": part.text}
            if isinstance(part, TextPart)
            else {"name": part.name, "image": self._keep(part)}
            for part in message.parts
        ]

    def _keep(self, image: ImagePart) -> str:
        """Writes a picture once, whole or not at all, and gives its path within the folder."""
        height, width = image.pixels.shape[:2]
        digest = hashlib.sha256(f"{height}x{width}:".encode() + image.pixels.tobytes()).hexdigest()
        relative = f"{IMAGES}/{digest}.png"
        path = self.folder / relative
        if not path.exists():
            partial = path.with_suffix(f".{threading.get_ident()}.part")
            partial.write_bytes(png_bytes(image.pixels))
            partial.replace(path)
        return relative


def read_tokens(record: JSONObject) -> tuple[TurnTokens, ...]:
    """The tokens of a record's turns, as the policy gave them; empty where it gave none.

    Raises:
        RecordError: what the record says of tokens is damaged.
    """
    turns: list[TurnTokens] = []
    try:
        for entry in record.get("tokens", ()):
            kept = turns[-1].ids[: entry["kept"]] if turns else ()
            spans = tuple(ImageSpan(*span) for span in entry["images"])
            prompt = (*kept, *entry["prompt"])
            turns.append(TurnTokens(prompt, tuple(entry["sampled"]), tuple(entry["logprobs"]), spans))
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"the tokens of an episode are damaged: {type(error).__name__} {error}") from None
    return tuple(turns)


def read_episodes(folder: Path) -> Iterator[dict[str, Any]]:
    """The records of a folder, in order; a half-written last line is passed over.

    Raises:
        RecordError: there are no episodes, or a whole line is not a JSON object.
    """
    path = folder / EPISODES
    if not path.exists():
        raise RecordError(
            f"{folder} holds no run: there is no {EPISODES} in it; make one with `agentic-gym eval`"
        )
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return
            try:
                record = json.loads(line)
            except ValueError as error:
                raise RecordError(f"line {number} of {path} is damaged: {error}") from None
            if not isinstance(record, dict):
                raise RecordError(f"line {number} of {path} is not an episode: {line[:80]!r}")
            yield record


def _identity(trajectory: Trajectory) -> JSONObject:
    fields = {
        "reward_components": dict(trajectory.reward_components),
        "episode_id": trajectory.episode_id,
        "group_id": trajectory.group_id,
    }
    return {name: value for name, value in fields.items() if value}


def _token_records(turns: tuple[TurnTokens, ...]) -> JSONObject:
    """A record for each turn; of its prompt only what follows the tokens that the turn before had too."""
    records = []
    before: tuple[int, ...] = ()
    for turn in turns:
        kept = common_length(before, turn.prompt)
        records.append(
            {
                "kept": kept,
                "prompt": turn.prompt[kept:],
                "sampled": turn.sampled,
                "logprobs": turn.logprobs,
                "images": [(span.start, span.stop) for span in turn.images],
            }
        )
        before = turn.ids
    return {"tokens": records} if records else {}

"""A stored episode as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic_gym.blocks import Block, BlockKind, blocks, show_controls
from agentic_gym.messages import ToolStatus
from agentic_gym.viewer.pictures import Gallery, Picture

_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that was run: its tool, and whether it went well."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the conversation.

    Attributes:
        speaker: `agent` or `environment`.
        turn: number of the action, from 1; 0 for the prompt.
        blocks: what it says and shows, in order.
        calls: of an environment's entry, the calls whose results it gives.
        mistake: of an agent's entry, what was wrong with its form; empty where nothing was.
    """

    speaker: str
    turn: int
    blocks: Sequence[Block | Picture]
    calls: Sequence[Call] = ()
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of the page.

    Attributes:
        anchor: its id within the page.
        status: `success`, `failure` or `unscored`.
        question: the last text of the prompt, shortened.
        components: the rubric's values by name.
        words: what the page's search looks through, in lower case.
    """

    anchor: str
    task_id: str
    status: str
    question: str
    template: str
    tags: Sequence[str]
    stop_reason: str
    reward: float
    components: Mapping[str, float]
    answer: str | None
    reference: str
    turns: int
    calls: int
    seconds: float
    isolation: str
    system_prompt: str
    entries: Sequence[Entry]
    words: str


def read_episode(record: Mapping[str, Any], anchor: str, run: Path, gallery: Gallery) -> Episode:
    """An episode from its record.

    Args:
        record: a line of `episodes.jsonl`, written by an evaluation.
        anchor: its id within the page.
        run: the run's folder.
        gallery: where its pictures go.
    """
    prompt = _blocks(record["prompt"], run, gallery)
    entries = [Entry("environment", 0, prompt)]
    for number, turn in enumerate(record["turns"], 1):
        entries.append(Entry("agent", number, blocks([turn["action"]]), mistake=turn["mistake"] or ""))
        seen = _blocks(turn["observation"], run, gallery)
        if seen:
            entries.append(Entry("environment", number, seen, [_call(each) for each in turn["calls"]]))
    question = _question(prompt)
    answer = record["answer"]
    status = "unscored" if not record["scored"] else "success" if record["is_success"] else "failure"
    return Episode(
        anchor=anchor,
        task_id=record["task_id"],
        status=status,
        question=question,
        template=record["template"],
        tags=record["tags"],
        stop_reason=record["stop_reason"],
        reward=record["reward"],
        components=record["reward_components"],
        answer=None if answer is None else show_controls(answer),
        reference=record["reference"],
        turns=record["n_turns"],
        calls=record["n_calls"],
        seconds=record["seconds"],
        isolation=record["isolation"],
        system_prompt=record["system_prompt"],
        entries=entries,
        words=" ".join(
            [
                record["task_id"],
                question,
                answer or "",
                record["reference"],
                record["template"],
                *record["tags"],
            ]
        ).lower(),
    )


def _blocks(parts: Sequence[Mapping[str, str]], run: Path, gallery: Gallery) -> list[Block | Picture]:
    return blocks(
        part["text"] if "text" in part else gallery.add(run, part["image"], part["name"]) for part in parts
    )


def _call(call: Mapping[str, Any]) -> Call:
    return Call(show_controls(call["name"]), call["status"] == ToolStatus.OK, call["detail"])


def _question(prompt: Sequence[Block | Picture]) -> str:
    texts = [block.text for block in prompt if isinstance(block, Block) and block.kind is BlockKind.TEXT]
    question = " ".join(texts[-1].split()) if texts else ""
    return question if len(question) <= _EXCERPT else question[: _EXCERPT - 1] + "…"

"""What the `bfcl-eval` wheel holds: entries, documents of functions, and the classes of the APIs.

Nothing of the wheel's evaluation is run: it calls `eval` on text and keeps instances in a module's globals.
"""

import importlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.messages import JSONObject, ToolSchema

CATEGORIES = ("base", "miss_func", "miss_param", "long_context")
"""The four multi-turn categories, in the order of the difficulties."""
INSTALL = "pip install --no-deps bfcl-eval mpmath"
"""All that the multi-turn entries need; the declared dependencies are some 150 packages more."""

_SOURCES = "bfcl_eval.eval_checker.multi_turn_eval.func_source_code"
_APIS: Mapping[str, tuple[str, str]] = {
    "GorillaFileSystem": ("gorilla_file_system", "gorilla_file_system.json"),
    "MathAPI": ("math_api", "math_api.json"),
    "MessageAPI": ("message_api", "message_api.json"),
    "TicketAPI": ("ticket_api", "ticket_api.json"),
    "TradingBot": ("trading_bot", "trading_bot.json"),
    "TravelAPI": ("travel_booking", "travel_booking.json"),
    "TwitterAPI": ("posting_api", "posting_api.json"),
    "VehicleControlAPI": ("vehicle_control", "vehicle_control.json"),
}
"""Each offline API's class with the module it stands in and the file that documents it."""
_TYPES = {"dict": "object", "float": "number"}
"""Names of types in the documents that JSON Schema has other names for."""


@dataclass(frozen=True, slots=True)
class Api:
    """One of the wheel's APIs.

    Attributes:
        kind: its class.
        schemas: of its functions, by name.
    """

    kind: type[Any]
    schemas: Mapping[str, ToolSchema]


@dataclass(frozen=True, slots=True)
class Wheel:
    """The installed wheel's data.

    Attributes:
        apis: by the name of their class.
        entries: the rows of each category, as they stand in its file, with the key `ground_truth` added.
    """

    apis: Mapping[str, Api]
    entries: Mapping[str, tuple[JSONObject, ...]]


def load_wheel() -> Wheel:
    """Reads the wheel.

    Raises:
        ConfigurationError: it is not installed; the message gives the command.
        RecordError: its data are not those that this family reads.
    """
    if not (importlib.util.find_spec("bfcl_eval") and importlib.util.find_spec("mpmath")):
        raise ConfigurationError(
            f"BFCL-v0 plays the entries of the wheel bfcl-eval, which is not installed here: {INSTALL}"
        )
    spec = importlib.util.find_spec("bfcl_eval")
    places = spec.submodule_search_locations if spec else None
    data = Path(next(iter(places or ("",)))) / "data"
    apis = {name: _api(name, data) for name in _APIS}
    return Wheel(apis, {category: _entries(data, category) for category in CATEGORIES})


def _api(name: str, data: Path) -> Api:
    module, document = _APIS[name]
    kind = getattr(importlib.import_module(f"{_SOURCES}.{module}"), name)
    rows = _rows(data / "multi_turn_func_doc" / document)
    return Api(kind, {row["name"]: _schema(row) for row in rows})


def _entries(data: Path, category: str) -> tuple[JSONObject, ...]:
    name = f"BFCL_v*_multi_turn_{category}.json"
    truths = {row["id"]: row["ground_truth"] for row in _rows(_only(data / "possible_answer", name))}
    rows = _rows(_only(data, name))
    return tuple({**row, "ground_truth": truths[row["id"]]} for row in rows)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise RecordError(
            f"got {len(found)} files {pattern} in {folder}, expected one: another version of bfcl-eval, or "
            f"a damaged one; install it anew with {INSTALL}"
        )
    return found[0]


def _rows(path: Path) -> Iterator[JSONObject]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _schema(row: JSONObject) -> ToolSchema:
    parameters = _json_schema(row["parameters"])
    return ToolSchema(row["name"], row["description"], {**parameters, "additionalProperties": False})


def _json_schema(written: JSONObject) -> JSONObject:
    """A schema of the documents as JSON Schema has it, inner ones too."""
    schema = dict(written)
    schema["type"] = _TYPES.get(schema["type"], schema["type"])
    if "properties" in schema:
        schema["properties"] = {name: _json_schema(inner) for name, inner in schema["properties"].items()}
    if "items" in schema:
        schema["items"] = _json_schema(schema["items"])
    return schema

"""The search back end that RealXBench-v0 is given: the released questions come without one."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from agentic_gym.errors import ConfigurationError
from agentic_gym.search import Corpus, ImageIndex, TextIndex
from agentic_gym.tools import Tool, image_search_tool, search_tools

Search: TypeAlias = Corpus | Sequence[Tool] | str | None
"""Pages to search; or tools, such as one that asks a search engine; or `module:attribute` of either."""


def make_search_tools(search: Search) -> Callable[[str], Sequence[Tool]]:
    """From a coordinate convention to the tools that search: indexes are made once.

    Raises:
        ConfigurationError: `search` is neither pages nor tools.
    """
    given: Any = _load(search) if isinstance(search, str) else search
    if given is None:
        return lambda coordinates: ()
    if isinstance(given, Mapping):
        return _search_corpus(given)
    if isinstance(given, Sequence) and all(hasattr(entry, "schema") for entry in given):
        return lambda coordinates: given
    raise ConfigurationError(
        "search is a corpus (a mapping from url to Document), a list of tools, or 'module:attribute' of "
        f"one; got {given!r:.80}"
    )


def _search_corpus(corpus: Corpus) -> Callable[[str], Sequence[Tool]]:
    by_words, by_picture = TextIndex(corpus), ImageIndex(corpus)
    return lambda coordinates: (*search_tools(by_words, corpus), image_search_tool(by_picture, coordinates))


def _load(path: str) -> Any:
    module, _, attribute = path.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"search={path!r} is to name a corpus or tools: {error}") from None

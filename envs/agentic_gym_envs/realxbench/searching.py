"""The search back end that RealXBench-v0 is given: the released questions come without one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from agentic_gym.errors import ConfigurationError
from agentic_gym.search import Corpus, ImageIndex, TextIndex
from agentic_gym.tools import Tool, image_search_tool, search_tools
from agentic_gym_envs.naming import look_up

Search: TypeAlias = Corpus | Sequence[Tool] | str | None
"""Pages to search; or tools, such as one that asks a search engine; or `module:attribute` of either."""


def make_search_tools(search: Search) -> Callable[[str], Sequence[Tool]]:
    """From a coordinate convention to the tools that search: indexes are made once.

    Raises:
        ConfigurationError: `search` is neither pages nor tools.
    """
    given: Any = look_up("search", search) if isinstance(search, str) else search
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

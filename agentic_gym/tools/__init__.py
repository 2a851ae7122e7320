"""What an agent can do: tools, and what they work on.

A tool of one's own is a function with `@tool`, or any object that is a `Tool`.
"""

from agentic_gym.tools.base import PythonSession, Tool, ToolContext, ToolOutput
from agentic_gym.tools.coordinates import Coordinates
from agentic_gym.tools.function import FunctionTool, tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.images import ImageStore, StoredImage
from agentic_gym.tools.python import EpisodePython, python_tool
from agentic_gym.tools.search import image_search_tool, search_tools

__all__ = [
    "Coordinates",
    "EpisodePython",
    "FunctionTool",
    "ImageStore",
    "PythonSession",
    "StoredImage",
    "Tool",
    "ToolContext",
    "ToolOutput",
    "image_search_tool",
    "image_tools",
    "python_tool",
    "search_tools",
    "tool",
]

"""Plays agents over the tasks of a split, and says how well they do and how sure that is."""

from agentic_gym.evaluation.agents import Agent, make_agent
from agentic_gym.evaluation.runner import Progress, evaluate
from agentic_gym.evaluation.statistics import Interval, Summary, summarize

__all__ = ["Agent", "Interval", "Progress", "Summary", "evaluate", "make_agent", "summarize"]

"""Policies: language models that play, loaded here (`transformers`) or served elsewhere (`openai`).

Both are one Protocol, `Policy`. Neither torch, transformers nor httpx is imported before a policy that
needs it is made.
"""

from agentic_gym.policies.agent import PolicyAgent, PolicyAgents, play_together
from agentic_gym.policies.base import Conversation, Outcome, Policy, Sampled
from agentic_gym.policies.templates import CHATML, QWEN2_VL, ChatTemplate, chatml

__all__ = [
    "CHATML",
    "QWEN2_VL",
    "ChatTemplate",
    "Conversation",
    "Outcome",
    "Policy",
    "PolicyAgent",
    "PolicyAgents",
    "Sampled",
    "chatml",
    "play_together",
]

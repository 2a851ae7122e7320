"""A small environment to freeze."""

import pytest
from gymnasium.envs.registration import registry

import agentic_gym
from agentic_gym.frozen import export_tasks

TOY = "ToyFrozen-v0"


@pytest.fixture
def toy_id():
    """A registered toy environment with pictures, two levels and an oracle."""
    if TOY not in registry:
        agentic_gym.register(TOY, "toy_tasks:ToyTaskset")
    return TOY


@pytest.fixture(params=["jsonl", "parquet"])
def storage(request):
    return request.param


@pytest.fixture
def frozen(toy_id, tmp_path, storage):
    """A set of three tasks at each of two levels: its folder."""
    folder = tmp_path / "set"
    export_tasks(toy_id, folder, count=3, levels=(0, 1), seed=5, storage=storage)
    return folder

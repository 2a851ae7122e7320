"""A real vLLM server that takes no weights, and then dies while it writes."""

import threading
import time
from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import StopReason
from agentic_gym.policies import CHATML, play_together
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines.models import save_policy
from agentic_gym_baselines.serving import ServedSampler
from text_tasks import ShoutTaskset
from tiny_models import tiny_llama, tiny_tokenizer
from vllm_servers import MODEL, running, serve

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def learner():
    tokenizer = tiny_tokenizer()
    return TransformersPolicy(tiny_llama(tokenizer, head_size=32), HuggingFaceEncoder(tokenizer), CHATML)


@pytest.fixture(scope="module")
def server(learner, tmp_path_factory):
    folder = tmp_path_factory.mktemp("llama")
    save_policy(learner, folder / "model")
    options = ("--dtype", "float32", "--max-model-len", "8192")
    with serve(folder / "model", folder / "log", *options, dev_mode=False) as server:
        yield server


def test_a_server_that_takes_no_weights_says_how_it_would(learner, server, tmp_path):
    refused = pytest.raises(ConfigurationError, match="VLLM_SERVER_DEV_MODE=1")
    with closing(ServedSampler(learner, server.url, tmp_path)) as sampler, refused:
        sampler.refresh()
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_dies_masks_the_episodes_that_it_was_writing(server):
    connection = ModelServer(server.url, sleep=lambda seconds: None)
    policy = OpenAIPolicy(MODEL, connection, sampling={"max_tokens": 4000, "ignore_eos": True})
    envs = [AgenticEnv(ShoutTaskset()) for _ in range(3)]
    trajectories = []
    options = [{"index": index} for index in range(3)]
    playing = threading.Thread(target=lambda: trajectories.extend(play_together(policy, envs, options)))
    playing.start()
    deadline = time.monotonic() + 120
    while running(server.url) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    server.kill()
    playing.join()
    connection.close()
    assert [trajectory.stop_reason for trajectory in trajectories] == [StopReason.INFRASTRUCTURE] * 3
    assert [env.score for env in envs] == [None] * 3

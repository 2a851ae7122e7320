"""A real vLLM server has a virtual environment of its own: these tests run by `scripts/vllm-server test`."""

import pytest

from vllm_servers import FOLDER, serve

collect_ignore_glob = [] if FOLDER else ["test_*.py"]


def pytest_terminal_summary(terminalreporter):
    if not FOLDER:
        terminalreporter.write_line("left out: tests/vllm, which `scripts/vllm-server test FOLDER` runs")


@pytest.fixture(scope="session")
def smollm2():
    """SmolLM2 in this process."""
    from agentic_gym.policies import CHATML
    from agentic_gym.policies.transformers import load_policy
    from agentic_gym_baselines.models import smollm2_folder

    return load_policy(
        str(smollm2_folder()), template=CHATML, dtype="float32", temperature=0.7, max_new_tokens=32
    )


@pytest.fixture(scope="session")
def smollm2_server(smollm2, tmp_path_factory):
    """The address of a server with the same weights, which reads them to the same numbers as this process."""
    from agentic_gym_baselines.models import save_policy

    folder = tmp_path_factory.mktemp("smollm2")
    save_policy(smollm2, folder / "model")
    tools = ("--enable-auto-tool-choice", "--tool-call-parser", "hermes")
    with serve(
        folder / "model", folder / "log", "--dtype", "float32", "--max-model-len", "1024", *tools
    ) as server:
        yield server.url

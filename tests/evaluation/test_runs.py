import json

import pytest

from agentic_gym.errors import RecordError
from agentic_gym.evaluation.runs import (
    RUN,
    RunConfiguration,
    begin_run,
    find_runs,
    plain_options,
    read_configuration,
)


def configuration(**changes):
    fields = {
        "env_id": "Toy-v0",
        "agent": "oracle",
        "split": "test",
        "difficulty": 0,
        "seed": 0,
        "episodes": 10,
    }
    return RunConfiguration(**fields | changes)


def test_configuration_is_read_back_with_its_surroundings(tmp_path):
    begin_run(tmp_path, configuration(env_options={"max_turns": 3}))
    assert read_configuration(tmp_path) == configuration(env_options={"max_turns": 3})
    written = json.loads((tmp_path / RUN).read_text())
    assert written["python"].count(".") == 2
    assert set(written["versions"]) == {"gymnasium", "numpy", "pillow"}
    assert written["started"].endswith("+00:00")


@pytest.mark.parametrize(
    ("field", "value"),
    [("agent", "silent"), ("seed", 1), ("difficulty", 2), ("env_options", {"max_turns": 2})],
)
def test_another_configuration_is_refused_by_name(tmp_path, field, value):
    begin_run(tmp_path, configuration())
    with pytest.raises(RecordError, match=f"{field} is .* there and .* here"):
        begin_run(tmp_path, configuration(**{field: value}))
    assert read_configuration(tmp_path) == configuration()


def test_a_run_may_grow_but_not_shrink(tmp_path):
    begin_run(tmp_path, configuration())
    started = json.loads((tmp_path / RUN).read_text())["started"]
    begin_run(tmp_path, configuration(episodes=20))
    assert read_configuration(tmp_path).episodes == 20
    assert json.loads((tmp_path / RUN).read_text())["started"] == started
    with pytest.raises(RecordError, match="episodes is 20 there and only 10 here"):
        begin_run(tmp_path, configuration())


def test_episodes_without_a_configuration_are_not_added_to(tmp_path):
    (tmp_path / "episodes.jsonl").write_text("{}\n")
    with pytest.raises(RecordError, match="no run.json"):
        begin_run(tmp_path, configuration())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"configuration": {"planet": "Mars"}}'])
def test_a_damaged_configuration_is_told(tmp_path, text):
    (tmp_path / RUN).write_text(text)
    with pytest.raises(RecordError, match=r"run.json cannot be read"):
        read_configuration(tmp_path)


def test_runs_are_found_in_a_folder_or_within(tmp_path):
    with pytest.raises(RecordError, match="holds no run"):
        find_runs(tmp_path)
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        begin_run(tmp_path / name, configuration())
    assert find_runs(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    assert find_runs(tmp_path / "a") == [tmp_path / "a"]


def test_options_that_are_objects_are_kept_by_their_kind():
    class Sandbox:
        pass

    assert plain_options({"sandbox": Sandbox(), "max_turns": 3}) == plain_options(
        {"sandbox": Sandbox(), "max_turns": 3}
    )

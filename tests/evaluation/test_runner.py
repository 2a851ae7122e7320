import json
import threading

import pytest

import toy_runs
from agentic_gym.errors import ConfigurationError, RecordError, ServerError
from agentic_gym.evaluation import evaluate
from agentic_gym.evaluation.runner import draw_indices
from agentic_gym.policies import PolicyAgents, Sampled
from agentic_gym.trajectories import TrajectoryStore, TurnTokens, read_episodes


def run(agent, out, **more):
    return evaluate(toy_runs.ENV_ID, agent, out=out, **{"episodes": 12, "workers": 3} | more)


@pytest.fixture(autouse=True)
def _no_failures():
    toy_runs.FAILURES.clear()
    toy_runs.Slow.played.clear()


def test_scores_and_records(tmp_path):
    seen = []
    summary = run("oracle", tmp_path, difficulty=1, seed=4, progress=seen.append)
    assert (summary.n, summary.success.estimate, summary.reward.estimate) == (12, 1.0, 1.0)
    assert (summary.turns, summary.calls) == (2.0, 1.0)
    records = list(read_episodes(tmp_path))
    assert sorted(record["index"] for record in records) == sorted(
        draw_indices(range(2_000_000, 3_000_000), 12, 4)
    )
    record = records[0]
    assert record["task_id"] == f"ToyRun-v0/test/1/{record['index']}"
    assert record["answer"] == record["reference"]
    assert record["reward_components"]["success"] == 1.0
    expected = {"agent": "oracle", "seed": 4, "split": "test", "difficulty": 1, "attempt": 1, "scored": True}
    assert expected.items() <= record.items()
    assert record["seconds"] > 0
    assert [progress.done for progress in seen] == list(range(13))
    assert {progress.total for progress in seen} == {12}


def test_the_same_tasks_whatever_the_number_of_workers(tmp_path):
    texts = []
    for workers in (1, 4):
        run("random", tmp_path / str(workers), workers=workers)
        found = {
            record["index"]: [turn["action"] for turn in record["turns"]]
            for record in read_episodes(tmp_path / str(workers))
        }
        texts.append(found)
    assert texts[0] == texts[1]


def test_a_longer_run_begins_with_the_shorter_ones_tasks(tmp_path):
    run("toy_runs:Slow", tmp_path, episodes=5)
    first = list(toy_runs.Slow.played)
    run("toy_runs:Slow", tmp_path, episodes=9)
    assert len(toy_runs.Slow.played) == 9
    assert sorted(first) == sorted(draw_indices(range(2_000_000, 3_000_000), 9, 0)[:5])


def test_a_finished_run_is_not_played_again(tmp_path):
    first = run("toy_runs:Slow", tmp_path)
    before = (tmp_path / "episodes.jsonl").read_bytes()
    assert run("toy_runs:Slow", tmp_path) == first
    assert (tmp_path / "episodes.jsonl").read_bytes() == before
    assert len(toy_runs.Slow.played) == 12


def test_infrastructure_is_played_again_and_not_scored_as_wrong(tmp_path):
    indices = draw_indices(range(2_000_000, 3_000_000), 12, 0)
    # The loop tries a call twice; so the first task fails in one episode, the second in all three.
    toy_runs.FAILURES.update({indices[0]: 2, indices[1]: 100})
    summary = run("fetcher", tmp_path)
    assert (summary.n, summary.success.estimate) == (11, 1.0)
    assert (summary.unscored, summary.repeated) == (1, 3)
    attempts = [record["attempt"] for record in read_episodes(tmp_path) if record["index"] == indices[1]]
    assert attempts == [1, 2, 3]
    toy_runs.FAILURES.clear()
    summary = run("fetcher", tmp_path)
    assert (summary.n, summary.unscored) == (12, 0)


def test_nothing_is_left_of_a_new_run_that_failed_before_its_first_episode(tmp_path):
    for folder in (tmp_path / "new", tmp_path):
        with pytest.raises(ZeroDivisionError):
            run(toy_runs.crashing, folder)
        assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_what_was_there(tmp_path):
    run(toy_runs.wordless, tmp_path, episodes=1)
    there = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(RecordError):
        run(toy_runs.crashing, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == there


def test_an_agents_error_names_the_task_and_keeps_what_was_finished(tmp_path):
    lock, count = threading.Lock(), 0

    def fails_in_the_end(observation):
        nonlocal count
        with lock:
            count += 1
        if count > 5:
            raise LookupError("no more ideas")
        return "<answer>0</answer>"

    with pytest.raises(LookupError, match="no more ideas") as caught:
        run(fails_in_the_end, tmp_path, workers=1)
    assert "ToyRun-v0/test/0/" in caught.value.__notes__[0]
    assert len(list(read_episodes(tmp_path))) == 5


def test_another_configuration_is_refused(tmp_path):
    run("silent", tmp_path)
    with pytest.raises(RecordError, match="agent is 'silent' there and 'oracle' here"):
        run("oracle", tmp_path)


def test_a_folder_that_is_being_written_is_refused(tmp_path):
    with TrajectoryStore(tmp_path), pytest.raises(RecordError, match="another run is writing"):
        run("silent", tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"episodes": 0}, "episodes is a whole number from 1"),
        ({"episodes": 10**7}, "from 1 to 1000000"),
        ({"seed": -1}, "seed is a whole number"),
        ({"workers": 0}, "workers is a whole number"),
        ({"split": "tset"}, "did you mean 'test'"),
        ({"difficulty": 9}, "unknown difficulty"),
        ({"agent": "orcle"}, "did you mean 'oracle'"),
        ({"env_id": "toy_runs:ToyRum-v0"}, "did you mean 'ToyRun-v0'"),
        ({"env_id": "CartPole-v1"}, "act in text"),
        ({"env_id": "no_such_module:Toy-v0"}, "no_such_module"),
        ({"env_options": {"protocol": "hermez"}}, "did you mean 'hermes'"),
    ],
)
def test_bad_arguments_write_nothing(tmp_path, changes, said):
    arguments = {"env_id": toy_runs.ENV_ID, "agent": "oracle", "out": tmp_path / "run"} | changes
    with pytest.raises(ConfigurationError, match=said):
        evaluate(**arguments)
    assert not (tmp_path / "run").exists()


def test_records_are_plain_json(tmp_path):
    run("random", tmp_path, episodes=3)
    for line in (tmp_path / "episodes.jsonl").read_text("utf-8").splitlines():
        assert json.loads(line)["task_id"]


class Answering:
    """A policy that answers every task with the same number, and notes how many it was asked for at once."""

    name = "answering"

    def __init__(self, outcomes=()):
        self.asked = []
        self.outcomes = list(outcomes)

    def act(self, conversations):
        self.asked.append(len(conversations))
        said = Sampled("<answer>7</answer>", TurnTokens((1, 2, 3), (4, 5)))
        return [self.outcomes.pop(0) if self.outcomes else said for _ in conversations]


def test_a_policy_is_asked_for_all_episodes_that_are_played_together(tmp_path):
    policy, seen = Answering(), []
    summary = evaluate(
        toy_runs.ENV_ID,
        PolicyAgents(policy),
        out=tmp_path,
        episodes=3,
        rollouts=2,
        workers=4,
        together=True,
        progress=lambda progress: seen.append(progress.done),
    )
    assert policy.asked == [4, 2]
    assert seen == [0, 1, 2, 3, 4, 5, 6]
    assert (summary.n, summary.prompt_tokens, summary.sampled_tokens) == (6, 18, 12)
    apart = evaluate(
        toy_runs.ENV_ID, PolicyAgents(Answering()), out=tmp_path / "apart", episodes=3, rollouts=2
    )
    unlike = {"seconds", "episode_id", "prompt_tokens", "sampled_tokens", "turns", "tokens"}
    first, second = (
        sorted(
            ({k: v for k, v in each.items() if k not in unlike} for each in read_episodes(folder)),
            key=lambda record: (record["index"], record["rollout"]),
        )
        for folder in (tmp_path, tmp_path / "apart")
    )
    assert first == second
    assert apart.successes == summary.successes


def test_what_infrastructure_ended_is_played_again_together(tmp_path):
    policy = Answering([ServerError("down"), ServerError("down")])
    summary = evaluate(
        toy_runs.ENV_ID, PolicyAgents(policy), out=tmp_path, episodes=2, workers=2, together=True
    )
    assert policy.asked == [2, 2]
    assert (summary.n, summary.repeated, summary.unscored) == (2, 2, 0)


def test_a_run_that_was_stopped_goes_on_together(tmp_path):
    policy = Answering()
    evaluate(toy_runs.ENV_ID, PolicyAgents(policy), out=tmp_path, episodes=1, workers=3, together=True)
    evaluate(toy_runs.ENV_ID, PolicyAgents(policy), out=tmp_path, episodes=4, workers=3, together=True)
    assert policy.asked == [1, 3]
    assert len(list(read_episodes(tmp_path))) == 4


def test_only_a_policy_plays_together(tmp_path):
    with pytest.raises(ConfigurationError, match="only a policy"):
        evaluate(toy_runs.ENV_ID, "oracle", out=tmp_path / "new", together=True)
    assert not (tmp_path / "new").exists()


def test_an_episode_that_is_played_together_is_kept_when_it_ends(tmp_path):
    class Looking(Answering):
        def act(self, conversations):
            self.seen.append(len((tmp_path / "episodes.jsonl").read_bytes().splitlines()))
            return super().act(conversations)

    policy = Looking([Sampled("hm", TurnTokens((1,), (2,)))])  # the first one needs another turn
    policy.seen = []
    evaluate(toy_runs.ENV_ID, PolicyAgents(policy), out=tmp_path, episodes=3, workers=3, together=True)
    assert policy.asked == [3, 1]
    assert policy.seen == [0, 2]


def test_what_begins_together_is_seeded_by_itself_whenever_it_begins(tmp_path):
    def play(folder, episodes, failing=0):
        keys, policy = [], Answering([ServerError("down")] * failing)
        evaluate(
            toy_runs.ENV_ID,
            PolicyAgents(policy),
            out=tmp_path / folder,
            episodes=episodes,
            workers=2,
            together=True,
            reseed=lambda *key: keys.append(key),
        )
        return keys

    whole = play("whole", 4)
    assert len(set(whole)) == 2
    assert play("parts", 2) + play("parts", 4) == whole
    [first, again, last] = play("failing", 3, failing=2)[:3]
    assert len({first, again, last}) == 3

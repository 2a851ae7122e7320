"""Groups of episodes: their tasks, rewards and tokens, what is masked, and who waits for whom."""

import threading
from functools import partial
from types import SimpleNamespace

import pytest

from agentic_gym.errors import ConfigurationError, ContextOverflow, ServerError
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.policies import Sampled
from agentic_gym.protocols import get_protocol
from agentic_gym.trajectories import TurnTokens
from agentic_gym_baselines import rollout
from agentic_gym_baselines.alarms import alarms
from agentic_gym_baselines.rollout import Clock, Rollouts, describe
from noted_runs import ENV_ID, NotedTask

HERMES = get_protocol("hermes")


def adding(conversation):
    """Calls `add` with the task's numbers, then answers with a word."""
    if len(conversation.turns) == 0:
        a, b = [
            int(word.strip("?"))
            for word in conversation.messages[1].text.split()
            if word.strip("?").isdigit()
        ]
        return HERMES.write(CallTools([ToolCall("add", {"a": a, "b": b})]))
    return HERMES.write(GiveAnswer("done"))


class Scripted:
    """A policy that writes what a function says; an error in place of a text is the outcome."""

    name = "scripted"

    def __init__(self, write, *, tokens=True):
        self.write = write
        self.tokens = tokens
        self.asked = []
        self.prompts = {}

    def act(self, conversations):
        self.asked.append([conversation.messages[1].text for conversation in conversations])
        return [self.turn(conversation) for conversation in conversations]

    def turn(self, conversation):
        text = self.write(conversation)
        if not isinstance(text, str):
            return text
        before = self.prompts.setdefault(id(conversation), (1,))
        tokens = TurnTokens((*before, 2, 3), (5, 6), (-0.5, -0.25)) if self.tokens else None
        self.prompts[id(conversation)] = (*before, 2, 3, 5, 6)
        return Sampled(text, tokens, 3, 2)


@pytest.fixture
def rollouts():
    made = Rollouts(ENV_ID, size=6, workers=3)
    yield made
    made.close()


def test_the_members_of_a_group_play_the_same_task(rollouts):
    policy = Scripted(adding)
    groups = rollouts.play(policy, [3, 4, 5], group_size=2)
    assert [group.index for group in groups] == [3, 4, 5]
    for group in groups:
        ids = {episode.trajectory.task_id for episode in group.episodes}
        assert ids == {f"Noted-v0/train/0/{group.index}"}
        assert [episode.reward for episode in group.episodes] == [
            episode.trajectory.reward_components["vowels"] for episode in group.episodes
        ]
        assert not group.varied


def test_more_episodes_than_environments_are_played_in_turn(rollouts):
    groups = rollouts.play(Scripted(adding), range(8))
    assert [group.index for group in groups] == list(range(8))
    assert all(len(group.episodes) == 1 for group in groups)


def test_an_episode_gives_one_sequence_of_all_its_turns(rollouts):
    [[episode]] = [group.episodes for group in rollouts.play(Scripted(adding), [1])]
    [example] = episode.examples
    assert example.sequence.ids == (1, 2, 3, 5, 6, 2, 3, 5, 6)
    assert example.sampled == (3, 4, 7, 8)
    assert episode.sampled == 4


@pytest.mark.parametrize("failed", [ServerError("gone"), ContextOverflow("full")], ids=["server", "context"])
def test_an_episode_that_something_of_ours_ended_is_masked_and_counted(rollouts, failed):
    seen = []

    def write(conversation):
        seen.append(conversation)
        return failed if len(seen) == 2 else adding(conversation)

    [group] = rollouts.play(Scripted(write), [1], group_size=4)
    assert [reward is None for reward in group.rewards] == [False, True, False, False]
    values = describe([group])
    assert (values["episodes"], values["masked"]) == (4, 1)
    assert values["overflowed"] == isinstance(failed, ContextOverflow)
    scored = 4 - isinstance(failed, ServerError)
    assert values["reward"] == pytest.approx(3 / scored * group.rewards[0])
    assert not group.varied


def test_a_policy_without_tokens_cannot_be_learned_from(rollouts):
    [[episode]] = [group.episodes for group in rollouts.play(Scripted(adding, tokens=False), [1])]
    with pytest.raises(ConfigurationError, match="no token ids"):
        episode.check_tokens()
    [[known]] = [group.episodes for group in rollouts.play(Scripted(adding), [1])]
    known.check_tokens()


def test_a_bonus_is_for_calls_that_did_what_was_asked():
    rollouts = Rollouts(ENV_ID, size=3)

    def write(conversation):
        number = int(conversation.messages[1].text.split()[2]) % 3
        if number == 0 or conversation.turns:
            return HERMES.write(GiveAnswer("xyz"))
        name = "add" if number == 1 else "nothing"
        return HERMES.write(CallTools([ToolCall(name, {"a": 1, "b": 2})]))

    groups = rollouts.play(Scripted(write), range(20), tool_bonus=10.0)
    plain = rollouts.play(Scripted(write), range(20))
    assert all(group.episodes[0].reward < 5 for group in plain)
    for group in groups:
        [episode] = group.episodes
        used = any(result.text == "3" for result in episode.trajectory.results)
        assert (episode.reward > 5) == used
    assert {len(episode.trajectory.calls) for group in groups for episode in group.episodes} == {0, 1}
    rollouts.close()


def test_one_half_writes_while_the_tools_of_the_other_work(rollouts, monkeypatch):
    """A tool that waits for the other half's policy: without overlap nobody would go on."""
    written = threading.Semaphore(0)
    waited = []

    def measure(self, trajectory):
        return {"success": 1.0}

    class Signalling(Scripted):
        def act(self, conversations):
            outcomes = super().act(conversations)
            if len(self.asked) == 2:  # the second half, while the tools of the first wait
                written.release(3)
            return outcomes

    envs = rollouts.envs
    for env in envs[:3]:
        step = env.step

        def slow(action, step=step):
            if not waited or len(waited) < 3:
                waited.append(written.acquire(timeout=60))
            return step(action)

        monkeypatch.setattr(env, "step", slow)
    monkeypatch.setattr(NotedTask, "measure", measure)
    policy = Signalling(adding)
    rollouts.play(policy, range(6))
    assert waited == [True, True, True]
    assert [len(asked) for asked in policy.asked] == [3, 3, 3, 3]
    assert policy.asked[0] == policy.asked[2]
    assert policy.asked[1] == policy.asked[3]


def test_time_is_either_the_policys_or_the_tools(rollouts):
    clock = Clock()
    rollouts.play(Scripted(adding), range(6), clock=clock)
    assert clock.generation > 0
    assert clock.tools > 0
    assert (clock.learning, clock.refreshing) == (0.0, 0.0)


def test_indices_are_drawn_by_the_key_alone(rollouts):
    drawn = rollouts.draw("train", 50, 1, 2)
    assert drawn == rollouts.draw("train", 50, 1, 2)
    assert drawn[:20] == rollouts.draw("train", 20, 1, 2)
    assert drawn != rollouts.draw("train", 50, 2, 1)
    assert len(set(drawn)) == 50
    assert set(drawn) <= set(rollouts.taskset.splits["train"])
    with pytest.raises(ConfigurationError, match="holds 1000000 tasks"):
        rollouts.draw("val", 1_000_001, 1)
    with pytest.raises(ConfigurationError, match="unknown split"):
        rollouts.draw("vall", 1, 1)


def test_what_a_step_has_played_is_not_drawn_again(rollouts, monkeypatch):
    few = SimpleNamespace(splits={"train": range(10, 15)}, check_split=lambda split: split)
    monkeypatch.setattr(rollouts, "taskset", few)
    for key in range(5):
        first = rollouts.draw("train", 3, 1, key)
        others = rollouts.draw("train", 2, 2, key, without=first)
        assert sorted(first + others) == [10, 11, 12, 13, 14]
        assert sorted(rollouts.draw("train", 3, 2, key, without=first)) == sorted(others)
    assert rollouts.draw("train", 3, 3, without=range(10, 15)) == []


def test_environments_that_were_made_are_closed_where_one_fails(monkeypatch):
    made, closed = [], []

    def make(env_id, **options):
        if len(made) == 2:
            raise ConfigurationError("no more")
        made.append(make_environment(env_id, **options))
        monkeypatch.setattr(made[-1], "close", partial(closed.append, len(made)))
        return made[-1]

    monkeypatch.setattr(rollout, "make_environment", make)
    with pytest.raises(ConfigurationError, match="no more"):
        Rollouts(ENV_ID, size=3)
    assert closed == [1, 2]


def test_no_environment_is_refused():
    with pytest.raises(ConfigurationError, match="at least 1 episode"):
        Rollouts(ENV_ID, size=0)


class TestDescription:
    def test_it_counts_what_was_done(self, rollouts):
        def write(conversation):
            return "neither" if not conversation.turns else HERMES.write(GiveAnswer("a"))

        values = describe(rollouts.play(Scripted(write), [1, 2], group_size=2))
        assert values["well_formed"] == 0.5
        assert values["turns"] == 2
        assert values["answered"] == 1
        assert (values["calls"], values["called"], values["identical_calls"]) == (0, 0, None)
        assert values["length"] == 4
        assert (values["groups"], values["flat_groups"]) == (2, 2)

    def test_an_unscored_episode_is_in_no_mean(self, rollouts):
        def write(conversation):
            return ServerError("gone") if conversation.turns else adding(conversation)

        [whole] = rollouts.play(Scripted(adding), [1])
        [cut] = rollouts.play(Scripted(write), [2])
        alone, both = describe([whole]), describe([whole, cut])
        for name in ("calls", "called", "turns", "well_formed", "answered", "length", "identical_calls"):
            assert both[name] == alone[name], name
        assert (both["episodes"], both["masked"], both["sampled_tokens"]) == (2, 1, 6)

    def test_calls_are_identical_where_the_task_is_another_one(self, rollouts):
        def fixed(conversation):
            call = ToolCall("add", {"a": 1, "b": 1})
            return HERMES.write(CallTools([call]) if not conversation.turns else GiveAnswer("a"))

        assert describe(rollouts.play(Scripted(fixed), [1, 2], group_size=2))["identical_calls"] == 1
        assert describe(rollouts.play(Scripted(adding), [1, 2], group_size=2))["identical_calls"] == 0
        assert describe(rollouts.play(Scripted(fixed), [1], group_size=3))["identical_calls"] == 0


class TestAlarms:
    GOOD = {
        "called": 0.8, "calls": 1.2, "identical_calls": 0.1, "groups": 8, "flat_groups": 3,
        "entropy": 0.4, "episodes": 32, "masked": 0,
    }  # fmt: skip

    def test_a_good_step_raises_none(self):
        assert alarms(self.GOOD) == []

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"called": 0.0, "calls": 0.0, "identical_calls": None}, "tool use near zero"),
            ({"called": 1.0, "calls": 1.0, "identical_calls": 0.9}, "one fixed call"),
            ({"flat_groups": 8, "entropy": None}, "reward without variance"),
            ({"entropy": 0.001}, "entropy gone"),
            ({"masked": 9}, "9 of 32 episodes"),
        ],
    )
    def test_each_trouble_has_its_own(self, change, says):
        [found] = alarms(self.GOOD | change)
        assert says in found

    def test_tools_that_were_taken_away_are_not_missed(self):
        assert alarms(self.GOOD | {"called": 0.0}, tools=False) == []

"""Policies as agents, and how an episode ends that its policy cannot go on with."""

import threading
import weakref

import numpy as np
import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, ContextOverflow, EpisodeEndedError, ServerError
from agentic_gym.messages import StopReason
from agentic_gym.policies import PolicyAgent, Sampled, play_together
from toy_tasks import ToyTaskset


class Fixed:
    """A policy whose outcomes are given, one list for each time it is asked."""

    name = "fixed"

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.asked = []

    def act(self, conversations):
        self.asked.append([len(conversation.messages) for conversation in conversations])
        return self.outcomes.pop(0)


def envs(count):
    return [AgenticEnv(ToyTaskset()) for _ in range(count)]


@pytest.mark.parametrize(
    ("error", "stop", "scored"),
    [
        (ContextOverflow("full"), StopReason.MAX_CONTEXT, True),
        (ServerError("down"), StopReason.INFRASTRUCTURE, False),
    ],
)
def test_an_error_ends_its_own_episode_and_the_others_go_on(error, stop, scored):
    played = envs(2)
    policy = Fixed([Sampled("hm"), Sampled("hm")], [error, Sampled("<answer>1</answer>")])
    first, second = play_together(policy, played, [{"index": 1}, {"index": 2}])
    assert policy.asked == [[2, 2], [4, 4]]
    assert (first.stop_reason, second.stop_reason) == (stop, StopReason.ANSWER)
    assert (len(first.turns), len(second.turns)) == (1, 2)
    assert (played[0].score is not None) is scored
    assert not first.stop_reason.terminates


def test_each_episode_is_told_of_when_it_ends():
    told = []
    policy = Fixed([Sampled("<answer>1</answer>"), Sampled("hm")], [Sampled("<answer>2</answer>")])
    trajectories = play_together(
        policy,
        envs(2),
        [{"index": 1}, {"index": 2}],
        ended=lambda place, trajectory: told.append((place, trajectory, len(policy.asked))),
    )
    assert told == [(0, trajectories[0], 1), (1, trajectories[1], 2)]


def test_the_same_conversation_is_shown_at_every_turn():
    [env] = envs(1)
    observation, _ = env.reset(options={"index": 1})
    agent = PolicyAgent(Fixed([Sampled("hm", None, 10, 2)], [Sampled("hm", None, 20, 3)]), env)
    conversation = agent.listen()
    for _ in range(2):
        observation, *_ = env.step(agent(observation))
    assert agent.listen() is conversation
    assert (agent.prompt_count, agent.sampled_count) == (30, 5)
    assert conversation.messages == env.conversation


def test_nothing_is_kept_of_an_episode_that_has_ended():
    """What a policy keeps goes with the conversation: it must not wait for the others to end."""

    class Noting(Fixed):
        def __init__(self, *outcomes):
            super().__init__(*outcomes)
            self.kept = weakref.WeakSet()
            self.alive = []

        def act(self, conversations):
            self.alive.append(len(self.kept))
            self.kept.update(conversations)
            return super().act(conversations)

    answer, again = Sampled("<answer>1</answer>"), Sampled("hm")
    policy = Noting([answer, again, again], [answer, again], [answer])
    play_together(policy, envs(3), [{"index": index} for index in range(3)])
    assert policy.alive == [0, 2, 1]


def test_an_episode_that_is_ended_from_outside_is_truncated_and_over():
    [env] = envs(1)
    env.reset(options={"index": 1})
    observation, reward, terminated, truncated, info = env.end(StopReason.MAX_CONTEXT)
    assert (observation["text"], reward, terminated, truncated) == ("", 0.0, False, True)
    assert (info["stop_reason"], info["scored"]) == (StopReason.MAX_CONTEXT, True)
    with pytest.raises(EpisodeEndedError):
        env.end(StopReason.MAX_CONTEXT)
    with pytest.raises(EpisodeEndedError):
        env.step("<answer>1</answer>")


def test_a_mistake_of_the_programs_own_is_raised():
    with pytest.raises(ConfigurationError, match="an action is a str"):
        play_together(Fixed([Sampled(np.float64(1))]), envs(1), [{"index": 1}])
    with pytest.raises(ConfigurationError, match="1 environments and 0 options"):
        play_together(Fixed(), envs(1), [])


def test_cohorts_are_asked_in_turn_and_the_order_of_episodes_is_kept():
    answer, again = Sampled("<answer>1</answer>"), Sampled("hm")
    policy = Fixed([answer, again], [again, again], [answer], [answer, answer])
    played = play_together(policy, envs(4), [{"index": index} for index in range(4)], cohorts=2)
    assert policy.asked == [[2, 2], [2, 2], [4], [4, 4]]
    assert [len(trajectory.turns) for trajectory in played] == [1, 2, 2, 2]
    assert [trajectory.task_id for trajectory in played] == [f"Toy-v0/train/0/{index}" for index in range(4)]


def test_no_cohort_is_refused():
    with pytest.raises(ConfigurationError, match="cohorts is a whole number"):
        play_together(Fixed(), envs(1), [{"index": 1}], cohorts=0)


def test_what_fails_in_between_is_raised_and_no_step_is_left_running():
    class Interrupted(Fixed):
        def act(self, conversations):
            if len(self.asked) == 1:
                raise KeyboardInterrupt
            return super().act(conversations)

    with pytest.raises(KeyboardInterrupt):
        play_together(Interrupted([Sampled("hm")]), envs(2), [{"index": 1}, {"index": 2}], cohorts=2)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("step")]

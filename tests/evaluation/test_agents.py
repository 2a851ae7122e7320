import sys

import pytest

import toy_runs
from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.agents import agent_names, check_agent, describe_agent, make_agent
from agentic_gym.evaluation.random_agent import RandomAgent
from agentic_gym.messages import CallTools, GiveAnswer
from agentic_gym.protocols import PROTOCOLS
from agentic_gym.tools.arguments import read_arguments
from toy_tasks import ToyTaskset


def begin(**options):
    env = AgenticEnv(toy_runs.RunTaskset(), **options)
    observation, _ = env.reset(options={"index": 2_000_000})
    return env, observation


def play(agent, env, observation):
    ended, info = False, {}
    while not ended:
        observation, _, terminated, truncated, info = env.step(agent(observation))
        ended = terminated or truncated
    return info


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_oracle_plays_in_every_protocol(protocol):
    env, observation = begin(protocol=protocol)
    assert play(make_agent("oracle", env), env, observation)["is_success"]


def test_silent_answers_nothing_at_once():
    env, observation = begin()
    info = play(make_agent("silent", env), env, observation)
    assert (info["stop_reason"], info["is_success"], len(env.trajectory.turns)) == ("answer", False, 1)


def test_silent_says_nothing_to_a_user():
    env = AgenticEnv(ToyTaskset(talks=True))
    observation, _ = env.reset(seed=0)
    assert play(make_agent("silent", env), env, observation)["stop_reason"] == "max_turns"
    assert env.trajectory.malformed_turns == 0


def test_a_script_that_ends_early_gives_up():
    env, observation = begin()

    class GivesUp(toy_runs.RunTaskset):
        def policies(self):
            return {"nothing": lambda task, coordinates: iter(()), "empty": self.empty}

        @staticmethod
        def empty(task, coordinates):
            yield GiveAnswer("")

    for name in ("nothing", "empty"):
        env.taskset = GivesUp()
        observation, _ = env.reset(seed=0)
        info = play(make_agent(name, env), env, observation)
        assert (info["stop_reason"], info["is_success"]) == ("answer", False)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_random_acts_in_good_form(protocol):
    env, observation = begin(protocol=protocol, max_turns=40, max_tool_calls=200)
    agent = RandomAgent(env, calls_only=True)
    schemas = {tool.schema.name: tool.schema for tool in env.task.tools(env.coordinates)}
    tools_used = set()
    for _ in range(30):
        action = env.protocol.parse(agent(observation), converses=False)
        assert isinstance(action, CallTools)
        for call in action.calls:
            read_arguments(schemas[call.name], call.arguments)
            tools_used.add(call.name)
    assert tools_used == set(schemas)


def test_random_is_the_same_for_a_task_and_another_for_the_next():
    def actions(index):
        env = AgenticEnv(toy_runs.RunTaskset())
        observation, _ = env.reset(options={"index": index})
        agent = make_agent("random", env)
        return [agent(observation) for _ in range(5)]

    assert actions(3) == actions(3)
    assert actions(3) != actions(4)


def test_random_answers_now_and_then():
    env, observation = begin()
    agent = make_agent("random", env)
    actions = [env.protocol.parse(agent(observation), converses=False) for _ in range(100)]
    assert 5 < sum(isinstance(action, GiveAnswer) for action in actions) < 50


def test_agents_of_ones_own():
    env, observation = begin()
    assert make_agent("toy_runs:wordless", env)(observation) == "I say nothing of use."
    assert play(make_agent("toy_runs:Slow", env), env, observation)["is_success"]
    assert make_agent(len, env) is len


def test_a_module_of_the_working_folder_is_found(tmp_path, monkeypatch):
    (tmp_path / "agent_of_mine.py").write_text("class Nested:\n    agent = staticmethod(lambda seen: 'hi')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    env, observation = begin()
    assert make_agent("agent_of_mine:Nested.agent", env)(observation) == "hi"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("orcle", "did you mean 'oracle'"),
        ("no_such_module:agent", "no module 'no_such_module'"),
        ("toy_runs.more:agent", "no module 'toy_runs.more'"),
        ("toy_runs:Slo", "did you mean 'Slow'"),
        ("toy_runs:ENV_ID", "is of type str"),
        ("toy_runs:", "module:attribute"),
    ],
)
def test_what_cannot_be_an_agent_is_refused_with_advice(name, said):
    with pytest.raises(ConfigurationError, match=said):
        check_agent(name, toy_runs.RunTaskset())


def test_a_class_that_does_not_take_the_environment_is_refused():
    class Bare:
        def __call__(self, observation):
            return "hi"

    class Greedy(Bare):
        def __init__(self, env, other):
            pass

    for kind in (Bare, Greedy):
        with pytest.raises(ConfigurationError, match="called with the environment once an episode"):
            check_agent(kind, toy_runs.RunTaskset())
    check_agent(Bare(), toy_runs.RunTaskset())


def test_an_error_inside_the_agents_module_is_its_own(tmp_path, monkeypatch):
    (tmp_path / "broken_agent.py").write_text("import a_missing_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_missing_dependency"):
        check_agent("broken_agent:agent", toy_runs.RunTaskset())


def test_names():
    names = agent_names(toy_runs.RunTaskset())
    assert names[:5] == ("most-common", "oracle", "fetcher", "random", "silent")
    assert names[5:] == ("answer-list", "tool-spam", "wrong-image", "snoop", "thumbnail")
    assert describe_agent("oracle") == "oracle"
    assert describe_agent(toy_runs.Slow) == "toy_runs:Slow"
    assert describe_agent(toy_runs.wordless) == "toy_runs:wordless"

"""The corpus as data: complete, readable, and refused where it is not."""

import collections

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym.sandboxes import Outcome
from agentic_gym.testing import hostile_corpus, read_corpus
from agentic_gym.testing.corpus import LEVELS

ONE = '[[time]]\nname = "a"\ncode = "pass"\noutcomes = ["ok"]\n'


def test_every_group_is_there_and_a_hundred_snippets_at_least() -> None:
    groups = collections.Counter(snippet.group for snippet in hostile_corpus())
    names = {"time", "memory", "processes", "disk", "network", "files", "kernel", "protocol", "life"}
    assert set(groups) == names
    assert min(groups.values()) >= 10
    assert groups.total() >= 100


def test_every_outcome_that_code_can_bring_about_is_expected_of_some_snippet() -> None:
    expected = {outcome for snippet in hostile_corpus() for outcome in snippet.expectation.outcomes}
    assert expected == set(Outcome) - {Outcome.KILLED_MEMORY}, "that one takes the whole machine's memory"


def test_a_deviation_differs_and_says_why() -> None:
    for snippet in hostile_corpus():
        for level, expectation in snippet.deviations.items():
            assert level in LEVELS
            assert expectation.reason
            assert (expectation.outcomes, expectation.shows, expectation.then) != (
                snippet.expectation.outcomes,
                snippet.expectation.shows,
                snippet.expectation.then,
            )


def test_a_deviation_takes_the_rest_from_the_general_expectation() -> None:
    text = f'{ONE}shows = ["x"]\n[time.at.docker]\noutcomes = ["exited"]\nreason = "because"\n'
    (snippet,) = read_corpus(text)
    assert snippet.expected("docker").outcomes == {Outcome.EXITED}
    assert snippet.expected("docker").shows == ("x",)
    assert snippet.expected("landlock") is snippet.expected("another") is snippet.expectation
    assert snippet.expectation.outcomes == {Outcome.OK}


def test_podman_deviates_as_docker_does_where_it_says_nothing_itself() -> None:
    docker = f'{ONE}[time.at.docker]\noutcomes = ["exited"]\nreason = "because"\n'
    (snippet,) = read_corpus(docker)
    assert snippet.expected("podman") is snippet.expected("docker")
    (snippet,) = read_corpus(f'{docker}[time.at.podman]\noutcomes = ["crashed"]\nreason = "because"\n')
    assert snippet.expected("podman").outcomes == {Outcome.CRASHED}
    assert snippet.expected("docker").outcomes == {Outcome.EXITED}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[time", "TOML"),
        (f"{ONE}{ONE}", "same name: a"),
        (f"{ONE}outcome = 3\n", "unknown fields outcome"),
        (ONE.replace('"ok"', '"fine"'), "'fine'"),
        (ONE.replace("code", "cell"), "'a'"),
        (f'{ONE}[time.at.nowhere]\nreason = "x"\n', "no level 'nowhere'"),
        (f'{ONE}[time.at.docker]\noutcomes = ["exited"]\n', "no reason"),
    ],
)
def test_a_corpus_that_cannot_be_read(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        read_corpus(text)

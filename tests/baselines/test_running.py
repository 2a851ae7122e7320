"""Ctrl-C waits until a step is whole, and what a user can put right is a line."""

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_baselines.running import Unfinished, check_seed, finishing, run_program, settings_of, stopped


def interrupted(times, done):
    with finishing():
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
        done.append("all of it")


@pytest.mark.parametrize(("times", "finished"), [(1, ["all of it"]), (2, [])])
def test_one_interrupt_waits_for_the_end_of_the_block_and_two_do_not(times, finished):
    done = []
    with pytest.raises(KeyboardInterrupt) as raised:
        interrupted(times, done)
    assert done == finished
    assert isinstance(raised.value, Unfinished) == (times == 2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_in_the_block_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError), finishing():
        raise ZeroDivisionError


def test_a_thread_may_use_it():
    done = []

    def work():
        with finishing():
            done.append("worked")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["worked"]


def test_only_a_whole_step_is_kept(capsys):
    saved = []
    assert stopped(KeyboardInterrupt(), 4, lambda: saved.append("whole")) == 130
    assert stopped(Unfinished(), 4, lambda: saved.append("half")) == 130
    assert saved == ["whole"]
    after, within = capsys.readouterr().out.splitlines()
    assert after == "stopped after step 4; the same command with --resume goes on"
    assert within.startswith("stopped within step 5; ")


def test_a_seed_below_0_is_refused():
    check_seed(0)
    with pytest.raises(ConfigurationError, match="a seed is at least 0; got -1"):
        check_seed(-1)


@dataclass(frozen=True)
class Args:
    """Arguments."""

    out: Path
    """The folder."""
    steps: int = 3
    """How many."""
    loud: bool = False
    """Whether to shout."""


def test_a_program_gets_its_arguments_and_gives_its_exit_code():
    given = []

    def main(args):
        given.append(args)
        return 7

    assert run_program(Args, main, "Does it.", ["--out", "a/b", "--loud"]) == 7
    assert given == [Args(Path("a/b"), 3, True)]


def test_what_a_user_can_put_right_is_a_line(capsys):
    def main(args):
        raise ConfigurationError("steps is at least 1")

    assert run_program(Args, main, "Does it.", ["--out", "a"]) == 2
    assert capsys.readouterr().err == "error: steps is at least 1\n"


def test_an_interrupt_has_an_exit_code_and_no_trace(capsys):
    def main(args):
        raise KeyboardInterrupt

    assert run_program(Args, main, "Does it.", ["--out", "a"]) == 130
    assert capsys.readouterr().err == "stopped\n"


def test_settings_are_plain_and_leave_out_what_is_free():
    assert settings_of(Args(Path("a/b")), free=("steps",)) == {"out": "a/b", "loud": False}

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

import broken_tasks
import toy_runs
import toy_tasks
from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation import auditing, thumbnails
from agentic_gym.evaluation.auditing import AuditScore, audit_level, audit_names, most_by_luck, pooled
from agentic_gym.evaluation.audits import AUDITS
from agentic_gym.evaluation.playing import play
from agentic_gym.sandboxes import Execution, FakeSandbox, Outcome
from agentic_gym.tasks import common_answers


def make(taskset=None, **options):
    return AgenticEnv(taskset or broken_tasks.Named(), **options)


def test_most_by_luck_is_the_binomial_bound():
    rng = np.random.default_rng(0)
    for n, share in ((20, 0.05), (300, 0.28), (5, 0.5)):
        drawn = rng.binomial(n, share, size=50_000)
        bound = most_by_luck(n, share, 0.01)
        assert (drawn > bound).mean() <= 0.013
        assert (drawn > bound - 1).mean() > 0.009


def test_a_score_holds_up_to_what_luck_explains():
    assert AuditScore("x", 0, 20, 4, 0.05).holds
    assert not AuditScore("x", 0, 20, 5, 0.05).holds
    assert "not run" in str(AuditScore("x", 0, not_run="not run: why"))
    assert AuditScore("x", 0).rate == 0.0


def test_common_answers_are_counted_once_and_the_most_common_first():
    common = common_answers(broken_tasks.Monotonous(), 0)
    assert common == {"sum": ("Kaldor",)}
    assert common_answers(broken_tasks.Monotonous(), 0) is common


def test_a_list_of_answers_stays_short_enough_to_be_an_answer():
    env = make()
    play(env, "answer-list", seed=0)
    assert env.trajectory.answer.count(" or ") >= 5
    assert len(env.trajectory.answer) < 300


def test_the_wrong_image_gives_another_tasks_answer():
    env = make()
    play(env, "wrong-image", seed=0)
    assert env.trajectory.answer.startswith("Kaldor ")
    assert env.trajectory.answer != env.task.reference


def test_tool_spam_calls_everything_and_then_guesses():
    env = make(toy_runs.RunTaskset())
    info = play(env, "tool-spam", seed=0)
    called = [{result.call.name for result in turn.results} for turn in env.trajectory.turns[:-1]]
    assert all(names >= {"add", "fetch"} for names in called)
    pictures = [names - {"add", "fetch"} for names in called]
    assert all(len(names) == 1 for names in pictures)
    assert len(set.union(*pictures)) == len(pictures), "another one each turn"
    assert info["stop_reason"] == "answer"


def test_the_snoop_answers_with_what_its_code_finds():
    sandbox = FakeSandbox(lambda code: Execution(Outcome.OK, output="FOUND: Kaldor 17\n"))
    env = make(sandbox=sandbox)
    play(env, "snoop", seed=0)
    assert env.trajectory.answer == "Kaldor 17"


@pytest.mark.parametrize(("planted", "found"), [("answer_key = 'Kaldor 17'", True), ("harmless = 3", False)])
def test_the_snoops_code_finds_a_planted_answer(planted, found):
    env = make()
    env.reset(seed=0)
    code = env.protocol.write(broken_tasks.CallTools((broken_tasks.ToolCall("python", {"code": planted}),)))
    env.step(code)
    agent = AUDITS["snoop"].make(env)
    observation, *_ = env.step(agent({"text": "", "images": ()}))
    assert ("FOUND: Kaldor 17" in observation["text"]) is found


def test_each_audit_says_where_it_means_nothing():
    class Textual(broken_tasks.Healthy):
        kind = broken_tasks.broken("TextualTask", images=property(lambda self: ()), tools=lambda *_: ())

    env = make(Textual())
    env.reset(seed=0)
    unfit = {name for name, audit in AUDITS.items() if audit.unfit(env)}
    assert unfit == {"wrong-image", "thumbnail", "snoop"}
    scores = {score.name: score for score in audit_level(env, 0, range(2), names=AUDITS)}
    assert scores["snoop"].not_run == "the task has no tool 'python'"
    assert scores["silent"].episodes == 2


def test_without_ocr_the_thumbnail_is_reported_as_not_run(monkeypatch):
    monkeypatch.setattr(thumbnails, "_PACKAGE", "no_such_package")
    (score,) = audit_level(make(), 0, range(2), names=["thumbnail"])
    assert score.not_run == "not run: pip install 'agentic-gym[ocr]'"


def test_the_thumbnail_answers_with_a_text_of_the_right_type(monkeypatch):
    monkeypatch.setattr(thumbnails, "read_texts", lambda pixels: ("Total 417", "none"))
    env = make(toy_tasks.ToyTaskset())
    play(env, "thumbnail", seed=0)
    assert env.trajectory.answer == "417"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="needs the extra ocr")
def test_ocr_reads_large_letters():
    from PIL import Image, ImageDraw

    from agentic_gym.fonts import font

    page = Image.new("RGB", (400, 100), "white")
    ImageDraw.Draw(page).text((20, 20), "Kaldor 4711", fill="black", font=font("DejaVuSans.ttf", 40))
    assert "Kaldor 4711" in " ".join(thumbnails.read_texts(np.asarray(page)))


def test_a_task_is_drawn_once_for_all_its_audits(monkeypatch):
    made = []
    original = broken_tasks.Named.make
    monkeypatch.setattr(broken_tasks.Named, "make", lambda self, key: made.append(key) or original(self, key))
    monkeypatch.setattr(auditing, "AUDITS", {"silent": AUDITS["silent"]})
    env = make(broken_tasks.Named())
    audit_level(env, 0, range(3), names=["silent", "silent"])
    assert len(made) == len(set(made)) == 3
    assert "make" not in vars(env.taskset)


def test_audits_are_those_of_any_environment_and_the_familys_own():
    assert audit_names(toy_tasks.ToyTaskset()) == (*AUDITS, "most-common")


def test_of_many_episodes_no_luck_excuses_what_is_above_the_ceiling():
    assert AuditScore("x", 0, episodes=300, successes=15, ceiling=0.05).holds
    assert not AuditScore("x", 0, episodes=300, successes=16, ceiling=0.05).holds
    assert AuditScore("x", 0, episodes=20, successes=4, ceiling=0.05).holds
    assert not AuditScore("x", 0, episodes=20, successes=5, ceiling=0.05).holds


def test_the_oracle_is_held_to_its_floor():
    (score,) = audit_level(make(toy_tasks.ToyTaskset()), 0, range(3), names=["oracle"])
    assert (score.successes, score.ceiling, score.floor, score.holds) == (3, 1.0, 1.0, True)
    assert not replace(score, successes=2).holds


def test_scores_over_different_seeds_are_pooled():
    first = AuditScore("x", 0, episodes=20, successes=3, ceiling=0.05)
    second = AuditScore("x", 0, episodes=60, successes=1, ceiling=0.09)
    both = pooled([first, second])
    assert (both.episodes, both.successes, both.ceiling) == (80, 4, pytest.approx(0.08))
    assert pooled([AuditScore("x", 0, not_run="no picture")]).episodes == 0

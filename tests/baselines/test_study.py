"""The study: what its starts do, what it reads off the runs, and that nothing runs twice."""

import json

import numpy as np
import pytest

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.playing import play
from agentic_gym.evaluation.runner import make_environment
from agentic_gym_baselines import study
from agentic_gym_baselines.starts import Formal, Mixed
from agentic_gym_baselines.study import Arm, compare, main, run, values_of

STATED = "agentic_gym_baselines.starts:StatedMath"


def episodes(agent, count, **options):
    """Environments in which an agent has played, one after another."""
    env = make_environment("MathPython-v0", difficulty=0, max_turns=2, **options)
    for index in range(count):
        play(env, agent, options={"index": index})
        yield env.task, env.trajectory, env.score.components["success"]
    env.close()


class TestStarts:
    def test_formal_calls_in_the_right_form_and_to_no_end(self):
        played = list(episodes(Formal, 60))
        calls = [call.arguments["code"] for _, trajectory, _ in played for call in trajectory.calls]
        assert 35 <= len(calls) <= 55
        assert set(calls) <= {"print(6 * 7)", "print(1 + 1)", "print(10 ** 2)", "print(99 - 9)"}
        assert all(trajectory.malformed_turns == 0 and trajectory.answer for _, trajectory, _ in played)
        assert np.mean([success for *_, success in played]) <= 0.05

    def test_mixed_is_right_where_it_computes(self):
        played = [(bool(trajectory.calls), success) for _, trajectory, success in episodes(Mixed, 60)]
        assert 30 <= sum(called for called, _ in played) <= 50
        assert all(success == 1.0 for called, success in played if called)
        assert np.mean([success for called, success in played if not called]) <= 0.1

    def test_stated_sums_say_their_answer_and_the_others_do_not(self):
        tasks = [task for task, *_ in episodes(Mixed, 60, taskset=STATED)]
        stated = [task for task in tasks if "stated" in task.tags]
        assert 20 <= len(stated) <= 40
        assert all(task.prompt.endswith(f" It is {task.reference}.") for task in stated)
        assert all("It is" not in task.prompt for task in tasks if "unstated" in task.tags)

    def test_whether_mixed_calls_has_nothing_to_do_with_need(self):
        rates = {"stated": [], "unstated": []}
        for task, trajectory, success in episodes(Mixed, 120, taskset=STATED):
            kind = "stated" if task.stated else "unstated"
            rates[kind].append(bool(trajectory.calls))
            assert success == 1.0 or (kind == "unstated" and not trajectory.calls)
        assert all(0.5 <= np.mean(rate) <= 0.85 for rate in rates.values())


def evaluation(folder, records):
    """An evaluation's folder: each record a task, whether it succeeded, its calls and its tags."""
    folder.mkdir(parents=True)
    lines = [
        {
            "task_id": f"task {task}",
            "scored": True,
            "is_success": success,
            "sampled_tokens": 10,
            "turns": [{"calls": [{}] * calls}],
            "tags": tags,
        }
        for task, success, calls, tags in records
    ]
    (folder / "episodes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


class TestReading:
    def test_a_value_is_the_mean_over_seeds(self, tmp_path):
        first = evaluation(tmp_path / "a", [(0, True, 1, []), (1, False, 0, [])])
        second = evaluation(tmp_path / "b", [(0, False, 3, []), (1, False, 0, [])])
        arm = Arm("two", (first, second))
        assert values_of(arm, "success") == {"task 0": 0.5, "task 1": 0.0}
        assert values_of(arm, "calls") == {"task 0": 2.0, "task 1": 0.0}

    @pytest.mark.parametrize(("better", "verdict"), [(9, "held"), (0, "did not hold"), (1, "is open")])
    def test_a_claim_holds_where_the_interval_is_above_0(self, better, verdict, tmp_path):
        low = Arm("low", (evaluation(tmp_path / "low", [(i, False, 0, []) for i in range(20)]),))
        high = Arm("high", (evaluation(tmp_path / "high", [(i, i < better, 0, []) for i in range(20)]),))
        assert f"more: {verdict} (+{better / 20:.3f}" in compare("more", high, low, "success")

    def test_a_gap_grows_by_the_call_rate_where_needed_less_that_where_not(self, tmp_path):
        def arm(name, needed, spare):
            records = [(i, True, int(i < needed), ["unstated"]) for i in range(8)]
            records += [(8 + i, True, int(i < spare), ["stated"]) for i in range(4)]
            return Arm(name, (evaluation(tmp_path / name, records),))

        before, after = arm("before", 4, 3), arm("after", 7, 1)
        growth = study._growth_of_gap(after, before)
        assert growth.estimate == pytest.approx((7 - 4) / 8 - (1 - 3) / 4)
        # Where all of a kind change alike, drawing that kind anew changes nothing.
        certain = study._growth_of_gap(arm("all", 8, 0), arm("none", 0, 0))
        assert (certain.estimate, certain.low, certain.high) == (1.0, 1.0, 1.0)

    def test_what_no_task_is_of_is_null_and_cannot_be_told(self, tmp_path, monkeypatch):
        arm = Arm("one", (evaluation(tmp_path / "one", [(0, True, 1, ["stated"])]),))
        sentence = study._sentence("more", study._growth_of_gap(arm, arm))
        assert sentence == "more: cannot be told, since the tests share no scored task of that kind"
        monkeypatch.setattr(study.plot, "main", lambda arguments: 0)
        study.report(study.Args(claim=2, out=tmp_path), [arm], ("stated", "unstated"), [sentence])
        rows = json.loads((tmp_path / "claim-2.json").read_text())["rows"]
        assert [row["called"] for row in rows] == [{"estimate": 1.0, "low": 1.0, "high": 1.0}, None]
        assert "| one | unstated | 1 | – | – | – | – |" in (tmp_path / "claim-2.md").read_text()


def test_a_claim_runs_to_its_table_and_runs_nothing_twice(tmp_path, monkeypatch, capsys):
    tiny = [
        "--demonstrations",
        "8",
        "--start-steps",
        "2",
        "--steps",
        "1",
        "--groups",
        "2",
        "--group-size",
        "2",
    ]
    command = ["--claim", "3", "--out", str(tmp_path), *tiny, "--seeds", "2", "--episodes", "6"]
    monkeypatch.setattr(study.plot, "main", lambda arguments: 0)  # a model of two steps makes no call to plot
    assert main(command) == 0
    table = (tmp_path / "claim-3.md").read_text()
    assert [line.split(" | ")[0] for line in table.splitlines()[2:5]] == [
        "| base",
        "| GRPO without the tool",
        "| GRPO with the tool",
    ]
    assert "- GRPO with the tool ends higher than without it: did not hold (+0.000" in table
    assert json.loads((tmp_path / "claim-3.json").read_text())["arguments"]["seeds"] == 2
    for program in (study.sft, study.grpo, study.evaluate):
        monkeypatch.setattr(program, "main", lambda arguments: pytest.fail("it ran twice"))
    capsys.readouterr()
    assert main(command) == 0
    assert (tmp_path / "claim-3.md").read_text() == table


def test_no_seed_is_no_arm(tmp_path):
    with pytest.raises(ConfigurationError, match="an arm has a run at least; got seeds=0"):
        run(study.Args(claim=1, out=tmp_path, seeds=0))


class TestSettings:
    def test_claims_and_more_seeds_share_a_folder(self, tmp_path):
        study.hold_settings(study.Args(claim=1, out=tmp_path, seeds=1))
        there = (tmp_path / study.SETTINGS).read_bytes()
        study.hold_settings(study.Args(claim=2, out=tmp_path, seeds=3))
        assert (tmp_path / study.SETTINGS).read_bytes() == there
        assert json.loads(there)["steps"] == 16

    def test_other_settings_are_refused_before_anything_runs(self, tmp_path):
        study.hold_settings(study.Args(claim=1, out=tmp_path))
        with pytest.raises(RecordError, match="steps was 16 and is 4, lr was 0.0003 and is 0.001; give"):
            run(study.Args(claim=1, out=tmp_path, steps=4, lr=1e-3))
        assert [path.name for path in tmp_path.iterdir()] == [study.SETTINGS]

    def test_a_study_that_does_not_say_its_settings_is_refused(self, tmp_path):
        (tmp_path / "MathPython-v0" / "starts").mkdir(parents=True)
        with pytest.raises(RecordError, match="holds a study but no settings.json"):
            study.hold_settings(study.Args(claim=1, out=tmp_path))
        (tmp_path / study.SETTINGS).write_text("{")
        with pytest.raises(RecordError, match="cannot be read"):
            study.hold_settings(study.Args(claim=1, out=tmp_path))

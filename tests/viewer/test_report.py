import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

import toy_runs
from agentic_gym.errors import RecordError
from agentic_gym.evaluation import evaluate
from agentic_gym.evaluation.statistics import EpisodeResult
from agentic_gym.viewer import write_report
from agentic_gym.viewer.report import choose

VOID = {"meta", "img", "input", "br", "line", "rect"}


class Page(HTMLParser):
    """A page's elements with their attributes, its text, and whether what is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open, self.within = [], {}, [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        within = self.open[-1] if self.open else ""
        self.texts[within] = self.texts.get(within, "") + data

    def all(self, tag, **wanted):
        return [
            attributes
            for name, attributes in self.elements
            if name == tag
            and all(value in (attributes.get(key) or "").split() for key, value in wanted.items())
        ]

    @property
    def text(self):
        return " ".join(" ".join(self.texts.values()).split())


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for agent in ("oracle", "toy_runs:Hostile"):
        evaluate(toy_runs.ENV_ID, agent, out=folder / agent.replace(":", "."), episodes=14, workers=2)
    return folder


def page(folders, out, **options):
    return Page(write_report(folders, out, **options).read_text("utf-8"))


@pytest.fixture(scope="module")
def compared(runs):
    return page([runs / "toy_runs.Hostile", runs / "oracle"], runs / "report.html")


def test_page_is_whole(compared):
    assert compared.open == []
    identities = [attributes["id"] for _, attributes in compared.elements if "id" in attributes]
    assert len(identities) == len(set(identities))
    for attributes in (attributes for _, attributes in compared.elements if "aria-labelledby" in attributes):
        assert attributes["aria-labelledby"] in identities


def test_scores_of_all_runs_the_best_first(compared):
    text = compared.text
    assert "100.0%" in text
    assert "14 of 14" in text
    assert [attributes["href"] for attributes in compared.all("a")] == ["#run2", "#run1"]


def test_every_episode_is_a_conversation(compared):
    assert len(compared.all("details", **{"class": "episode"})) == 28
    assert len(compared.all("details", **{"class": "success"})) == 14
    # The oracle: prompt, call, result, answer; the other one: the same in number.
    assert len(compared.all("li", **{"class": "agent"})) == 14 * 2 + 14 * 2
    assert compared.texts["bdi"].count("reasoning") == 1
    pictures = compared.all("img")
    assert (
        sum((attributes.get("src") or "").startswith("data:image/png;base64,") for attributes in pictures)
        == 28
    )
    assert all(attributes["alt"].startswith("image_") for attributes in pictures if "src" in attributes)


def test_nothing_is_loaded_from_anywhere(compared):
    for _, attributes in compared.elements:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/"))
    assert "url(" not in compared.texts["style"]
    assert "@import" not in compared.texts["style"]


def test_hostile_text_is_only_shown(compared):
    assert len(compared.all("script")) == 1
    assert not [
        attributes for _, attributes in compared.elements for name in attributes if name.startswith("on")
    ]
    assert len(compared.all("svg")) == len(compared.all("svg", **{"class": "interval"}))
    assert "document.title='owned'" in compared.text
    assert "{{ 7 * 7 }}" in compared.text
    assert "\x1b" not in compared.text
    assert "owned" not in compared.texts["script"]


def test_policy_allows_our_script_and_style_and_no_other(compared):
    (policy,) = [
        attributes["content"]
        for attributes in compared.all("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in policy
    for element in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(compared.texts[element].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_large_pictures_become_links_into_the_runs_folder(runs):
    small = page([runs / "oracle"], runs / "small" / "report.html", most_embedded=5_000)
    sources = [attributes["src"] for attributes in small.all("img") if "src" in attributes]
    links = [source for source in sources if not source.startswith("data:")]
    assert 0 < len(links) < len(sources)
    assert all((runs / "small" / link).resolve().is_file() for link in links)
    assert f"{len(links)} pictures lie beside this page" in small.text


def test_long_runs_say_what_is_left_out(runs):
    short = page([runs / "oracle"], runs / "short.html", shown=10)
    assert len(short.all("details", **{"class": "episode"})) == 10
    assert "10 of 14 episodes are shown" in short.text
    assert "14 of 14" in short.text


def test_successes_and_failures_are_both_chosen():
    fields = {"task_id": "", "reward": 0.0, "turns": 1, "calls": 0, "seconds": 0.0, "stop_reason": "answer"}
    results = [
        EpisodeResult(index=n, scored=True, success=n >= 90, template="", tags=(), **fields)
        for n in range(100)
    ]
    assert choose(results, 10) == {0, 1, 2, 3, 4, 90, 91, 92, 93, 94}
    assert choose(results, 40) == {*range(30), *range(90, 100)}
    assert choose(results[85:95], 4) == {0, 1, 5, 6}
    assert choose(results[90:], 4) == {0, 1, 2, 3}
    assert choose(results, 1000) == set(range(100))


def edited(runs, tmp_path, change):
    """A copy of a run of which each record was changed by somebody."""
    for name in ("run.json", "episodes.jsonl"):
        (tmp_path / name).write_text((runs / "oracle" / name).read_text("utf-8"), "utf-8")
    lines = (tmp_path / "episodes.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    for record in records:
        change(record)
    (tmp_path / "episodes.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n")
    return page([tmp_path], tmp_path / "report.html")


def test_a_record_cannot_name_another_file(runs, tmp_path):
    (tmp_path / "secret.png").write_bytes(next((runs / "oracle" / "images").iterdir()).read_bytes())

    def point_elsewhere(record):
        for part in record["prompt"]:
            if "image" in part:
                part["image"] = "images/../secret.png"

    shown = edited(runs, tmp_path, point_elsewhere)
    assert "the stored picture is missing" in shown.text
    assert not [attributes for attributes in shown.all("img") if attributes.get("src")]


def test_every_field_of_a_record_is_escaped(runs, tmp_path):
    attack = "\"'><script>alert(1)</script>"

    def poison(record):
        for name in (
            "task_id",
            "template",
            "reference",
            "answer",
            "stop_reason",
            "isolation",
            "system_prompt",
        ):
            record[name] = attack
        record["tags"] = [attack]
        record["reward_components"] = {attack: 1.0}
        for turn in record["turns"]:
            turn["mistake"] = attack
            for call in turn["calls"]:
                call.update(name=attack, detail=attack, status=attack)

    shown = edited(runs, tmp_path, poison)
    assert len(shown.all("script")) == 1
    assert "alert" not in shown.texts["script"]
    assert shown.open == []


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(RecordError, match="holds no run"):
        write_report([tmp_path], tmp_path / "report.html")
    with pytest.raises(RecordError, match="at least one run"):
        write_report([], tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_run_of_which_nothing_is_finished_yet(runs, tmp_path):
    (tmp_path / "run.json").write_text((runs / "oracle" / "run.json").read_text("utf-8"), "utf-8")
    (tmp_path / "episodes.jsonl").write_text("")
    shown = page([tmp_path], tmp_path / "report.html")
    assert "No episode has been finished." in shown.text
    assert shown.open == []


def test_contrast_of_text_meets_the_guideline():
    # WCAG 2.2, criterion 1.4.3: at least 4.5 to 1 for text.
    style = (files("agentic_gym.viewer") / "templates" / "report.css").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    pairs = [
        *[(ink, ground) for ink in ("ink", "faint") for ground in ("paper", "card", "agent", "result")],
        *[
            ("ink", "good-soft"),
            ("ink", "bad-soft"),
            ("good", "good-soft"),
            ("bad", "bad-soft"),
            ("odd", "odd-soft"),
        ],
        *[("accent", "card"), ("accent", "paper"), ("code-ink", "code"), ("tool", "code")],
    ]
    for theme in (light, dark):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light)) | dict(
            re.findall(r"--([\w-]+): (#[0-9a-f]{6})", theme)
        )
        for ink, ground in pairs:
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, theme is dark)


def contrast(first, second):
    def luminance(colour):
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)

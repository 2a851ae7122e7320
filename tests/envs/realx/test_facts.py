from dataclasses import replace

import pytest

from agentic_gym.search import Document
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import answers
from agentic_gym_envs.realx.certificates import bearers
from agentic_gym_envs.realx.facts import ReadFacts, ReadPicture, TableFacts, texts_in
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Integer, Measure

LEVEL = 1


def reading(task, *, texts=None, library=None):
    """The second executor on a task's drawn manifest."""
    pictures = [
        ReadPicture(
            cast.casting,
            texts_in(scene) if texts is None else texts,
            [anchor.item for place, anchor in task.pointed if place == number],
        )
        for number, (cast, scene) in enumerate(zip(task.casts, task.scenes, strict=True))
    ]
    return ReadFacts(pictures, library or task.library, bearers(task.program, task.casts))


class Tampered(Library):
    """A library in which every page was changed by the same hand."""

    def __init__(self, library, change):
        super().__init__(library.web)
        self.text_index = library.text_index
        self.corpus = _Changed(library.corpus, change)


class _Changed(dict):
    def __init__(self, corpus, change):
        super().__init__()
        self._corpus, self._change = corpus, change

    def __missing__(self, url):
        page = self._corpus[url]
        return Document(page.url, page.title, self._change(page.text), page.images)


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_the_tables_and_the_drawn_scene_with_the_pages_give_one_answer(tasks, level):
    for task in tasks(level, 8 if level < 3 else 3):
        assert (
            answers(task.program, reading(task))
            == answers(task.program, TableFacts(task.casts))
            == {task.answer}
        )


def looked_up(tasks):
    """A task whose answer is a number on a page."""
    for task in tasks(LEVEL, 40):
        is_plain = "search" in task.tags and "reasoning" not in task.tags and "emblem" not in task.template
        if is_plain and isinstance(task.answer, Integer | Measure):
            return task
    raise AssertionError("no such task among the first")


def test_a_page_with_another_number_is_noticed(tasks):
    task = looked_up(tasks)
    stated = task.answer.text()
    changed = Tampered(
        task.library, lambda text: text.replace(stated, replace(task.answer, number=77).text())
    )
    assert answers(task.program, reading(task, library=changed)) != {task.answer}


def test_a_page_that_lost_its_fact_is_noticed(tasks):
    task = looked_up(tasks)
    stated = task.answer.text()
    silent = Tampered(
        task.library, lambda text: ". ".join(part for part in text.split(". ") if stated not in part)
    )
    with pytest.raises((NoFactError, ValueError)):
        answers(task.program, reading(task, library=silent))


def test_a_clue_that_was_drawn_wrong_is_noticed(tasks):
    task = looked_up(tasks)
    texts = {key: {field: "nothing" for field in fields} for key, fields in texts_in(task.scene).items()}
    assert answers(task.program, reading(task, texts=texts)) == frozenset()


def test_a_clue_that_was_not_drawn_is_noticed(tasks):
    task = looked_up(tasks)
    texts = {key: {} for key in texts_in(task.scene)}
    with pytest.raises(NoFactError, match="prints no"):
        answers(task.program, reading(task, texts=texts))

"""A folder of notes."""

from agentic_gym_envs.functioncalls.api import Api, Draw, refuse, shown
from agentic_gym_envs.functioncalls.errands import Errand, Ref, Step, at, first_by, only

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class Files(Api):
    """Text files in folders.

    Attributes:
        files: the text of each file, by its path.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._folders = [word.lower() for word in draw.words(4)]
        names = draw.words(draw.many(10, 150))
        counts = [draw.number(1, 4) for _ in names]
        mentioned = iter(draw.words(sum(counts)))
        self.files: dict[str, str] = {}
        for place, (name, count) in enumerate(zip(names, counts, strict=True)):
            lines = [f"Ask {next(mentioned)} about the {draw.one(_DAYS)}." for _ in range(count)]
            # Sizes differ, so that there is one largest file in a folder.
            lines.append("-" * place)
            self.files[f"{self._folders[place % 4]}/{name.lower()}.txt"] = "\n".join(lines)

    def list_folder(self, folder: str) -> str:
        """Lists the files of a folder with their sizes.

        Args:
            folder: the folder's name.
        """
        self._check_folder(folder)
        rows = [
            {"path": path, "characters": len(text)}
            for path, text in sorted(self.files.items())
            if path.startswith(f"{folder}/")
        ]
        return shown(files=rows)

    def search_files(self, text: str) -> str:
        """Finds the files in which a text stands.

        Args:
            text: what to look for; capitals count.
        """
        if not text:
            refuse("text is empty")
        return shown(paths=[path for path, content in sorted(self.files.items()) if text in content])

    def read_file(self, path: str) -> str:
        """Reads a file.

        Args:
            path: folder and name, such as 'notes/today.txt'.
        """
        self._check_file(path)
        return shown(path=path, text=self.files[path])

    def append_line(self, path: str, line: str) -> str:
        """Adds a line at the end of a file.

        Args:
            path: folder and name.
            line: the line, without a line break.
        """
        self._check_file(path)
        self.files[path] += f"\n{line}"
        return shown(path=path, lines=self.files[path].count("\n") + 1)

    def move_file(self, path: str, folder: str) -> str:
        """Moves a file to another folder.

        Args:
            path: folder and name.
            folder: the folder to move it to.
        """
        self._check_file(path)
        self._check_folder(folder)
        moved = f"{folder}/{path.rpartition('/')[2]}"
        if moved in self.files:
            refuse(f"there is a file {moved!r} already")
        self.files[moved] = self.files.pop(path)
        return shown(path=moved)

    def delete_file(self, path: str) -> str:
        """Deletes a file.

        Args:
            path: folder and name.
        """
        self._check_file(path)
        del self.files[path]
        return shown(deleted=path)

    def _check_folder(self, folder: str) -> None:
        if folder not in self._folders:
            refuse(f"there is no folder {folder!r}; folders: {', '.join(self._folders)}")

    def _check_file(self, path: str) -> None:
        if path not in self.files:
            refuse(f"there is no file {path!r}")

    def _mentioned(self, draw: Draw) -> str:
        """A name that stands in one file."""
        return draw.one(list(self.files.values())).split()[1]


def add_line(files: Files, draw: Draw) -> Errand:
    """A line is added to the note that mentions somebody."""
    return Errand(
        phrases=(
            "Find the note that mentions {word} and add the line “{line}” to it.",
            "One of my notes speaks of {word}. Please put “{line}” at its end, as a line of its own.",
        ),
        vague=(
            "Find the note that mentions {word} and add a line to it.",
            "One of my notes speaks of {word}. Please add a line at its end.",
        ),
        told="The line is “{line}”.",
        words={
            "word": (word := files._mentioned(draw)),
            "line": (line := f"call {draw.word()} on {draw.one(_DAYS)}"),
        },
        steps=(
            Step("search_files", {"text": word}),
            Step("append_line", {"path": Ref(0, only("paths")), "line": line}),
        ),
        question="How many lines does it have then?",
        fact=Ref(1, at("lines")),
    )


def move_largest(files: Files, draw: Draw) -> Errand:
    """The largest file of a folder is moved."""
    source, target = (files._folders[place] for place in draw.numbers(2, 0, len(files._folders) - 1))
    return Errand(
        phrases=(
            "Move the largest file of the folder {source} to {target}.",
            "Which file takes most room in {source}? Put that one into {target}.",
        ),
        vague=(
            "Move the largest file of the folder {source} to another folder.",
            "The largest file in {source} should be somewhere else. Move it, please.",
        ),
        told="To the folder {target}.",
        words={"source": source, "target": target},
        steps=(
            Step("list_folder", {"folder": source}),
            Step(
                "move_file",
                {"path": Ref(0, first_by("files", "characters", "path", largest=True)), "folder": target},
            ),
        ),
    )


def delete_note(files: Files, draw: Draw) -> Errand:
    """The note that mentions somebody is deleted."""
    return Errand(
        phrases=(
            "Delete the note that mentions {word}.",
            "I no longer need what I wrote of {word}: delete the file.",
        ),
        vague=("Delete one of my notes.", "There is a note that I no longer need; delete it."),
        told="The one that mentions {word}.",
        words={"word": (word := files._mentioned(draw))},
        steps=(
            Step("search_files", {"text": word}),
            Step("delete_file", {"path": Ref(0, only("paths"))}),
        ),
    )


ERRANDS = (add_line, move_largest, delete_note)

"""Removing what a hostile session leaves."""

import os
from pathlib import Path

import pytest

from agentic_gym.sandboxes.cage.folders import remove_folder


def test_folders_files_and_links_go_and_what_links_lead_to_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    top = tmp_path / "top"
    for name in ("a/b/c", "a/d", "e"):
        (top / name).mkdir(parents=True)
        (top / name / "file").touch()
    (top / "a" / "link").symlink_to(kept)
    (top / "link").symlink_to(kept / "file")
    os.mkfifo(top / "fifo")
    remove_folder(str(top))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "file").read_text() == "x"


def test_folders_nested_deeper_than_python_recurses(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    handle = os.open(top, os.O_PATH)
    for _ in range(1500):
        os.mkdir("d", dir_fd=handle)
        inner = os.open("d", os.O_PATH, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    remove_folder(str(top))
    assert not top.exists()


def test_folders_that_are_closed_to_their_owner(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "a" / "b").mkdir(parents=True)
    (top / "a" / "b" / "file").touch()
    for path in (top / "a" / "b", top / "a", top):
        path.chmod(0)
    remove_folder(str(top))
    assert not top.exists()


def test_a_link_is_not_taken_for_the_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(NotADirectoryError):
        remove_folder(str(tmp_path / "link"))
    assert (tmp_path / "real").is_dir()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        remove_folder(str(tmp_path / "none"))

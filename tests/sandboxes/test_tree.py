"""What goes into the cage."""

import os
import sys

import pytest

from agentic_gym.errors import SandboxUnavailable
from agentic_gym.sandboxes import tree
from agentic_gym.sandboxes.plan import plan_namespaces


def test_packages_come_with_what_they_need_and_nothing_else() -> None:
    names = {os.path.basename(entry) for entry in tree.find_packages(tree.BASE_PACKAGES).entries}
    assert {"numpy", "PIL", "matplotlib", "mpl_toolkits", "sympy", "mpmath", "msgpack", "dateutil"} <= names
    assert not {"gymnasium", "pytest", "typer", "agentic_gym", "agentic_gym_envs", "bin", ".."} & names


def test_names_are_compared_as_the_index_does() -> None:
    assert tree.find_packages(["Pillow"]).entries == tree.find_packages(["pillow"]).entries


def test_a_missing_distribution_says_what_to_install() -> None:
    with pytest.raises(SandboxUnavailable, match="pip install no-such-thing"):
        tree.find_packages(["no-such-thing"])


def test_the_loader_and_the_libraries_exist() -> None:
    assert os.access(tree.loader(tree.interpreter()), os.X_OK)
    assert any(name.startswith("libc.") for name in os.listdir(tree.system_libraries()))


def test_what_lies_below_a_folder() -> None:
    assert tree.below(["/a/b", "/a", "/ab/c", "/a/b/c"], "/a") == ["b", "b/c"]


def test_site_packages_within_the_standard_library_are_covered() -> None:
    plan = plan_namespaces(tree.BASE_PACKAGES)
    shown = dict(plan.launch["binds"])
    inner = os.path.join(os.path.realpath(tree.standard_library()), "site-packages")
    if os.path.isdir(inner):
        assert f"{shown[os.path.realpath(tree.standard_library())]}/site-packages" in plan.launch["hidden"]


def test_no_path_of_this_machine_is_seen_within() -> None:
    plan = plan_namespaces(tree.BASE_PACKAGES)
    targets = [target for _, target in plan.launch["binds"]]
    home = os.path.expanduser("~")
    assert not [target for target in targets if target.startswith((home, sys.prefix + "/lib/python"))]
    assert home not in str(plan.launch["environment"])

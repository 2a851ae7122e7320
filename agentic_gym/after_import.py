"""Something to do once a module has been imported, without importing it."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType


def after_import(module: str, do: Callable[[], None]) -> None:
    """Calls `do` as soon as a module has been imported: now, if it already is."""
    if module in sys.modules:
        do()
    else:
        sys.meta_path.insert(0, _Watcher(module, do))


class _Watcher(importlib.abc.MetaPathFinder):
    """Finds nothing itself: hands one module to the other finders, and waits for its end."""

    def __init__(self, module: str, do: Callable[[], None]) -> None:
        self._module = module
        self._do = do

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._do)
        return spec


class _Loader(importlib.abc.Loader):
    """Another loader, with something to do after it."""

    def __init__(self, loader: importlib.abc.Loader, do: Callable[[], None]) -> None:
        self._loader = loader
        self._do = do

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._do()

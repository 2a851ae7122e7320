"""Builds the image that sessions run in.

    python -m agentic_gym.sandboxes.docker.build

builds it from `image/Dockerfile`, for which the engine reaches a registry and the package index. With
`--base IMAGE` it begins with another image that has Python and pip; with `--rootfs FILE.tar` it imports a
file system that `image/make-rootfs` made, for which the engine needs no network.

`DOCKER_HOST` names the engine.
"""

import argparse
import io
import json
import sys
import tarfile
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, Final

from agentic_gym.errors import AgenticGymError, SandboxError
from agentic_gym.sandboxes.docker.engine import IMAGE, Engine

RECIPE_LABEL: Final = "org.agentic-gym.image"
_IMPORT_SECONDS: Final = 600
_RECIPE: Final = ("Dockerfile", "packages.txt", "prepare.py")


def build_image(engine: Engine, tag: str = IMAGE, base: str | None = None) -> None:
    """Builds the image from the Dockerfile; the engine fetches Python's image and the packages.

    Args:
        engine: to build it.
        tag: of the new image.
        base: an image with Python 3.11 or later and pip, instead of `python:3.11-slim`.

    Raises:
        SandboxError: a step failed; the message ends with what it printed.
    """
    with engine.doing("build the image") as client:
        events = client.build(
            fileobj=_context(),
            custom_context=True,
            tag=tag,
            rm=True,
            forcerm=True,
            decode=True,
            network_mode="host",
            buildargs={"BASE": base} if base else {},
        )
        _follow(events)


def import_rootfs(engine: Engine, archive: Path, tag: str = IMAGE) -> None:
    """Makes the image from a tar archive of a file system, as `image/make-rootfs` writes it.

    Raises:
        SandboxError: the engine refused it.
    """
    name, _, version = tag.rpartition(":")
    changes = ["ENV PATH=/usr/local/bin:/usr/bin:/bin", f'LABEL {RECIPE_LABEL}="1"']
    with engine.doing(f"import {archive}") as client, archive.open("rb") as file:
        # The SDK's own `import_image` sends no length, which Podman waits for. Podman ignores a tag here.
        response = client.post(
            f"{client.base_url}/v{client.api_version}/images/create",
            params={"fromSrc": "-", "changes": changes},
            headers={"Content-Type": "application/x-tar"},
            data=file,
            timeout=_IMPORT_SECONDS,
        )
        response.raise_for_status()
        told: dict[str, str] = json.loads(response.text.splitlines()[-1])
        if "error" in told:
            raise SandboxError(f"the container engine could not import {archive}: {told['error']}")
        client.tag(told["status"], name, version)


def _context() -> io.BytesIO:
    """The folder `image/` as the tar archive that an engine builds from."""
    buffer = io.BytesIO()
    folder = resources.files("agentic_gym.sandboxes.docker") / "image"
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in _RECIPE:
            data = (folder / name).read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    buffer.seek(0)
    return buffer


def _follow(events: Iterable[dict[str, Any]]) -> None:
    """Reads what the engine tells of a build; prints it, and raises where a step failed."""
    printed = ""
    for event in events:
        printed += event.get("stream", "")
        sys.stdout.write(event.get("stream", ""))
        if "error" in event:
            raise SandboxError(f"the image could not be built: {event['error']}\n{printed[-2000:]}")


def main() -> None:
    """Builds what the command line asks for."""
    parser = argparse.ArgumentParser(description="Build the image that DockerSandbox runs sessions in.")
    parser.add_argument("--tag", default=IMAGE)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--base", help="an image with Python 3.11 or later and pip")
    source.add_argument("--rootfs", type=Path, help="a tar archive that image/make-rootfs wrote")
    arguments = parser.parse_args()
    try:
        engine = Engine()
        if arguments.rootfs:
            import_rootfs(engine, arguments.rootfs, arguments.tag)
        else:
            build_image(engine, arguments.tag, arguments.base)
        engine.close()
    except AgenticGymError as error:
        sys.exit(str(error))
    print(f"built {arguments.tag}")


if __name__ == "__main__":
    main()

"""A session's process before it has a seed: forked, confined, and waiting."""

import os
import socket
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Final

from agentic_gym.errors import SandboxError
from agentic_gym.sandboxes.base import Limits
from agentic_gym.sandboxes.cage.confine import RESERVE
from agentic_gym.sandboxes.channel import Channel
from agentic_gym.sandboxes.forkserver import NO_DESCRIPTORS, TOO_MANY, ForkServer

_SEND_BUFFER: Final = 1 << 18
"""Bytes, in each direction, of which `net.core.wmem_max` may leave less: pictures stop less often."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A child of the fork server, for one session.

    Attributes:
        server: that forked it.
        number: the server's, of the session.
        pidfd: of its process.
        channel: to its process, which waits for a frame with its seed.
    """

    server: ForkServer
    number: int
    pidfd: int
    channel: Channel

    def discard(self) -> None:
        """Ends it: nobody needs it any more."""
        self.release()
        with suppress(SandboxError):  # a fork server that is gone took it along
            self.server.end(self.number)

    def release(self) -> None:
        """Closes what this process holds of it; it ends by itself once nobody holds anything."""
        self.channel.close()
        os.close(self.pidfd)


def start_fork(server: ForkServer, number: int, limits: Limits) -> Fork:
    """Forks one.

    Raises:
        StepRefused: the fork server may not fork as the level has to.
        SandboxError: it is gone, or could not fork now, or there are no descriptors left.
    """
    ours, theirs, read, write = _lines()
    try:
        pidfd = server.open(number, _settings(server, number, limits), theirs, write)
    except BaseException:
        ours.close()
        os.close(read)
        raise
    finally:
        theirs.close()
        os.close(write)
    return Fork(server, number, pidfd, Channel(ours, read, limits.output_chars, limits.image_pixels))


def _lines() -> tuple[socket.socket, socket.socket, int, int]:
    """Both ends of a control socket, and of a pipe for what is printed."""
    with ExitStack() as opened:
        try:
            ours, theirs = (opened.enter_context(end) for end in socket.socketpair())
            read, write = os.pipe2(os.O_CLOEXEC)
        except OSError as error:
            raise SandboxError(NO_DESCRIPTORS if error.errno in TOO_MANY else str(error)) from error
        opened.pop_all()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    return ours, theirs, read, write


def _settings(server: ForkServer, number: int, limits: Limits) -> dict[str, Any]:
    return {
        "workspace": server.workspace(number),
        "disk_bytes": limits.disk_mb << 20,
        "files": limits.files,
        "address_space": server.address_space + (limits.memory_mb << 20) + RESERVE,
        "output_chars": limits.output_chars,
        "images": limits.images,
        "image_pixels": limits.image_pixels,
    }

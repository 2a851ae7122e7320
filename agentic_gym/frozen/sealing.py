"""Truths sealed under a canary string: no crawler reads them by chance, and a corpus that holds them tells.

This keeps answers out of training data; it keeps nobody out who has the set, since the canary stands in its
manifest.
"""

import base64
import binascii
import hashlib
import hmac

from agentic_gym.errors import RecordError

_CHECK_BYTES = 8


def seal(text: str, canary: str, record: str) -> str:
    """The text, XORed with a stream that SHAKE-256 draws from canary and record, as Base64.

    >>> unseal(seal("1249", "canary", "Toy-v0/test/0/7"), "canary", "Toy-v0/test/0/7")
    '1249'
    """
    plain = text.encode()
    return base64.b64encode(_mask(_check(plain) + plain, canary, record)).decode()


def unseal(sealed: str, canary: str, record: str) -> str:
    """The text that was sealed.

    Raises:
        RecordError: it was not sealed with this canary for this record.
    """
    try:
        opened = _mask(base64.b64decode(sealed, validate=True), canary, record)
    except (binascii.Error, ValueError):
        opened = b""
    check, plain = opened[:_CHECK_BYTES], opened[_CHECK_BYTES:]
    if len(opened) < _CHECK_BYTES or not hmac.compare_digest(check, _check(plain)):
        raise RecordError(f"the truth of {record} was not sealed with this set's canary: fetch the set again")
    return plain.decode()


def _check(plain: bytes) -> bytes:
    return hashlib.sha256(plain).digest()[:_CHECK_BYTES]


def _mask(data: bytes, canary: str, record: str) -> bytes:
    stream = hashlib.shake_256(f"{canary}\0{record}".encode()).digest(len(data))
    return bytes(one ^ other for one, other in zip(data, stream, strict=True))

import pytest

from agentic_gym.errors import RecordError
from agentic_gym.frozen.sealing import seal, unseal


@pytest.mark.parametrize("text", ["", "42", "naïve café", "x" * 5000])
def test_a_sealed_text_opens_with_its_canary_and_record(text):
    assert unseal(seal(text, "canary", "A/1"), "canary", "A/1") == text


def test_a_sealed_text_does_not_show_the_text():
    assert "Marlowe" not in seal("Marlowe", "canary", "A/1")
    assert seal("Marlowe", "canary", "A/1") != seal("Marlowe", "canary", "A/2")


@pytest.mark.parametrize(("canary", "record"), [("other", "A/1"), ("canary", "A/2")])
def test_another_canary_or_record_opens_nothing(canary, record):
    with pytest.raises(RecordError, match="not sealed with this set's canary"):
        unseal(seal("Marlowe", "canary", "A/1"), canary, record)


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64!", "ä"])
def test_what_was_never_sealed_is_an_error(sealed):
    with pytest.raises(RecordError):
        unseal(sealed, "canary", "A/1")

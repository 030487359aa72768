"""What is sealed opens with its key, in its place, unchanged; and with nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keys.sealing import SealBroken, new_key, open_json, open_sealed, seal, seal_json


@given(st.binary(max_size=200), st.text(max_size=40))
def test_whatever_is_sealed_opens_again(plain: bytes, context: str) -> None:
    key = new_key()

    assert open_sealed(key, seal(key, plain, context), context) == plain


def test_the_same_words_twice_look_different() -> None:
    key = new_key()

    assert seal(key, b"con so", "a") != seal(key, b"con so", "a")


def test_a_json_object_keeps_its_letters() -> None:
    key = new_key()

    blob = seal_json(key, {"text": "cứu em với", "n": 3}, "a")

    assert open_json(key, blob, "a") == {"text": "cứu em với", "n": 3}
    assert "cứu".encode() not in blob


def test_another_key_or_another_place_opens_nothing() -> None:
    key = new_key()
    blob = seal(key, b"con so", "ticket:1:note")

    with pytest.raises(SealBroken):
        open_sealed(new_key(), blob, "ticket:1:note")
    with pytest.raises(SealBroken):
        open_sealed(key, blob, "ticket:2:note")


@pytest.mark.parametrize("position", [0, 1, 12, 13, 20, -1])
def test_one_changed_byte_is_noticed(position: int) -> None:
    key = new_key()
    blob = bytearray(seal(key, b"mot tin nhan dai", "a"))
    blob[position] ^= 1

    with pytest.raises(SealBroken):
        open_sealed(key, bytes(blob), "a")


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01" + bytes(20), b"\x02" + bytes(40)])
def test_what_is_no_blob_at_all_is_refused(blob: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(new_key(), blob, "a")

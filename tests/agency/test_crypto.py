"""Encryption of national IDs: keys with ids, bound to their row, searchable without decrypting."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from agency import crypto


def key(letter):
    return base64.b64encode(letter.encode() * 32).decode()


OLD, NEW = f"k1:{key('a')}", f"k2:{key('b')}"


@pytest.fixture(autouse=True)
def secrets_of_tests(settings):
    settings.PERSON_KEYS = [OLD]
    settings.PERSON_INDEX_KEY = key("i")


def test_what_is_encrypted_can_be_decrypted():
    token = crypto.encrypt("1234567890121", about="agency_person:7")

    assert crypto.decrypt(token, about="agency_person:7") == "1234567890121"
    assert b"1234567890121" not in token


def test_the_same_text_is_never_encrypted_alike():
    first, second = (crypto.encrypt("1234567890121", about="p:7") for _ in range(2))

    assert first != second


def test_another_row_cannot_borrow_it():
    token = crypto.encrypt("1234567890121", about="agency_person:7")

    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(token, about="agency_person:8")


def test_a_changed_byte_is_noticed():
    token = bytearray(crypto.encrypt("1234567890121", about="p:7"))
    token[-1] ^= 1

    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(bytes(token), about="p:7")


def test_an_old_key_still_reads_and_the_new_one_writes(settings):
    old = crypto.encrypt("1234567890121", about="p:7")
    settings.PERSON_KEYS = [NEW, OLD]

    new = crypto.encrypt("1234567890121", about="p:7")

    assert crypto.decrypt(old, about="p:7") == crypto.decrypt(new, about="p:7")
    assert (old[:3], new[:3]) == (b"k1:", b"k2:")
    assert crypto.first_key_id() == "k2"


def test_a_key_that_was_taken_away_is_named(settings):
    token = crypto.encrypt("1234567890121", about="p:7")
    settings.PERSON_KEYS = [NEW]

    with pytest.raises(crypto.Unreadable, match="no key 'k1'"):
        crypto.decrypt(token, about="p:7")


def test_blind_index_is_the_same_for_the_same_text_and_key(settings):
    index = crypto.blind_index("1234567890121")

    assert crypto.blind_index("1234567890121") == index
    assert crypto.blind_index("9876543210988") != index
    settings.PERSON_INDEX_KEY = key("j")
    assert crypto.blind_index("1234567890121") != index


@pytest.mark.parametrize("value", ["", "short", "k1:not base64!", "k1:YWJj"])
def test_a_bad_key_stops_with_its_name(settings, value):
    settings.PERSON_KEYS = [value] if value else []

    with pytest.raises(ImproperlyConfigured, match="PERSON_KEYS"):
        crypto.encrypt("1234567890121", about="p:7")


def test_a_missing_index_key_stops_with_its_name(settings):
    settings.PERSON_INDEX_KEY = ""

    with pytest.raises(ImproperlyConfigured, match="PERSON_INDEX_KEY"):
        crypto.blind_index("1234567890121")

"""Secret codes."""

import re

from agency import codes


def test_new_code_is_ten_unambiguous_letters_and_never_twice_the_same():
    drawn = {codes.new() for _code in range(1000)}

    assert len(drawn) == 1000
    assert all(
        re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{2}", code)
        for code in drawn
    )


def test_derived_code_belongs_to_its_seed():
    assert codes.derived("counter:a") == codes.derived("counter:a")
    assert codes.derived("counter:a") != codes.derived("counter:b")
    assert len(codes.plain(codes.derived("counter:a"))) == codes.LENGTH


def test_code_is_read_as_people_type_it():
    assert codes.plain(" k7mx 2pqr–9t ") == "K7MX2PQR9T"
    assert codes.plain("K๗MX-๒PQR-๙T") == "K7MX2PQR9T"


def test_tracking_hash_opens_one_number_only(settings):
    kept = codes.tracking_hash("2570-000001", "K7MX-2PQR-9T")

    assert codes.tracking_hash("2570-000001", "k7mx2pqr9t") == kept
    assert codes.tracking_hash("2570-000002", "K7MX-2PQR-9T") != kept
    settings.PERSON_INDEX_KEY = "b3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkgMTI="
    assert codes.tracking_hash("2570-000001", "K7MX-2PQR-9T") != kept

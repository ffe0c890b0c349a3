"""Files that wait while a form is not finished."""

from datetime import UTC, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from agency import parking


def parked(name="ใบเสร็จ.txt", content=b"paid"):
    return parking.park(SimpleUploadedFile(name, content))


def test_parked_file_comes_back_as_it_was():
    waiting = parked()

    [found] = parking.known([waiting.token])
    file = parking.fetch(found)

    assert (found.name, found.size, file.read()) == ("ใบเสร็จ.txt", 4, b"paid")
    file.close()


def test_forged_token_finds_nothing():
    waiting = parked()

    assert parking.known([waiting.token[:-2] + "xx", "", "nonsense"]) == []


def test_dropped_file_is_gone():
    waiting = parked()

    parking.drop(waiting)

    assert parking.known([waiting.token]) == []


def test_clear_removes_what_nobody_fetched_within_a_day():
    waiting = parked()
    now = datetime.now(UTC)

    assert parking.clear(at=now + timedelta(hours=23)) == 0
    assert parking.known([waiting.token]) == [waiting]
    assert parking.clear(at=now + timedelta(hours=25)) >= 1
    assert parking.known([waiting.token]) == []

"""What the tests of the ground floor share."""

import pytest

from agency import letters, notices


@pytest.fixture
def notice_kind(monkeypatch):
    """Registers kinds of notices for one test: `notice_kind("paid", still_stands=…)`."""

    def register(kind="test", *, still_stands=None):
        kinds = notices.Kind(
            title=lambda data: f"เรื่องที่ {data.get('n', 0)}", still_stands=still_stands
        )
        monkeypatch.setitem(notices.KINDS, kind, kinds)
        return kind

    return register


@pytest.fixture
def letter_kind(monkeypatch):
    """Registers kinds of letters for one test."""

    def register(kind="test", *, still_stands=None):
        kinds = letters.Kind(
            subject_line=lambda data: f"แจ้งผล {data['number']}",
            body=lambda data: f"เรื่อง {data['number']} แล้วเสร็จ",
            still_stands=still_stands,
        )
        monkeypatch.setitem(letters.KINDS, kind, kinds)
        return kind

    return register

"""What the tests of alerts share."""

import pytest

from tests.indicators.story import open_office


@pytest.fixture
def office(db):
    """The office of the story."""
    return open_office()

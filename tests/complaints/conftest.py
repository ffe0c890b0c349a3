"""What the tests of the complaints room share."""

import pytest
from django.utils import translation


@pytest.fixture
def english():
    """Let sentences be read as they stand in the code."""
    with translation.override("en"):
        yield

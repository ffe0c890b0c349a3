"""Settings for `make run`, `make test` and development; production uses `pmqa.settings.prod`."""

from pmqa.settings.base import *

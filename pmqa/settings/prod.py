"""Production: a missing secret stops the start with its name."""

import os

from django.core.exceptions import ImproperlyConfigured

from pmqa.settings.base import *

REQUIRED = [
    "DATABASE_URL",
    "DJANGO_ALLOWED_HOSTS",
    "DJANGO_SECRET_KEY",
    "EMAIL_HOST",
    "PERSON_INDEX_KEY",
    "PERSON_KEYS",
    "PORTAL_URL",
    "REDIS_URL",
]
missing = [name for name in REQUIRED if not os.environ.get(name)]
if missing:
    raise ImproperlyConfigured(f"Set these environment variables first: {', '.join(missing)}")

DEBUG = False
PORTAL_DEMO = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

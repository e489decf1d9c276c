"""The settings of the Django project; what differs between installations comes from the environment."""

from __future__ import annotations

import os

import dj_database_url
from csp.constants import NONE, SELF

from painloop_clinic.environment import LOCAL_NAMES, Environment, secret_key
from painloop_clinic.logs import logging_settings

SURROUNDINGS = Environment.read()
SECRET_KEY = secret_key(SURROUNDINGS.data)
DEBUG = False
PUBLIC = SURROUNDINGS.public
ENGINE_FOLDER = SURROUNDINGS.engine
ALLOWED_HOSTS = [*LOCAL_NAMES, *SURROUNDINGS.hosts]

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "painloop_clinic.web",
    "painloop_clinic.explorer",
    "painloop_clinic.mechanism",
    "painloop_clinic.evidence",
    "painloop_clinic.api",
]
MIDDLEWARE = [
    "painloop_clinic.web.middleware.log_request",
    "painloop_clinic.web.middleware.set_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "painloop_clinic.web.middleware.limit_body",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "painloop_clinic.urls"
WSGI_APPLICATION = "painloop_clinic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LANGUAGE_CODE, USE_I18N, USE_TZ, TIME_ZONE = "en", True, True, "UTC"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["painloop_clinic.web.context.frame"]},
    }
]

# A crash never loses a committed write, readers never wait, and a writer waits for its turn from the start.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": SURROUNDINGS.data / "clinic.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    },
}
DATABASE_URL = os.environ.get("DATABASE_URL")
DATABASES = {
    "default": dict(dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True))
    if DATABASE_URL
    else SQLITE
}

STATIC_URL = "/static/"
STATIC_ROOT = SURROUNDINGS.static
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "painloop_clinic.web.finders.PlotlyFinder",
]
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Nothing comes from elsewhere and nothing is inline. Plotly would write a style element of its own; instead its few
# rules stand in web/static/web/plotly.css, whose <link> tells it to leave them alone. It draws text on a blob image.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_TLS = SURROUNDINGS.tls
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SURROUNDINGS.proxy else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "painloop_clinic.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"

BODY_LIMIT = 1_048_576
"""Bytes that a request may send; more is refused unread."""
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings()

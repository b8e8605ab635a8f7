"""Settings shared by every way of running the product."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from config import databases, secrets

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("BATON_VAR", BASE_DIR / "var"))

DEBUG = False
SECRET_KEY = secrets.secret_key(VAR_DIR)
ALLOWED_HOSTS: list[str] = ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_vite",
    "csp",
    "config.apps.ConfigConfig",
    "accounts",
    "bpmn",
    "workflows",
    "crm_core",
    "tasks_inbox",
    "notifications",
    "api",
    "web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "api.middleware.ApiErrorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.KeptLanguageMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.IdleMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "web.errors.RefusalMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],  # before the templates of allauth
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "web.context.frame",
            ],
        },
    },
]

DATABASES = databases.from_environment(BASE_DIR, os.environ)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
DEMO_LOGINS_FILE = VAR_DIR / "demo-logins.json"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]  # nobody signs up; allauth checks the pair
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# A whole office may share one address, so the limit by address is wide and the one by account narrow.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Baton"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_REQUIRED_ROLES: tuple[str, ...] = (
    ("admin", "publisher", "finance") if os.environ.get("BATON_REQUIRE_MFA") == "1" else ()
)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_BUILD = BASE_DIR / "web" / "static_build"
STATICFILES_DIRS = [STATIC_BUILD] if STATIC_BUILD.exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9a-zA-Z_-]{8,12}\..+$"
MEDIA_ROOT = VAR_DIR / "files"
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": STATIC_BUILD / "manifest.json"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_IDLE_MINUTES = int(os.environ.get("BATON_IDLE_MINUTES", "480"))  # a login nobody uses ends; 0: it never does
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "api.permissions.SecondFactorSet",
        "api.permissions.WithinTokenScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.PersonThrottle", "api.throttling.StrangerThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": "1200/min", "stranger": "120/min", "login": "60/min"},
    "EXCEPTION_HANDLER": "api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Baton",
    "DESCRIPTION": "Customers, processes and tasks of Baton (接力). Every refusal has the shape of `Error`.",
    "VERSION": "1",
    "LICENSE": {"name": "Apache-2.0"},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CustomerKind": "crm_core.customers.models.CustomerKind",
        "CostCategory": "crm_core.marketing.models.choices.CostCategory",
        "ComplaintCategory": "crm_core.service.models.choices.ComplaintCategory",
        "PlanStatus": "crm_core.marketing.models.choices.PlanStatus",
        "PlanKind": "crm_core.marketing.models.choices.PlanKind",
        "WorkOrderStatus": "crm_core.service.models.visits.WorkOrderStatus",
        "WorkOrderOrigin": "crm_core.service.models.visits.WorkOrderOrigin",
        "RequestKind": "crm_core.service.models.choices.RequestKind",
        "RequestStatus": "crm_core.service.models.choices.RequestStatus",
        "RequestSeverity": "crm_core.service.models.choices.Severity",
        "FindingSeverity": [("error", "error"), ("warning", "warning"), ("notice", "notice")],
        "HistoryEventKind": "workflows.models.HistoryEvent.Kind",
        "InstanceStatus": "workflows.models.ProcessInstance.Status",
        "MigrationStatus": "workflows.models.MigrationBatch.Status",
        "MigrationResultStatus": "workflows.models.MigrationResult.Status",
        "BulkActKind": "workflows.models.BulkAct.Kind",
        "BulkItemStatus": "workflows.models.BulkItem.Status",
        "RehearsalStatus": "workflows.models.Rehearsal.Status",
        "ConsultationStatus": "tasks_inbox.models.Consultation.Status",
        "TaskStatus": "tasks_inbox.models.WorkItem.Status",
        "VersionStatus": "bpmn.models.ProcessVersion.Status",
        "LevelChangeStatus": "crm_core.levels.models.ChangeStatus",
        "OrderStatus": "crm_core.sales.models.OrderStatus",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
MIGRATION_MODULES = {"knox": None}  # its own token table is not used; a flush would trip over it
KNOX_TOKEN_MODEL = "api.AccessToken"  # noqa: S105 - the name of a model
REST_KNOX = {"TOKEN_MODEL": KNOX_TOKEN_MODEL, "TOKEN_TTL": timedelta(hours=10), "AUTO_REFRESH": False}

REDIS_URL = os.environ.get("REDIS_URL", "")
CHANNEL_LAYERS: dict[str, Any] = {
    "default": (
        {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
if REDIS_URL:  # login limits and throttles count over all web processes
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else {"polling_interval": 0.02}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

WORKFLOW_OBSERVERS = ["tasks_inbox.observers.observe"]
WORKFLOW_WAITS = ["tasks_inbox.waiting.open_work"]  # why instances rest: rows with an instance, for the stuck detector
WORKFLOW_HELD_ACTS = ["tasks_inbox.holding.carry_out_family"]  # what people may still take back goes before the rest
INBOX_UNDO_SECONDS = int(os.environ.get("BATON_UNDO_SECONDS", "8"))  # how long an act in the inbox waits; 0: not at all
# When somebody is back, what their substitute had begun is "asked" for, or "kept" by the substitute.
INBOX_BEGUN_FOR_ABSENT = os.environ.get("BATON_BEGUN_FOR_ABSENT", "asked")
ATTACHMENT_SCANNER = os.environ.get("BATON_ATTACHMENT_SCANNER", "")  # dotted path, asked about each file (docs/inbox)
INBOX_URGE_HOURS = 4  # how long one person waits before urging about the same task again
# Approving more than this takes a longer press, or a confirmed one, on a phone; 0: never.
INBOX_HOLD_ABOVE = int(os.environ.get("BATON_HOLD_ABOVE", "10000"))
METRICS_TOKEN = os.environ.get("BATON_METRICS_TOKEN", "")  # lets a collector read /metrics; operators always may

WORK_ITEM_OBSERVERS = ["notifications.observers.observe_work_items"]

WORKFLOW_TIMER_RUNS = int(os.environ.get("BATON_TIMER_RUNS", "4" if REDIS_URL else "1"))
WORKFLOW_DEPLOY_SHIPPED = True
HISTORY_ARCHIVE_DIR = VAR_DIR / "archive"  # segments of ended processes
HISTORY_KEY_DIR = VAR_DIR / "secrets"  # the key that signs the history; never in the database
PUSH_KEY_DIR = VAR_DIR / "secrets"  # the key by which push services of browsers know this installation

# Where people reach the product from outside: letters and bots point there; without it they point nowhere.
PUBLIC_ADDRESS = os.environ.get("BATON_ADDRESS") or os.environ.get("BATON_ORIGINS", "").split(",")[0].strip()
# host or host:port of bots inside the house, comma separated: these may have inside addresses, and plain http.
BOT_HOSTS_INSIDE = frozenset(host.strip().lower() for host in os.environ.get("BATON_BOT_HOSTS", "").split(",") if host)

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("BATON_MAIL_FROM", "baton@localhost")

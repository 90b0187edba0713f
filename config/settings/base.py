"""Settings shared by every way of running. Values that differ by machine come from `config.env`."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import env as environment

ROOT = environment.ROOT
PRODUCTION = os.environ.get("DJANGO_SETTINGS_MODULE", "") == "config.settings.production"
ENV = environment.read(production=PRODUCTION)

SECRET_KEY = ENV.secret_key
DEBUG = False
ALLOWED_HOSTS = ENV.allowed_hosts
STATE = ENV.state
FILES_ROOT = STATE / "files"
CONVERSIONS_ROOT = STATE / "conversions"
RECORDINGS_ROOT = STATE / "recordings"  # of video meetings, as the media server lays them down
FONTS_ROOT = Path(os.environ.get("TONGZHOU_FONTS", STATE / "fonts"))
SECRETS_ROOT = STATE / "secrets"
CERTIFICATE = ENV.certificate  # served by the web processes themselves; empty without TLS or behind a proxy
BACKUP_COPY_TO = ENV.backup_copy_to  # the second place of nightly backups; empty: none
TONGZHOU_MODE = ENV.mode
TONGZHOU_PROCESS = ENV.process
BASE_URL = ENV.base_url

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.admin_site.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_vite",
    "csp",
    "pgtrigger",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "config.libraries.Axes",
    "apps.core",
    "apps.audit",
    "apps.accounts",
    "apps.files",
    "apps.workflow",
    "apps.notifications",
    "apps.documents",
    "apps.messaging",
    "apps.meetings",
    "apps.duty",
    "apps.supervision",
    "apps.affairs",
    "apps.briefings",
    "apps.portal",
    "apps.installation",
    "apps.integration",
    "config.safekeeping",
]

MIDDLEWARE = [
    "apps.core.middleware.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.middleware.ContentHeadersMiddleware",
    "apps.core.middleware.PlainTextMiddleware",
    "apps.core.middleware.ReadingMiddleware",
    "apps.accounts.middleware.ActorMiddleware",
    "apps.core.middleware.ErrorMiddleware",
    "apps.accounts.middleware.DemoGateMiddleware",
    "apps.accounts.middleware.SignInGateMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["apps.core.templatetags.ui", "apps.core.templatetags.house"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "apps.core.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": environment.database(ENV.database_url, pool=ENV.process == "web")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "tz",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)},
    }
}

# People and sign-in
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "apps.accounts.backends.AdministratorBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "apps.accounts.passwords.NamesValidator"},
    {"NAME": "apps.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": ENV.password_length}},
    {"NAME": "apps.accounts.passwords.CommonValidator"},
    {"NAME": "apps.accounts.passwords.ClassesValidator"},
    {"NAME": "apps.accounts.passwords.HistoryValidator"},
]
PASSWORD_LENGTH, PASSWORD_CLASSES = ENV.password_length, ENV.password_classes
PASSWORD_HISTORY, PASSWORD_DAYS = ENV.password_history, ENV.password_days
IDLE_LOCK_SECONDS = ENV.idle_minutes * 60  # 0: screens are never locked
IDLE_LOCK_SECONDS_ADMINISTRATORS = 10 * 60  # or the former, whichever is less
TWO_FACTORS_FOR = ENV.two_factors_for  # roles, the administrators' groups, or "everybody"
TWO_FACTORS_GRACE_DAYS = ENV.two_factors_grace_days  # after the account was made
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "apps.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "apps.accounts.second_factor_forms.CodeForm",
    "reauthenticate": "apps.accounts.second_factor_forms.ConfirmCodeForm",
    "activate_totp": "apps.accounts.second_factor_forms.ActivateForm",
    "login_webauthn": "apps.accounts.second_factor_forms.PasskeySignInForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "同舟"
MFA_TOTP_TOLERANCE = 1  # half a minute either way
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}  # a whole office comes from one address
DIRECTORY_MOBILE = "organ"  # who sees mobile numbers in full: "all", "organ" (the same organ) or "none"
DEMO_PAST = ENV.demo_past  # whether the city has the year behind it, or these weeks only
DEMO_GATE = ENV.demo_gate if ENV.mode == "demo" else ""
DEMO_PASSWORD = "Daihai-2026"  # noqa: S105  # offered by the demo's login page; real installations show none
if ENV.mode == "demo":
    PASSWORD_HASHERS = ["apps.accounts.hashing.PublicPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:desk"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 30 * 60  # a link to choose a new password, or to prove a mail address
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapter.IdentityAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # a link: the page policy lets forms lead nowhere else, and `state` guards the way back
)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
IDENTITY_PROVIDER = "province"
SOCIALACCOUNT_PROVIDERS = environment.identity_providers(ENV, IDENTITY_PROVIDER)
IDP_OIDC_ADAPTER = "apps.integration.adapter.ProviderAdapter"  # registered systems sign people on through us
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600  # long enough to ask who it is; the system keeps a session of its own
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 600  # given with every code, good for nothing: no client may refresh
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False  # asked only when the hint does not prove whose it is
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # axes is the one lock-out
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False  # one login name in any letter case, also for the lock-out's count
USERSESSIONS_TRACK_ACTIVITY = (
    False  # accounts' own middleware notes it every five minutes instead of every request
)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username"]  # the account is locked, from wherever the wrong passwords came
AXES_USERNAME_CALLABLE = "apps.accounts.adapter.login_name_of"
AXES_CLIENT_IP_CALLABLE = "apps.core.addresses.client_address"
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # it advises counting by address as well, which many addresses evade
    "drf_spectacular.W001",  # hints on the schema, judged by its own tests
    "drf_spectacular.W002",
]
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_CALLABLE = "apps.accounts.views.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # thirty minutes are thirty minutes
TRUSTED_PROXIES = ENV.trusted_proxies
SESSION_SEEN_SECONDS = 300
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"

# Language and time
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [
    folder for folder in (ROOT / "static" / "dist", ROOT / "static" / "public") if folder.is_dir()
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "apps.files.storage.AtomicFileSystemStorage",
        "OPTIONS": {"location": str(FILES_ROOT), "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
if ENV.object_storage:
    STORAGES["default"] = environment.object_storage(ENV.object_storage)
DIRECT_LINKS = (
    ENV.direct_links
)  # downloads go to the object storage by a link good for a minute, else through us
METRICS_TOKEN = ENV.metrics_token
WEBHOOK_NETWORKS = ENV.webhook_networks  # inner networks that webhooks may reach; others must be public
MEDIA_CONTROL = ENV.media_control  # host:port of the media server's orders; empty: no video meetings
MEDIA_SECRET = ENV.media_secret
WHITENOISE_USE_FINDERS = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DJANGO_VITE: dict[str, dict[str, Any]] = {
    "default": {"manifest_path": ROOT / "static" / "dist" / "manifest.json"}
}

# Uploads: chunks of resumable uploads are small; a large body never reaches memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_LIMIT_BYTES = 100 * 1024 * 1024

# Security headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.core.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsing.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.openapi.HouseSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min", "messages": "90/min"},
    "EXCEPTION_HANDLER": "apps.core.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "同舟开放接口",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# Mail
vars().update(environment.email(ENV.email_url))
DEFAULT_FROM_EMAIL = ENV.email_from
SERVER_EMAIL = ENV.email_from
SMS_URL, SMS_TOKEN, SMS_FILE = ENV.sms_url, ENV.sms_token, ENV.sms_file
if ENV.mode == "demo" and not (SMS_URL or SMS_FILE):
    SMS_FILE = str(ENV.state / "sms.jsonl")

# Celery reads these through config.celery
CELERY_BROKER_URL = ENV.redis_url
CELERY_TASK_ALWAYS_EAGER = False

DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOGGING_CONFIG = "config.logs.configure"
LOGGING: dict[str, object] = {"json": ENV.process != "command"}

HTMX_CONFIG = {"includeIndicatorStyles": False, "allowEval": False, "selfRequestsOnly": True}

# Back office
UNFOLD = {
    "SITE_TITLE": "同舟管理后台",
    "SITE_HEADER": "同舟",
    "SITE_SUBHEADER": "管理后台",
    "SITE_SYMBOL": "sailing",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "href": STATIC_URL + "icon.svg", "type": "image/svg+xml"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "ACCOUNT": {"navigation": [{"title": "返回工作台", "link": "/"}, {"title": "我的账号", "link": "/me/"}]},
    "SIDEBAR": {"show_search": False, "navigation": "config.back_office.navigation"},
}

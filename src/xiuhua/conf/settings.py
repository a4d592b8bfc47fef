"""Every setting xiuhua reads. Each comes from an environment variable described in docs/settings.md."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from xiuhua.foundation.rates import Rate

PACKAGE = Path(__file__).resolve().parent.parent


def _env(name: str, default: str = "") -> str:
    return os.environ.get(f"XIUHUA_{name}", default)


def _flag(name: str, *, default: bool) -> bool:
    text = _env(name, "1" if default else "0").lower()
    if text not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"XIUHUA_{name} must be 0 or 1, not {text!r}")
    return text in {"1", "true", "yes"}


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in _env(name, default).split(",") if part.strip()]


DATA_DIR = Path(_env("DATA_DIR", str(Path.cwd() / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = _flag("DEBUG", default=False)


def _secret_key() -> str:
    """XIUHUA_SECRET_KEY, or a key made once and kept beside the data."""
    if given := _env("SECRET_KEY"):
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = _list("TRUSTED_ORIGINS", "")


def _database(url: str) -> dict[str, object]:
    """A Django database entry from ``sqlite:///path`` or ``postgresql://user:pass@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path[1:]) or str(DATA_DIR / "xiuhua.sqlite3")
        return {
            "ENGINE": "xiuhua.foundation.sqlite",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Each thread keeps its connection: a cache of its own that is not too large, and the file mapped.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; "
                "PRAGMA mmap_size=4294967296; PRAGMA temp_store=MEMORY; "
                # The server moves pages beside its requests (foundation/checkpoints.py); this is for when it does not.
                "PRAGMA wal_autocheckpoint=20000;",
            },
            "CONN_MAX_AGE": 300,
            "TEST": {"NAME": ":memory:"},
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            # A Unix socket is written as libpq does: postgresql://user@/name?host=/folder/of/the/socket
            "HOST": parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0],
            "PORT": str(parts.port or ""),
            # Statements that ask for it are prepared (foundation/statements.py); those of Django never are. To compile
            # the plan of a work list takes longer than to answer it from its indexes.
            "OPTIONS": {"prepare_threshold": 5, "options": "-c jit=off"},
            "CONN_MAX_AGE": 300,
        }
    raise ImproperlyConfigured(
        f"XIUHUA_DATABASE is {url!r}; write sqlite:///file or postgresql://user:password@host:port/name"
    )


DATABASES = {"default": _database(_env("DATABASE", "sqlite:///"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "xiuhua.foundation",
    "xiuhua.people",
    "xiuhua.city",
    "xiuhua.lake",
    "xiuhua.casework",
    "xiuhua.inspection",
    "xiuhua.greenery",
    "xiuhua.taskbook",
    "xiuhua.interop",
    "xiuhua.web",
    "xiuhua.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "django_tasks_db",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xiuhua.people.middleware.assignments_once",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

# What stays of it for programs with an API key (conf/doors.py).
PROGRAM_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
]

ROOT_URLCONF = "xiuhua.conf.urls"
WSGI_APPLICATION = "xiuhua.conf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "xiuhua.web.context.shell",
            ],
        },
    },
]

CSP_SELF = "'self'"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if url else ""


SECURE_CSP = {
    "default-src": [CSP_SELF],
    "script-src": [CSP_SELF],
    "style-src": [CSP_SELF],
    "worker-src": [CSP_SELF, "blob:"],
    "img-src": [CSP_SELF, "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": [CSP_SELF],
    "frame-ancestors": ["'none'"],
    # Signing in at an identity provider is a form that is redirected there.
    "form-action": [CSP_SELF, *_list("OIDC_FORM_ACTION", _origin(_env("OIDC_SERVER_URL")))],
}

# Time is stored in UTC; pages show the zone of the district (see foundation/worktime.py for working time).
USE_TZ = True
TIME_ZONE = _env("TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a missing folder
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Vendored files carry their version in the folder name, so a browser may keep them.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/vendor/"
MEDIA_ROOT = DATA_DIR / "media"

# Sources whose reports need no desk: who may check there and names the filing standard, files and dispatches.
XIUHUA_TRUSTED_SOURCES = _list("TRUSTED_SOURCES", "inspector")

# The largest file of a photo, and of everything that is sent at once (checked before any of it is read).
XIUHUA_PHOTO_MB = int(_env("PHOTO_MB", "15"))
XIUHUA_UPLOAD_MB = int(_env("UPLOAD_MB", "210"))
# Where photos named by an address may be fetched: * is everywhere outside, a named host may also lie inside.
XIUHUA_MEDIA_HOSTS = _list("MEDIA_HOSTS", "*")

# Whom a developer asks about the Open311 interface, as service discovery tells.
XIUHUA_OPEN311_CONTACT = _env("OPEN311_CONTACT")

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "xiuhua.people.backends.Accounts",
    "xiuhua.people.backends.PageAccounts",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# How often one API key may ask; empty is without limit (people/api_keys.py).
XIUHUA_LIMIT_KEY = _env("LIMIT_KEY", "6000/m")
try:
    Rate.read(XIUHUA_LIMIT_KEY)
except ValueError as fault:
    raise ImproperlyConfigured(f"XIUHUA_LIMIT_KEY: {fault}") from None

# Identity. Sign-in limits are counted in the shared cache, so they hold across processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(_env("TRUSTED_PROXIES", "0"))
ACCOUNT_ADAPTER = "xiuhua.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "xiuhua.people.adapters.SocialAccountAdapter"
MFA_ADAPTER = "xiuhua.people.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login": _env("LIMIT_LOGIN", "30/m/ip"),
    "login_failed": _env("LIMIT_LOGIN_FAILED", "20/m/ip,5/5m/key"),
    "signup": _env("LIMIT_SIGNUP", "10/m/ip"),
    # What anybody may do without an account: casework/pages/resident/limits.py.
    "casework-report": _env("LIMIT_REPORT", "30/h/ip"),
    "casework-join": _env("LIMIT_JOIN", "60/h/ip"),
    "casework-photos": _env("LIMIT_PHOTOS", "120/h/ip"),
}
SIGNUP_OPEN = _flag("SIGNUP", default=True)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = _env("TOTP_ISSUER", "xiuhua")
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": _env("OIDC_NAME", "OpenID Connect"),
                "client_id": _env("OIDC_CLIENT_ID"),
                "secret": _env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": _env("OIDC_SERVER_URL"), "fetch_userinfo": True},
            }
        ]
        if _env("OIDC_SERVER_URL")
        else [],
    }
}
SESSION_ENGINE = "xiuhua.people.sessions"
SESSION_COOKIE_AGE = int(_env("SESSION_HOURS", "12")) * 3600
# Without a mail server nothing is sent, and a forgotten password leads to the administrator.
MAIL_HOST = _env("SMTP_HOST")
MAILERS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST,
            "port": int(_env("SMTP_PORT", "587")),
            "username": _env("SMTP_USER"),
            "password": _env("SMTP_PASSWORD"),
            "use_tls": _flag("SMTP_TLS", default=True),
            "timeout": 10,
        },
    }
    if MAIL_HOST
    else {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
}
DEFAULT_FROM_EMAIL = _env("MAIL_FROM", "xiuhua@localhost")


def _gateways() -> dict[str, dict[str, str]]:
    """Where messages for telephones go: per kind of message nowhere, into files, or to an address with a secret."""
    given = {
        "sms": {"kind": _env("SMS"), "url": _env("SMS_URL"), "secret": _env("SMS_SECRET")},
        "wechat": {"kind": _env("WECHAT"), "url": _env("WECHAT_URL"), "secret": _env("WECHAT_SECRET")},
    }
    for name, gateway in given.items():
        if gateway["kind"] not in {"", "file", "http"}:
            raise ImproperlyConfigured(f"XIUHUA_{name.upper()} must be empty, file or http, not {gateway['kind']!r}")
        if gateway["kind"] == "http" and not (gateway["url"].startswith(("https://", "http://")) and gateway["secret"]):
            raise ImproperlyConfigured(f"XIUHUA_{name.upper()}=http needs XIUHUA_{name.upper()}_URL and ..._SECRET")
    return {name: gateway for name, gateway in given.items() if gateway["kind"]}


XIUHUA_GATEWAYS = _gateways()
XIUHUA_UNIT_MAIL = _flag("UNIT_MAIL", default=True)
# How links in messages begin.
XIUHUA_BASE_URL = _env(
    "BASE_URL", f"http{'s' if _flag('HTTPS', default=False) else ''}://{next(iter(ALLOWED_HOSTS), 'localhost')}"
)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = _flag("HTTPS", default=False)
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_FAILURE_VIEW = "xiuhua.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "xiuhua.foundation.uploads.Gate",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Everything that goes wrong is written to standard error, where a service manager keeps it; a reader of the page sees
# only that something did.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}

# Facts as Parquet, and where Spark runs when it is asked for (foundation of the lake; see docs/rooms/lake.md).
LAKE_DIR = Path(_env("LAKE_DIR", str(DATA_DIR / "lake"))).resolve()
SPARK_MASTER = _env("SPARK_MASTER", "local[2]")

"""Settings under pytest: quick hashing, files in a throw-away folder."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "TONGZHOU_STATE" not in os.environ:
    os.environ["TONGZHOU_STATE"] = tempfile.mkdtemp(prefix="tongzhou-test-")
    atexit.register(shutil.rmtree, os.environ["TONGZHOU_STATE"], ignore_errors=True)
os.environ.setdefault("TONGZHOU_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only-for-tests")

from config.settings.base import *  # noqa: F403  # the environment must be set first
from config.settings.base import DJANGO_VITE, ROOT

FONTS_ROOT = Path(os.environ.get("TONGZHOU_FONTS", ROOT / ".cache" / "fonts"))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = False
LOGGING = {"json": False, "level": "WARNING"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = (
    True  # each test client is an application of its own; none reads all static files first
)
IDLE_LOCK_SECONDS = 0  # tests of the lock switch it on
SESSION_SEEN_SECONDS = 0  # the first request of a session costs what every other costs
DJANGO_VITE["default"]["dev_mode"] = not DJANGO_VITE["default"][
    "manifest_path"
].is_file()  # pages render unbuilt
SMS_URL, SMS_TOKEN, SMS_FILE = "", "", ""

"""Which words can be a login name and a telephone number."""

import re

LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
PHONE = re.compile(r"[0-9+][0-9 +\-转]{2,19}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")

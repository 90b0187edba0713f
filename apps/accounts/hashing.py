"""How passwords of a demo are kept."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class PublicPasswordHasher(PBKDF2PasswordHasher):
    """For a demo, whose password stands on its login page: nobody need guess it, so nobody need wait while it is checked."""

    iterations = 20_000

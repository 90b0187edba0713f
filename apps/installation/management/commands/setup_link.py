"""`manage.py setup_link`: a fresh one-time link for the first set-up."""

import hashlib
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import HouseError
from apps.installation.services import link_open

FINISHED = 4


class Command(BaseCommand):
    """Prints the link; with `--digest` only opens it, for `up`, which keeps the token to itself."""

    help = "显示首次设置的一次性链接；先前的链接随即作废。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The digest of a token made elsewhere."""
        parser.add_argument("--digest", default="", help="令牌的 SHA-256 摘要（由 up 使用）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 4: the set-up is over."""
        token = secrets.token_urlsafe(32)
        digest = options["digest"] or hashlib.sha256(token.encode()).hexdigest()
        try:
            link_open(digest=digest)
        except HouseError as error:
            if options["digest"]:
                sys.exit(FINISHED)
            raise CommandError(error.message) from error
        if not options["digest"]:
            self.stdout.write(
                f"{settings.BASE_URL.rstrip('/')}/setup/begin/{token}/（24 小时内有效，只能用一次）"
            )

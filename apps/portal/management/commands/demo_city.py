"""`manage.py demo_city`: builds the living demo city; running it again goes on where it stopped."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.portal.demo.building import demo_build
from apps.portal.demo.progress import progress_ended, progress_tell


class Command(BaseCommand):
    """People first, so that the login page can offer them; then the documents, oldest first."""

    help = "建立演示城市岱海市：机关、人员和各环节的公文。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses outside a demo state folder."""
        if settings.TONGZHOU_MODE != "demo":
            raise CommandError("正式环境不能建立演示城市。")
        try:
            demo_build(self._report, side_by_side=True)
            call_command("demo_partners", stdout=self.stdout)  # by name: the neighbour is not imported
        finally:
            progress_ended()

    def _report(self, words: str) -> None:
        self.stdout.write(words)
        progress_tell(words)

"""`manage.py demo_city`: builds the living demo city; running it again goes on where it stopped."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.documents.services.installation import procedures_install
from apps.portal.demo.city import city_build
from apps.portal.demo.texts import DOCUMENTS
from apps.portal.demo.work import document_work


class Command(BaseCommand):
    """People first, so that the login page can offer them; then the documents, oldest first."""

    help = "建立演示城市岱海市：机关、人员和各环节的公文。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses outside a demo state folder."""
        if settings.TONGZHOU_MODE != "demo":
            raise CommandError("正式环境不能建立演示城市。")
        procedures_install()
        organs = city_build()
        self.stdout.write(f"岱海市已建立：{len(organs)} 个机关。")
        for number, wanted in enumerate(sorted(DOCUMENTS, key=lambda entry: -entry.days_ago), start=1):
            document_work(wanted, organs, number=number)
            if number % 5 == 0 or number == len(DOCUMENTS):
                self.stdout.write(f"公文 {number}/{len(DOCUMENTS)}")

"""`manage.py demo_partners`: plugs fictional systems into the demo city; `demo_city` calls it last."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.integration.demo import partners_build


class Command(BaseCommand):
    """Safe to run twice."""

    help = "为演示城市登记虚构的接入系统并推送待办。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses outside a demo state folder."""
        if settings.TONGZHOU_MODE != "demo":
            raise CommandError("正式环境不能登记演示系统。")
        self.stdout.write(f"接入系统：新增 {partners_build()} 个。")

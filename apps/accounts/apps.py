"""App config of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.accounts"
    verbose_name = "组织与人员"

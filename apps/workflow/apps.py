"""App config of workflow."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.workflow"
    verbose_name = "流程"

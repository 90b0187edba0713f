"""App config of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.documents"
    verbose_name = "办文"

    def ready(self) -> None:
        """Name the acts that are audited, the scopes that can be delegated and the kinds others may bind to."""
        from apps.accounts.scopes import scope_add  # noqa: PLC0415  # apps are loaded only now
        from apps.audit.registry import action  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.documents.panels import INCOMING_KIND  # noqa: PLC0415
        from apps.documents.procedures import INCOMING_CATEGORY  # noqa: PLC0415

        for code, sentence in INCOMING_ACTS.items():
            action(code, sentence)
        scope_add(INCOMING_CATEGORY, "收文")
        register(INCOMING_KIND)


INCOMING_ACTS = {
    "documents.distribute": "分发公文",
    "documents.sign_receipt": "签收公文",
    "documents.send_back": "退文",
    "documents.recall": "撤回分发",
    "documents.urge_receipt": "催收",
    "documents.incoming_record": "录入来文",
    "documents.incoming_register": "登记收文",
    "documents.complete_incoming": "办结收文",
}

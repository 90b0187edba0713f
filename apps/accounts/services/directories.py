"""Verbs on directories: keep where they are, take what they have wholly or not at all, decide about who is new or gone.

The system administrator keeps and imports; new accounts are closed, and who is gone stays open, until the security
administrator says so.
"""

import re
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import DirectoryLink, DirectorySource
from apps.accounts.policies import require_permission
from apps.accounts.selectors.directories import (
    SEALED_AS,
    directory_fetched,
    source_of,
    sources_nightly,
    waiting,
)
from apps.accounts.services.directory_import import CHANGE, directory_failed, directory_import
from apps.accounts.services.people import person_activate, person_deactivate
from apps.audit.services import record, record_each
from apps.core.actors import Actor
from apps.core.errors import HouseError, ValidationFailed
from apps.core.sealed import seal
from apps.core.subjects import Subject

DECIDE = "accounts.change_directorylink"
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,198}[A-Za-z0-9])?")
Awaits = DirectoryLink.Awaits


@transaction.atomic
def directory_save(
    *, actor: Actor | None, source_id: int | None, facts: dict[str, Any], secret: str
) -> DirectorySource:
    """Keep a directory; an empty `secret` leaves the kept one while server and bind name stay. Refuses what cannot be asked."""
    require_permission(actor, CHANGE, "设置目录来源")
    row = DirectorySource() if source_id is None else source_of(source_id, lock=True)
    _check(facts)
    is_same = (row.host, row.port, row.bind_name) == (facts["host"], facts["port"], facts["bind_name"])
    for name, value in facts.items():
        setattr(row, name, value)
    if secret or not is_same:  # a kept secret is never sent to another server
        row.secret_sealed = seal(secret, name=SEALED_AS)
    row.save()
    record(
        "accounts.directory_save",
        actor=actor,
        subject=Subject("accounts.directory", row.pk),
        subject_text=f"{row.name} {row.host}",
    )
    return row


@transaction.atomic
def directory_open(*, actor: Actor | None, source_id: int) -> int:
    """Open the accounts of everybody a directory has newly brought. Returns how many."""
    require_permission(actor, DECIDE, "启用目录人员")
    return _decided(waiting(source_id, Awaits.OPENING), Awaits.NOTHING, actor)


@transaction.atomic
def directory_close(*, actor: Actor | None, source_id: int) -> int:
    """Freeze the accounts of everybody who is in the directory no more, ending their sessions. Returns how many."""
    require_permission(actor, DECIDE, "停用目录人员")
    return _decided(waiting(source_id, Awaits.CLOSING), Awaits.CLOSED, actor)


@transaction.atomic
def directory_keep(*, actor: Actor | None, link_ids: Iterable[int]) -> int:
    """Leave accounts open though the directory has them no more; not asked again until they come back. Returns how many."""
    require_permission(actor, DECIDE, "保留目录人员")
    rows = DirectoryLink.objects.select_for_update(of=("self",)).filter(
        pk__in=list(link_ids), awaits=Awaits.CLOSING
    )
    links = list(rows.select_related("person"))
    for link in links:
        link.awaits = Awaits.KEPT
        link.save(update_fields=["awaits"])
    people = [link.person for link in links if link.person is not None]
    subjects = [(Subject("accounts.person", person.pk), person.name) for person in people]
    return record_each(action="accounts.directory_keep", actor=actor, subjects=subjects)


def directories_nightly() -> None:
    """Ask every directory that is to be asked each night; one that fails keeps its reason and hinders no other."""
    for source_id in sources_nightly():
        try:
            answers = directory_fetched(source_of(source_id))
            directory_import(actor=None, source_id=source_id, answers=answers)
        except HouseError as error:
            directory_failed(source_id=source_id, reason=error.message)


def _check(facts: dict[str, Any]) -> None:
    if not HOST.fullmatch(facts["host"]):
        raise ValidationFailed(
            "服务器应是主机名或地址，如 ldap.example.gov.cn，不带 ldap:// 和端口。", field="host"
        )
    if facts["port"] is not None and not 1 <= facts["port"] <= 65535:
        raise ValidationFailed("端口应在 1 到 65535 之间。", field="port")
    if facts["ca_pem"]:
        try:
            x509.load_pem_x509_certificates(facts["ca_pem"].encode())
        except ValueError as error:
            raise ValidationFailed(
                "这不是 PEM 格式的证书。请粘贴从 -----BEGIN CERTIFICATE----- 到 -----END CERTIFICATE----- 的全文。",
                field="ca_pem",
            ) from error
    for field in ("person_filter", "unit_filter"):
        text = facts[field]
        if text and (
            not text.startswith("(") or not text.endswith(")") or text.count("(") != text.count(")")
        ):
            raise ValidationFailed(
                "筛选条件须用括号括起，如 (objectClass=inetOrgPerson)，括号要成对。", field=field
            )
    if facts["units_from"] != DirectorySource.UnitsFrom.NONE and not facts["unit_name_attribute"]:
        raise ValidationFailed("请填写科室名称取自哪个属性，或选择不取科室。", field="unit_name_attribute")
    if facts["units_from"] == DirectorySource.UnitsFrom.TREE and not facts["unit_filter"]:
        raise ValidationFailed("请填写科室筛选，如 (objectClass=organizationalUnit)。", field="unit_filter")


def _decided(links: QuerySet[DirectoryLink], becomes: str, actor: Actor | None) -> int:
    """Open or freeze each, and remember that it was decided."""
    rows = list(links.select_for_update(of=("self",)))
    for link in rows:
        person = link.person
        if person is None:
            continue
        if becomes == Awaits.CLOSED:
            person_deactivate(actor=actor, person_id=person.pk, reason=f"不在目录“{link.source.name}”中")
        else:
            person_activate(actor=actor, person_id=person.pk)
        link.awaits = becomes
        link.save(update_fields=["awaits"])
    return len(rows)

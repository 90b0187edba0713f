"""签名章: made by administrators from a signature on paper, kept and set as the organ's seal is (`sealing`)."""

import secrets

from django.db import transaction

from apps.accounts.models import Organ, Person
from apps.accounts.policies import require_permission
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, NotFound
from apps.core.locks import advisory_lock
from apps.documents.enums import SealStatus
from apps.documents.models import SignatureStamp
from apps.documents.services.seal_keys import seal_key_make
from apps.files.services import ink_drawn
from apps.typesetting import picture_svg


def stamp_make(
    *, actor: Actor | None, organ_id: int, person_id: int, name: str, content: bytes
) -> SignatureStamp:
    """The person's stamp from the scan `content` named `name`, kept by the organ's keepers; `actor` None is set-up code.

    Refuses a second active stamp in the organ, people who left, and scans without a signature on white.
    """
    require_permission(actor, "documents.change_signaturestamp", "制作签名章")
    organ = Organ.objects.filter(pk=organ_id, abolished_on__isnull=True).first()
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if organ is None or person is None:
        raise NotFound("没有找到该机关或人员，或者机关已撤销、账号已停用。")
    image = picture_svg(ink_drawn(name=name, content=content))
    return _stamp_keep(actor=actor, organ=organ, person=person, image=image)


@transaction.atomic
def _stamp_keep(*, actor: Actor | None, organ: Organ, person: Person, image: str) -> SignatureStamp:
    advisory_lock(f"documents.stamp:{organ.pk}:{person.pk}")
    if SignatureStamp.objects.filter(organ=organ, person=person, status=SealStatus.ACTIVE).exists():
        raise InvalidState(f"{person.name}在{organ.full_name}已有在用签名章，请先停用或注销后再制作。")
    text, key_name = f"{person.name}签名章", f"stamp-{organ.pk}-{person.pk}-{secrets.token_hex(6)}"
    certificate = seal_key_make(name=key_name, organ=organ.full_name, seal_name=text)
    stamp = SignatureStamp.objects.create(
        organ=organ,
        person=person,
        name=text,
        image_svg=image,
        certificate_pem=certificate.decode(),
        key_name=key_name,
        made_at=now(),
    )
    facts = {"seal": stamp.pk, "organ": organ.pk, "person": person.pk}
    record("documents.stamp_make", actor=actor, subject_text=text, facts=facts)
    return stamp

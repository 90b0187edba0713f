"""刊物: kept by the desk of an office."""

from django.db import transaction

from apps.briefings.course import noted, version_met
from apps.briefings.models import Bulletin
from apps.briefings.policies.desk import require_desk
from apps.briefings.selectors.bulletins import BULLETIN_KIND
from apps.core.actors import Actor
from apps.core.errors import NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.files.words import words_checked

NAME, PUBLISHER = 30, 60


@transaction.atomic
def bulletin_keep(
    *,
    actor: Actor,
    name: str,
    publisher: str,
    is_active: bool = True,
    bulletin_id: int | None = None,
    expected_version: int | None = None,
) -> Bulletin:
    """Found a series or change it; a series in which an issue was published keeps its name. Raises `ValidationFailed`, `Conflict`."""
    organ_id = require_desk(actor)
    words = words_checked(name, "刊名", NAME, required=True).strip("《》 ")
    bulletin = _taken(organ_id, bulletin_id)
    version_met(bulletin.version, expected_version)
    others = Bulletin.objects.filter(organ_id=organ_id, name=words).exclude(pk=bulletin.pk)
    if others.exists():
        raise ValidationFailed(f"已有名为《{words}》的刊物。", field="name")
    if bulletin.pk and bulletin.name != words and bulletin.issues.filter(number__isnull=False).exists():
        raise ValidationFailed(
            f"《{bulletin.name}》已有编发的期次，不能改名；请停用后另建刊物。", field="name"
        )
    bulletin.version += 1 if bulletin.pk else 0
    bulletin.name, bulletin.is_active = words, is_active
    bulletin.publisher = words_checked(publisher, "编印单位", PUBLISHER, required=True)
    bulletin.save()
    noted("briefings.bulletin", actor, Subject(BULLETIN_KIND, bulletin.pk), bulletin, active=is_active)
    return bulletin


def _taken(organ_id: int, bulletin_id: int | None) -> Bulletin:
    if bulletin_id is None:
        return Bulletin(organ_id=organ_id)
    found = Bulletin.objects.select_for_update().filter(pk=bulletin_id, organ_id=organ_id).first()
    if found is None:
        raise NotFound
    return found

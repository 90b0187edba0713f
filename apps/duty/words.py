"""Words people type, and how they sign."""

from apps.core.actors import Actor
from apps.core.errors import Forbidden, ValidationFailed
from apps.files.marks import mark_in_text


def signature(actor: Actor) -> str:
    """Unit, post and name as kept with what somebody did."""
    return f"{actor.post_text} {actor.name}".strip()[:160]


def post_of(actor: Actor) -> int:
    """The post the actor acts in. Raises `Forbidden` without one."""
    if actor.appointment_id is None:
        raise Forbidden("您现在没有任职，不能办理值班事项。", rule="post")
    return actor.appointment_id


def words_checked(text: str, name: str, limit: int, *, required: bool = False) -> str:
    """Trimmed words. Raises `ValidationFailed` when they are missing, too long, unstorable or carry a mark of secrecy."""
    words = text.strip()
    if required and not words:
        raise ValidationFailed(f"请填写{name}。")
    if len(words) > limit:
        raise ValidationFailed(f"{name}共 {len(words)} 字，不能超过 {limit} 字。")
    if "\x00" in words:
        raise ValidationFailed(f"{name}中有无法保存的字符，请删除后重试。")
    if mark := mark_in_text(words):
        raise ValidationFailed(f"{name}中有密级标志“{mark}”。本系统为非涉密系统，请去除后再试。")
    return words

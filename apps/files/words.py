"""Words people type into short fields: trimmed, of bounded length, storable, and without a mark of secrecy."""

from apps.core.errors import ValidationFailed
from apps.files.marks import mark_in_text


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

"""Rules of passwords (domain.md §10.1): length, classes, history and age are settings."""

import secrets
import string
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, get_hasher
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError

from apps.accounts.models import PasswordRecord, Person
from apps.core.clock import now

CLASS_WORDS = "一二三四"
SHORTEST_NAME = 4
SYMBOLS = "-_.+=#"
# A random word of some fifty bits, void after its first use, needs less stretching than one that people choose.
TEMPORARY_ITERATIONS = 5000


class LengthValidator(MinimumLengthValidator):
    """Django's, in the house's words."""

    def get_error_message(self) -> str:
        """The rule in words."""
        return f"口令不得少于 {self.min_length} 位。"

    def get_help_text(self) -> str:
        """The rule in words."""
        return self.get_error_message()


class CommonValidator(CommonPasswordValidator):
    """Django's list of what everybody uses, in the house's words."""

    def get_error_message(self) -> str:
        """The rule in words."""
        return "口令过于常见，容易被猜中，请换一个。"

    def get_help_text(self) -> str:
        """The rule in words."""
        return "不用常见口令。"


class NamesValidator:
    """Neither the login name nor the name in Chinese or Latin letters nor a number or mail address of the person."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` for a password with such a word in it, whatever the case; names of two letters are let pass."""
        if not isinstance(user, Person):
            return
        typed = password.lower()
        spelling = user.pinyin.lower()
        words = [user.login_name, user.mobile, user.phone, user.email.partition("@")[0], *spelling.split()]
        if user.name in typed or any(len(word) >= SHORTEST_NAME and word in typed for word in words):
            raise ValidationError(self.get_help_text(), code="password_names")

    def get_help_text(self) -> str:
        """The rule in words."""
        return "口令不得含有登录名、姓名、电话号码或邮箱名。"


class ClassesValidator:
    """Upper case, lower case, digits, symbols: as many of the four as `settings.PASSWORD_CLASSES` says."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  # Django's signature
        """Raise `ValidationError` for fewer classes."""
        classes = [
            any(char.islower() for char in password),
            any(char.isupper() for char in password),
            any(char.isdigit() for char in password),
            any(not char.isalnum() for char in password),
        ]
        if sum(classes) < settings.PASSWORD_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """The rule in words."""
        return f"口令须包含大写字母、小写字母、数字、符号中的至少{CLASS_WORDS[settings.PASSWORD_CLASSES - 1]}类。"


class HistoryValidator:
    """None of the last `settings.PASSWORD_HISTORY` passwords."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` for a password used before; nothing is known of people not yet saved."""
        if not settings.PASSWORD_HISTORY or not isinstance(user, Person) or user.pk is None:
            return
        used = [user.password, *used_hashes(user.pk)]
        if any(hashed and check_password(password, hashed) for hashed in used):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def get_help_text(self) -> str:
        """The rule in words."""
        return f"口令不得与最近 {settings.PASSWORD_HISTORY} 次使用过的相同。"


def rules() -> list[str]:
    """The rules in force, in words, for the page where a password is chosen."""
    classes = CLASS_WORDS[settings.PASSWORD_CLASSES - 1]
    lines = [f"不少于 {settings.PASSWORD_LENGTH} 位，包含大写字母、小写字母、数字、符号中的至少{classes}类"]
    history = f"不与最近 {settings.PASSWORD_HISTORY} 次用过的口令相同，" if settings.PASSWORD_HISTORY else ""
    lines.append(f"{history}不含登录名、姓名，不用常见口令")
    if settings.PASSWORD_DAYS:
        lines.append(f"使用满 {settings.PASSWORD_DAYS} 天须更换")
    return lines


def used_hashes(person_id: int) -> list[str]:
    """Hashes of the last passwords before the present one, the latest first."""
    records = PasswordRecord.objects.filter(person_id=person_id).order_by("-set_at", "-pk")
    return list(records.values_list("password", flat=True)[: max(settings.PASSWORD_HISTORY - 1, 0)])


def is_expired(person: Person) -> bool:
    """Whether the password is older than `settings.PASSWORD_DAYS`; one never changed by its owner has no age."""
    if not settings.PASSWORD_DAYS or person.password_changed_at is None:
        return False
    return bool(now() - person.password_changed_at > timedelta(days=settings.PASSWORD_DAYS))


def temporary() -> str:
    """A password to be told once and changed at first sign-in: fourteen characters of all classes, easy to read aloud."""
    letters = [char for char in string.ascii_letters if char not in "lIoO"]
    digits = "23456789"
    groups = (
        "".join(secrets.choice(letters) for _ in range(5)),
        "".join(secrets.choice(digits) for _ in range(4)),
        secrets.choice(string.ascii_lowercase) + secrets.choice(string.ascii_uppercase),
    )
    return secrets.choice(SYMBOLS).join(groups)


def encoded_temporary(word: str) -> str:
    """The hash of a `temporary` password, cheap enough for a whole organ at once; the first sign-in hashes it anew."""
    hasher = get_hasher("default")
    if type(hasher) is PBKDF2PasswordHasher:
        return hasher.encode(word, hasher.salt(), iterations=TEMPORARY_ITERATIONS)
    return hasher.encode(word, hasher.salt())

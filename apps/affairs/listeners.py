"""Who hears of away notices (the person, who presides, the office, the duty room) and of complaints and suggestions."""

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.affairs.enums import AwayState
from apps.affairs.events import AwayApproved, AwayEnded, SuggestionAnswered, SuggestionSaid
from apps.affairs.models import AwayNotice
from apps.affairs.selectors.notices import notice_by_id, subject_of
from apps.affairs.selectors.suggestions import handlers_of, suggestion_by_id, suggestion_subject
from apps.core.events import listens_to
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send


def _office(notice: AwayNotice) -> set[int]:
    """The office director and the duty office of the organ, who must know where people are."""
    roles = (Role.OFFICE_DIRECTOR, Role.DUTY_OFFICER)
    found = {post.person_id for role in roles for post in holders(organ_id=notice.organ_id, role=role)}
    return found - {notice.person_id}


@listens_to(AwayApproved)
def tell_of_the_approval(event: AwayApproved) -> None:
    """The person and the filer; who presides; the office."""
    notice = notice_by_id(event.notice_id)
    if notice is None or notice.state != AwayState.APPROVED:
        return
    subject, key = subject_of(notice), f"away:{notice.pk}:approved"
    notice_send(
        person_ids={notice.person_id, notice.filed_by.person_id},
        key=key,
        kind=NoticeKind.RESULT,
        title=f"外出报备已批准：{notice.span}",
        text=notice.note or "返回后请及时销假。",
        subject=subject,
    )
    if notice.acting is not None:
        notice_send(
            person_ids=[notice.acting.person_id],
            key=f"{key}:acting",
            kind=NoticeKind.PROGRESS,
            title=f"{notice.person.name}{notice.span}外出，期间由您主持工作",
            text="已授权您代办其待办。" if notice.delegation_id else "",
            subject=subject,
        )
    notice_send(
        person_ids=_office(notice),
        key=f"{key}:office",
        kind=NoticeKind.PROGRESS,
        title=notice.title,
        text=notice.get_kind_display(),
        subject=subject,
    )


@listens_to(AwayEnded)
def tell_of_the_end(event: AwayEnded) -> None:
    """Called off or back early: who presides and the office."""
    notice = notice_by_id(event.notice_id)
    if notice is None:
        return
    people = _office(notice) | ({notice.acting.person_id} if notice.acting else set())
    words = "已返岗" if notice.state == AwayState.CLOSED else "取消外出"
    notice_send(
        person_ids=people,
        key=f"away:{notice.pk}:ended",
        kind=NoticeKind.PROGRESS,
        title=f"{notice.person.name}{words}（原报{notice.span}）",
        subject=subject_of(notice),
    )


@listens_to(SuggestionSaid)
def tell_the_handlers(event: SuggestionSaid) -> None:
    """Who answers for the organ; without the author's name, which the page shows when it may."""
    suggestion = suggestion_by_id(event.suggestion_id)
    if suggestion is None:
        return
    notice_send(
        person_ids=handlers_of(suggestion.organ_id) - {suggestion.author_id},
        key=f"suggestion:{event.word_id}",
        kind=NoticeKind.PROGRESS,
        title=f"{suggestion.get_kind_display()}待答复：{suggestion.title}",
        subject=suggestion_subject(suggestion),
    )


@listens_to(SuggestionAnswered)
def tell_the_author(event: SuggestionAnswered) -> None:
    """The answer is there."""
    suggestion = suggestion_by_id(event.suggestion_id)
    if suggestion is None:
        return
    notice_send(
        person_ids={suggestion.author_id},
        key=f"suggestion:{event.word_id}",
        kind=NoticeKind.RESULT,
        title=f"您的{suggestion.get_kind_display()}已有答复：{suggestion.title}",
        text=f"{suggestion.organ.short_name}已答复，请查看并评价。",
        subject=suggestion_subject(suggestion),
    )

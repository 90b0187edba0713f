"""What a person can open from 常用应用 on the desk and from 工作台 on the phone. Apps register; the portal draws."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from apps.core.actors import Actor


def anybody(_actor: Actor) -> bool:
    """The entry is for everybody."""
    return True


@dataclass(frozen=True, kw_only=True)
class AppLink:
    """One entry: `group` is its heading, `is_common` puts it on the desk, `may` says whom its page would let in."""

    name: str
    icon: str
    url_name: str
    group: str
    order: int = 50
    is_common: bool = True
    may: Callable[[Actor], bool] = anybody


_links: dict[str, AppLink] = {}


def app_add(*links: AppLink) -> None:
    """Add entries; called from `ready()`."""
    for link in links:
        _links[link.url_name] = link


def apps_for(actor: Actor) -> list[AppLink]:
    """Everything the actor may open, in order."""
    return sorted((link for link in _links.values() if link.may(actor)), key=lambda link: link.order)


def apps_by_group(actor: Actor) -> Iterator[tuple[str, list[AppLink]]]:
    """The same under its headings."""
    for group, links in groupby(apps_for(actor), key=lambda link: link.group):
        yield group, list(links)

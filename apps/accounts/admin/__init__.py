"""Back office of people, organs and the machine room. Every write is a service."""

from apps.accounts.admin import organs, people, platform, posts

__all__ = ["organs", "people", "platform", "posts"]

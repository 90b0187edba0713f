"""Back office of people, organs and the machine room. Every write is a service."""

from apps.accounts.admin import emergencies, organs, people, platform, posts

__all__ = ["emergencies", "organs", "people", "platform", "posts"]

"""Back office of people, organs and the machine room. Every write is a service."""

from apps.accounts.admin import directories, emergencies, organs, people, platform, posts

__all__ = ["directories", "emergencies", "organs", "people", "platform", "posts"]

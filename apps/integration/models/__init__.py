"""Systems that are let in and what they bring."""

from apps.integration.models.systems import PartnerAnswer, PartnerSystem
from apps.integration.models.todos import PartnerTodo

__all__ = ["PartnerAnswer", "PartnerSystem", "PartnerTodo"]

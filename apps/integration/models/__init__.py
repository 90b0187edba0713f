"""Systems that are let in and what they bring."""

from apps.integration.models.favourites import FavouriteSystem
from apps.integration.models.systems import PartnerAnswer, PartnerSystem
from apps.integration.models.todos import PartnerTodo
from apps.integration.models.webhooks import WebhookDelivery, WebhookSubscription

__all__ = [
    "FavouriteSystem",
    "PartnerAnswer",
    "PartnerSystem",
    "PartnerTodo",
    "WebhookDelivery",
    "WebhookSubscription",
]

"""Settings for commands on a checkout without a running stack."""

from config.settings.base import *  # noqa: F403  # settings modules extend by star by Django's convention

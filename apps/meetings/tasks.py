"""Celery tasks of meetings: one service called."""

from celery import shared_task

from apps.core.locks import single_flight
from apps.meetings.services.standing_in import hosts_watch
from apps.meetings.services.ticking import meetings_tick as tick


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def meetings_tick() -> None:
    """Release what was not confirmed; say that a meeting begins in half an hour, that materials are late."""
    with single_flight("meetings-tick") as alone:
        if alone:
            tick()


@shared_task(ignore_result=True, soft_time_limit=20, time_limit=30)
def video_hosts_watch() -> None:
    """Hand a video over to the deputy where no host has been inside for long enough."""
    with single_flight("video-hosts-watch") as alone:
        if alone:
            hosts_watch()

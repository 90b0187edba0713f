"""Celery tasks of meetings: one service called."""

from celery import shared_task

from apps.core.locks import single_flight
from apps.meetings.services.composing import recordings_compose as compose
from apps.meetings.services.composing import tapes_tidy
from apps.meetings.services.recording import recordings_watch as watch
from apps.meetings.services.recordings import recordings_expire
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


@shared_task(ignore_result=True, soft_time_limit=20, time_limit=30)
def recordings_watch() -> None:
    """What is recorded goes on, also after a restart of the media server; what cannot stops with its reason."""
    with single_flight("recordings-watch") as alone:
        if alone:
            watch()


@shared_task(ignore_result=True, soft_time_limit=6 * 3600, time_limit=6 * 3600 + 60)
def recordings_compose() -> None:
    """Make one film; returns at once when there is none to be made or a worker is at one."""
    compose()


@shared_task(ignore_result=True, soft_time_limit=100, time_limit=120)
def recordings_tidy() -> None:
    """Delete films that were kept long enough, and tapes nobody needs."""
    recordings_expire()
    tapes_tidy()

"""What Celery runs in this room."""

from celery import shared_task
from django.utils import timezone

from agency import health
from listening.lifecycle import alerting, erasing, learning, outcomes, suggesting


@shared_task(name="listening.remind_of_hearings")
@health.watched("listening.remind_of_hearings")
def remind_of_hearings() -> None:
    """Remind owners of what their hearings owe."""
    outcomes.remind_of_hearings(at=timezone.now())


@shared_task(name="listening.find_rises")
@health.watched("listening.find_rises")
def find_rises() -> None:
    """Find the topics that far more people spoke about than before."""
    alerting.find_rises(at=timezone.now())


@shared_task(name="listening.erase_old_words")
@health.watched("listening.erase_old_words")
def erase_old_words() -> None:
    """Erase words and contacts of voices and hearings whose time of keeping is over, batch by batch."""
    at = timezone.now()
    while erasing.erase_due(at=at):
        pass


@shared_task(name="listening.suggest_classes")
@health.watched("listening.suggest_classes")
def suggest_classes() -> None:
    """Let the models in use look at voices that nobody classified yet."""
    while suggesting.suggest_waiting(at=timezone.now()):
        pass


@shared_task(name="listening.learn_models")
@health.watched("listening.learn_models")
def learn_models() -> None:
    """Learn from what officers classified since the last model of each field."""
    learning.learn_all(at=timezone.now())


@shared_task(name="listening.watch_models")
@health.watched("listening.watch_models")
def watch_models() -> None:
    """Switch off models that officers correct far more often than their card promised."""
    learning.switch_off_stale(at=timezone.now())

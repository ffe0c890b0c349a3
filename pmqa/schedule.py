"""What Celery beat starts and when (Asia/Bangkok). Every task may run twice, late or not at all: the next run catches up."""

from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

SCHEDULE: dict[str, dict[str, Any]] = {
    # Milestones of the escalation matrix that came due; reminders go to the outbox.
    "complaints.sweep_milestones": {"task": "complaints.sweep_milestones", "schedule": 60.0},
    # Cases that wait for the complainant longer than the policy allows go on.
    "complaints.resume_overlong_pauses": {
        "task": "complaints.resume_overlong_pauses",
        "schedule": crontab(minute=5),
    },
    # Referrals that another agency has not answered in its time; the officer is reminded.
    "complaints.remind_referrals": {
        "task": "complaints.remind_referrals",
        "schedule": crontab(minute=10),
    },
    # Days by which agencies that sent matters want their answers; the desk is reminded.
    "complaints.remind_agency_deadlines": {
        "task": "complaints.remind_agency_deadlines",
        "schedule": crontab(minute=25),
    },
    # Counts of the home pages, kept where an agency is too large to count for each page.
    "complaints.count_cases": {"task": "complaints.count_cases", "schedule": 180.0},
    # The figures page of a large agency shows what this kept, with its time.
    "complaints.count_figures": {"task": "complaints.count_figures", "schedule": 900.0},
    # How long each step took in the last year, for the public flow chart.
    "complaints.refresh_past_times": {
        "task": "complaints.refresh_past_times",
        "schedule": crontab(hour=2, minute=40),
    },
    # Cases without an officer in units that give them out by themselves.
    "complaints.give_waiting": {"task": "complaints.give_waiting", "schedule": 60.0},
    # Corrective actions that come due or are late; the responsible person is reminded.
    "complaints.remind_actions": {
        "task": "complaints.remind_actions",
        "schedule": crontab(minute=15),
    },
    # Dissatisfied respondents whose follow-up comes due or is late; the owner is reminded.
    "surveys.remind_followups": {
        "task": "surveys.remind_followups",
        "schedule": crontab(minute=20),
    },
    # Units that have not acknowledged survey results, plans that come due or are late.
    "surveys.remind_units": {"task": "surveys.remind_units", "schedule": crontab(minute=25)},
    # New answers of surveys go into the columns that results are computed from.
    "surveys.refresh_snapshots": {
        "task": "surveys.refresh_snapshots",
        "schedule": crontab(minute="*/10"),
    },
    # The outbox: claims, sends, marks.
    "agency.send_notices": {"task": "agency.send_notices", "schedule": 60.0},
    "agency.send_letters": {"task": "agency.send_letters", "schedule": 60.0},
    # Jobs that a dead broker or a killed worker left behind.
    "agency.restart_stale_jobs": {"task": "agency.restart_stale_jobs", "schedule": 60.0},
    # What one room tells another.
    "pmqa.consume_events": {"task": "pmqa.consume_events", "schedule": 30.0},
    # The month's category-3 report; asks which months lack one, so a missed run is made good.
    "pmqa.build_missing_reports": {
        "task": "pmqa.build_missing_reports",
        "schedule": crontab(hour=5, minute=0),
    },
    # Follow-ups of self-assessments after 6 and 12 months, steps of their plans; each is told once.
    "pmqa.remind_of_assessments": {
        "task": "pmqa.remind_of_assessments",
        "schedule": crontab(minute=35),
    },
    # Published reports, to the recipients on the list.
    "pmqa.send_reports": {"task": "pmqa.send_reports", "schedule": 60.0},
    # Alert rules on the last closed month and the running one; each fires once for a month.
    "pmqa.evaluate_alerts": {
        "task": "pmqa.evaluate_alerts",
        "schedule": crontab(hour=6, minute=10),
    },
    # Decisions of published reports that come due or are late; each reminder is written once.
    "pmqa.remind_points": {"task": "pmqa.remind_points", "schedule": crontab(hour=8, minute=5)},
    # Uploads of forms that were never finished.
    "agency.clear_parked_files": {
        "task": "agency.clear_parked_files",
        "schedule": crontab(hour=3, minute=30),
    },
    # Files that exports wrote and imports read, a week after; their rows stay.
    "agency.clear_job_files": {
        "task": "agency.clear_job_files",
        "schedule": crontab(hour=3, minute=35),
    },
    # Files of reports as they were before their present state; made anew when asked for.
    "pmqa.clear_report_files": {
        "task": "pmqa.clear_report_files",
        "schedule": crontab(hour=3, minute=45),
    },
    # Persons whose retention time is over lose name, contacts and national ID; cases stay.
    "agency.erase_expired_persons": {
        "task": "agency.erase_expired_persons",
        "schedule": crontab(hour="0-4", minute=20),
    },
    # Ended cases go into the archive and are erased by the retention rules.
    "complaints.age_ended_cases": {
        "task": "complaints.age_ended_cases",
        "schedule": crontab(hour="0-4", minute=40),
    },
    # Waves whose hour has come are written down as closed; they take no answers since that instant.
    "surveys.close_waves": {"task": "surveys.close_waves", "schedule": crontab(minute="*/10")},
    # How invitations went, and reminders of those who have not answered.
    "surveys.follow_mailings": {"task": "surveys.follow_mailings", "schedule": 120.0},
    # Rows of anonymous waves are written anew in any order, so that none tells when it was answered.
    "surveys.blur_anonymous": {
        "task": "surveys.blur_anonymous",
        "schedule": crontab(hour=1, minute=10),
    },
    # What hearings owe: documents, assistance, the summary; the owner is reminded.
    "listening.remind_of_hearings": {
        "task": "listening.remind_of_hearings",
        "schedule": crontab(minute=25),
    },
    # Milestones, improvements and guidelines that come due or are late; the responsible person is reminded.
    "pmqa.remind_improvements": {
        "task": "pmqa.remind_improvements",
        "schedule": crontab(minute=35),
    },
    # Topics that rose until yesterday against their own past; who answers for them is told once.
    "listening.find_rises": {
        "task": "listening.find_rises",
        "schedule": crontab(hour=5, minute=30),
    },
    # Voices and hearings whose time of keeping is over lose words and contacts; figures and summaries stay.
    "listening.erase_old_words": {
        "task": "listening.erase_old_words",
        "schedule": crontab(hour="0-4", minute=50),
    },
    # What the models of text think of voices that nobody classified yet.
    "listening.suggest_classes": {"task": "listening.suggest_classes", "schedule": 30.0},
    # New models from what officers classified in the week; only a better one goes to work.
    "listening.learn_models": {
        "task": "listening.learn_models",
        "schedule": crontab(day_of_week="sun", hour=2, minute=20),
    },
    # Models that officers corrected far too often for two weeks are switched off.
    "listening.watch_models": {
        "task": "listening.watch_models",
        "schedule": crontab(hour=4, minute=10),
    },
    # Monthly figures of services that improvements changed, kept with the instant of reading.
    "pmqa.read_service_times": {
        "task": "pmqa.read_service_times",
        "schedule": crontab(minute=45),
    },
    # Tells the admins of runs that did not happen.
    "agency.watch_task_health": {
        "task": "agency.watch_task_health",
        "schedule": crontab(minute="*/15"),
    },
}

# What admins read on the page of background health and in notices.
WORDS = {
    "complaints.sweep_milestones": _("Reminders and escalations"),
    "complaints.resume_overlong_pauses": _("End of waiting for complainants"),
    "complaints.give_waiting": _("Giving out new cases"),
    "complaints.remind_actions": _("Reminders of corrective actions"),
    "complaints.remind_referrals": _("Reminders of referrals without an answer"),
    "complaints.remind_agency_deadlines": _("Reminders of days set by other agencies"),
    "complaints.count_cases": _("Counting cases for the home pages"),
    "complaints.count_figures": _("Counting cases for the figures page"),
    "complaints.refresh_past_times": _("Counting the times of the procedure"),
    "surveys.remind_followups": _("Reminders of follow-ups after surveys"),
    "surveys.remind_units": _("Reminders of survey results sent to units"),
    "surveys.refresh_snapshots": _("Bringing survey results up to date"),
    "agency.send_notices": _("Sending notices to staff"),
    "agency.send_letters": _("Sending letters to persons"),
    "agency.restart_stale_jobs": _("Restart of interrupted work"),
    "pmqa.consume_events": _("Handing events from room to room"),
    "pmqa.build_missing_reports": _("Building monthly reports"),
    "pmqa.remind_of_assessments": _("Reminders of self-assessments"),
    "pmqa.send_reports": _("Sending published reports"),
    "pmqa.evaluate_alerts": _("Alerts on indicators"),
    "pmqa.remind_points": _("Reminders of decisions of monthly reports"),
    "agency.clear_parked_files": _("Clearing unfinished uploads"),
    "agency.clear_job_files": _("Deleting old files of exports and imports"),
    "pmqa.clear_report_files": _("Deleting outdated files of reports"),
    "agency.erase_expired_persons": _("Erasing personal data whose time is over"),
    "complaints.age_ended_cases": _("Archiving and erasing ended cases"),
    "surveys.follow_mailings": _("Invitations and reminders of surveys"),
    "surveys.close_waves": _("Closing surveys whose time is over"),
    "surveys.blur_anonymous": _("Parting anonymous answers from their links"),
    "listening.remind_of_hearings": _("Reminders of hearings"),
    "listening.erase_old_words": _("Erasing old voices and views of hearings"),
    "pmqa.remind_improvements": _("Reminders of improvements"),
    "listening.find_rises": _("Finding topics that rise"),
    "listening.suggest_classes": _("Suggesting classes for voices"),
    "listening.learn_models": _("Learning from classified voices"),
    "listening.watch_models": _("Watching the models of text"),
    "pmqa.read_service_times": _("Reading service times"),
    "agency.watch_task_health": _("Watch over scheduled work"),
}

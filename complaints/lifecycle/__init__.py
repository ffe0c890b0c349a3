"""The verbs of complaints: the only place where a case changes (DESIGN section 4).

Each verb locks the case, checks, writes the named fields, records and announces, in one
transaction. Rights are the caller's to check (`complaints.permissions`); what may not be done in
the state a case is in is `Refused` with the sentence the person reads.
"""

from agency.refusal import Refused
from complaints.lifecycle.actions import (
    drop_action,
    finish_action,
    plan_action,
    remind_actions,
    start_action,
    verify_action,
)
from complaints.lifecycle.agency_deadlines import remind_agency_deadlines
from complaints.lifecycle.canned import called, insert_canned, keep_canned
from complaints.lifecycle.causes import (
    add_cause,
    move_cause,
    rename_cause,
    restore_cause,
    retire_cause,
)
from complaints.lifecycle.documents import (
    draft_document,
    edit_document,
    issue_document,
    keep_letterhead,
    refuse_sending,
    reserve_number,
    void_document,
)
from complaints.lifecycle.ending import close, escalate_to_stage2, reopen
from complaints.lifecycle.extensions import ask_extension, decide_extension
from complaints.lifecycle.fanout import (
    cancel_subtask,
    fan_out,
    note_file_read,
    reply_subtask,
    return_subtask,
)
from complaints.lifecycle.files import attach
from complaints.lifecycle.giving import give, give_waiting, set_duty, set_rota
from complaints.lifecycle.hiding import hide_name
from complaints.lifecycle.hold import Outdated
from complaints.lifecycle.intake import Filing, LetterFacts, Receipt, receive, receive_once
from complaints.lifecycle.links import keep_apart, link, unlink
from complaints.lifecycle.own_page import (
    forget_choices,
    keep_choices,
    read_own_link,
    send_own_link,
)
from complaints.lifecycle.past_times import refresh_past_times
from complaints.lifecycle.rating import rate
from complaints.lifecycle.rating_link import rating_url, read_token
from complaints.lifecycle.recount import preview_due_dates, recompute_due_dates
from complaints.lifecycle.retention import (
    archive_due,
    erase_due,
    hold_legally,
    release_hold,
    unarchive,
)
from complaints.lifecycle.review import (
    instruct,
    instruct_officer,
    is_settled,
    mark_reviewed,
    reassign,
    send_back,
    take_over,
)
from complaints.lifecycle.routing import accept, assign, name_reader, reveal_identity, screen
from complaints.lifecycle.second_look import (
    approve_answer,
    return_answer,
    send_for_review,
    take_answer_back,
)
from complaints.lifecycle.splitting import Part, split
from complaints.lifecycle.subtask_sweep import sweep_subtasks
from complaints.lifecycle.sweep import resume_overlong_pauses, sweep_milestones
from complaints.lifecycle.thread import (
    acknowledge,
    answer,
    ask,
    note,
    reply,
    resume,
    send_progress,
)
from complaints.lifecycle.unanswered import (
    record_referral_answer,
    refer,
    reject,
    remind_referrals,
    withdraw,
)
from complaints.lifecycle.watching import unwatch, watch

__all__ = [
    "Filing",
    "LetterFacts",
    "Outdated",
    "Part",
    "Receipt",
    "Refused",
    "accept",
    "acknowledge",
    "add_cause",
    "answer",
    "approve_answer",
    "archive_due",
    "ask",
    "ask_extension",
    "assign",
    "attach",
    "called",
    "cancel_subtask",
    "close",
    "decide_extension",
    "draft_document",
    "drop_action",
    "edit_document",
    "erase_due",
    "escalate_to_stage2",
    "fan_out",
    "finish_action",
    "forget_choices",
    "give",
    "give_waiting",
    "hide_name",
    "hold_legally",
    "insert_canned",
    "instruct",
    "instruct_officer",
    "is_settled",
    "issue_document",
    "keep_apart",
    "keep_canned",
    "keep_choices",
    "keep_letterhead",
    "link",
    "mark_reviewed",
    "move_cause",
    "name_reader",
    "note",
    "note_file_read",
    "plan_action",
    "preview_due_dates",
    "rate",
    "rating_url",
    "read_own_link",
    "read_token",
    "reassign",
    "receive",
    "receive_once",
    "recompute_due_dates",
    "record_referral_answer",
    "refer",
    "refresh_past_times",
    "refuse_sending",
    "reject",
    "release_hold",
    "remind_actions",
    "remind_agency_deadlines",
    "remind_referrals",
    "rename_cause",
    "reopen",
    "reply",
    "reply_subtask",
    "reserve_number",
    "restore_cause",
    "resume",
    "resume_overlong_pauses",
    "retire_cause",
    "return_answer",
    "return_subtask",
    "reveal_identity",
    "screen",
    "send_back",
    "send_for_review",
    "send_own_link",
    "send_progress",
    "set_duty",
    "set_rota",
    "split",
    "start_action",
    "sweep_milestones",
    "sweep_subtasks",
    "take_answer_back",
    "take_over",
    "unarchive",
    "unlink",
    "unwatch",
    "verify_action",
    "void_document",
    "watch",
    "withdraw",
]

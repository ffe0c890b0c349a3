"""The verbs of the surveys room."""

from agency.refusal import Refused
from surveys.lifecycle.answering import Coming, Unfit, attach, blur, save, screen_out, submit, void
from surveys.lifecycle.drafting import (
    ConditionDraft,
    OptionDraft,
    QuestionDraft,
    add_question,
    add_section,
    change_question,
    change_section,
    delete_question,
    delete_section,
    move_question,
    move_section,
    place_question,
    write_rule,
)
from surveys.lifecycle.factsheets import draw_up, publish_factsheet
from surveys.lifecycle.filling import take_from_bank
from surveys.lifecycle.surveys import archive, begin, copy, describe, publish, restore

__all__ = [
    "Coming",
    "ConditionDraft",
    "OptionDraft",
    "QuestionDraft",
    "Refused",
    "Unfit",
    "add_question",
    "add_section",
    "archive",
    "attach",
    "begin",
    "blur",
    "change_question",
    "change_section",
    "copy",
    "delete_question",
    "delete_section",
    "describe",
    "draw_up",
    "move_question",
    "move_section",
    "place_question",
    "publish",
    "publish_factsheet",
    "restore",
    "save",
    "screen_out",
    "submit",
    "take_from_bank",
    "void",
    "write_rule",
]

"""A refusal that the person reads."""


class Refused(Exception):
    """A verb may not be done now; the message is the sentence the person reads."""

"""Says where the program went wrong without repeating data: the text of an error may name people."""

import traceback


def where(error: BaseException) -> str:
    """Return class, function and line, as in `IntegrityError in receive (receive.py:41)`."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    if not ours:
        return type(error).__name__
    last = ours[-1]
    return (
        f"{type(error).__name__} in {last.name} ({last.filename.rpartition('/')[2]}:{last.lineno})"
    )

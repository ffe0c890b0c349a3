"""Thai dates, Buddhist years, fiscal years, digits and masks; pure functions, no database, no clock."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

BANGKOK = ZoneInfo("Asia/Bangkok")
ERA = 543  # พ.ศ. = ค.ศ. + 543

MONTHS = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
SHORT_MONTHS = [
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
]
ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]
ENGLISH_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def arabic_digits(text: str) -> str:
    """Turn ๐-๙ into 0-9, for what people type."""
    return text.translate(TO_ARABIC)


def thai_digits(text: str) -> str:
    """Turn 0-9 into ๐-๙, for official letters."""
    return text.translate(TO_THAI)


def buddhist_year(year: int) -> int:
    """Return the year of the Buddhist era (พ.ศ.)."""
    return year + ERA


def fiscal_year(day: date) -> int:
    """Return the Thai fiscal year (ปีงบประมาณ พ.ศ.): October begins the next one."""
    return buddhist_year(day.year + (day.month >= 10))


def fiscal_year_span(year: int) -> tuple[date, date]:
    """Return the first and last day of a fiscal year given in พ.ศ."""
    return date(year - ERA - 1, 10, 1), date(year - ERA, 9, 30)


def is_thai() -> bool:
    """Tell whether the screen speaks Thai."""
    return (get_language() or "th").startswith("th")


def local_day(at: date | datetime) -> date:
    """Return the Bangkok day of an instant; a plain date stays as it is."""
    if isinstance(at, datetime):
        return at.astimezone(BANGKOK).date()
    return at


def format_date(at: date | datetime, *, long: bool = False, weekday: bool = False) -> str:
    """Write a day: 7 ต.ค. 2569, or 7 Oct 2026 in English; `long` spells the month out."""
    day = local_day(at)
    if is_thai():
        months = MONTHS if long else SHORT_MONTHS
        words = f"{day.day} {months[day.month - 1]} {buddhist_year(day.year)}"
        return f"วัน{WEEKDAYS[day.weekday()]}ที่ {words}" if weekday else words
    month = ENGLISH_MONTHS[day.month - 1]
    words = f"{day.day} {month if long else month[:3]} {day.year}"
    return f"{ENGLISH_WEEKDAYS[day.weekday()]}, {words}" if weekday else words


def format_time(at: datetime) -> str:
    """Write the Bangkok time of day: 16.31 น., or 16:31 in English."""
    local = at.astimezone(BANGKOK)
    return f"{local:%H.%M} น." if is_thai() else f"{local:%H:%M}"


def format_datetime(at: datetime, *, long: bool = False) -> str:
    """Write day and time: 7 ต.ค. 2569 16.31 น., or 7 Oct 2026 16:31 in English."""
    return f"{format_date(at, long=long)} {format_time(at)}"


def format_month(at: date | datetime, *, short: bool = False) -> str:
    """Write a month: ตุลาคม 2569, or October 2026 in English; `short` gives ต.ค. 69."""
    day = local_day(at)
    if is_thai():
        year = buddhist_year(day.year)
        month = day.month - 1
        return f"{SHORT_MONTHS[month]} {year % 100:02}" if short else f"{MONTHS[month]} {year}"
    month_name = ENGLISH_MONTHS[day.month - 1]
    return f"{month_name[:3]} {day.year % 100:02}" if short else f"{month_name} {day.year}"


def since_words(at: datetime, *, now: datetime) -> str:
    """Say how long ago something was; after a week, and of what is to come, the date says it better."""
    past = now.astimezone(UTC) - at.astimezone(UTC)
    if past < timedelta(minutes=-1):
        return format_datetime(at)
    if past < timedelta(days=1):
        return since_today(minutes=int(past.total_seconds() // 60))
    days = (local_day(now) - local_day(at)).days
    if days == 1:
        return _("yesterday")
    if days < 7:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    return format_date(at)


def since_today(*, minutes: int) -> str:
    """Say how many minutes or hours ago something was."""
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {
            "count": minutes
        }
    hours = minutes // 60
    return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}


def month_number(word: str) -> int | None:
    """Find a month by its Thai or English name, whole or short, with or without dots."""
    bare = word.replace(".", "").strip().lower()
    for names in (MONTHS, SHORT_MONTHS, ENGLISH_MONTHS):
        for number, name in enumerate(names, start=1):
            if bare == name.replace(".", "").lower():
                return number
    shorts = [name[:3].lower() for name in ENGLISH_MONTHS]
    return shorts.index(bare[:3]) + 1 if bare[:3] in shorts else None


def full_year(digits: str) -> int:
    """Read a typed year: 2569 and 69 are พ.ศ., 2026 is ค.ศ."""
    year = int(digits)
    if len(digits) <= 2:
        return 2500 + year - ERA
    return year - ERA if year >= 2400 else year


def parse_date(text: str) -> date:
    """Read what an officer types: 7/10/2569, ๗ ต.ค. ๒๕๖๙, 2026-10-07; ValueError when no day."""
    words = arabic_digits(text).strip()
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words)
    if iso:
        return date(full_year(iso[1]), int(iso[2]), int(iso[3]))
    typed = re.fullmatch(
        r"(\d{1,2})(?:\s*[/.-]\s*|\s+)(\d{1,2})(?:\s*[/.-]\s*|\s+)(\d{2}|\d{4})", words
    )
    if typed:
        return date(full_year(typed[3]), int(typed[2]), int(typed[1]))
    spoken = re.fullmatch(r"(\d{1,2})\s*([^\d\s]+)\s*(?:พ\.ศ\.)?\s*(\d{2}|\d{4})", words)
    month = month_number(spoken[2]) if spoken else None
    if spoken is None or month is None:
        raise ValueError(words)
    return date(full_year(spoken[3]), month, int(spoken[1]))


def only_digits(text: str) -> str:
    """Keep the digits, Thai ones as Arabic: what is left of a typed number."""
    return re.sub(r"[^0-9]", "", arabic_digits(text))


def group_national_id(digits: str) -> str:
    """Write a 13-digit number as 1-2345-67890-12-3; anything else stays as it is."""
    if len(digits) != 13:
        return digits
    return f"{digits[0]}-{digits[1:5]}-{digits[5:10]}-{digits[10:12]}-{digits[12]}"


def group_phone(digits: str) -> str:
    """Write a Thai telephone number in groups: 081-234-5678, 02-123-4567."""
    if len(digits) == 10:
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    if len(digits) == 9:
        return f"{digits[:2]}-{digits[2:5]}-{digits[5:]}"
    return digits

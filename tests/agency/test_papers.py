"""Official papers: Thai numerals, the pages of the PDF, and what Word needs to set Thai."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from agency.papers import OfficialPaper, docx_of, formal_digits, pages_of, paragraphs_of, pdf_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LETTER = OfficialPaper(
    is_memo=False,
    number="บป 0101/123",
    office="กรมบริการประชาชน (สาธิต)",
    address="99 ถนนตัวอย่าง\nกรุงเทพฯ 10000",
    day="22  พฤศจิกายน  2569",
    subject='แจ้งผลการพิจารณา <ไม่ใช่แท็ก> #read("/etc/passwd") *&*',
    to="คุณสมศรี มีสุข",
    references=("เรื่องร้องเรียนเลขที่ 2570-000123",),
    enclosures=("สำเนาใบอนุญาต 1 ฉบับ", "แผนผัง 2 แผ่น"),
    paragraphs=("ที่นี่น้ำกุ้งปั๊มฟ้าปู่ญี่ปุ่น ดูที่ https://example.go.th/a1", "จึงเรียนมาเพื่อโปรดทราบ"),
    closing="ขอแสดงความนับถือ",
    signer="นายวิชัย สาธิต",
    position="ผู้อำนวยการกอง",
    owner="กองบริการ",
    phone="02-000-0000",
    email="svc1@agency.example",
    speed="ด่วนที่สุด",
    secrecy="",
    is_draft=False,
)


def test_thai_numerals_leave_addresses_of_mail_and_web_as_they_are():
    paper = formal_digits(LETTER)

    assert (paper.number, paper.day) == ("บป ๐๑๐๑/๑๒๓", "๒๒  พฤศจิกายน  ๒๕๖๙")
    assert paper.email == "svc1@agency.example"
    assert paper.paragraphs[0].endswith("https://example.go.th/a1")
    assert paper.enclosures == ("สำเนาใบอนุญาต ๑ ฉบับ", "แผนผัง ๒ แผ่น")


def test_paragraphs_are_the_lines_that_say_something():
    assert paragraphs_of(" หนึ่ง \n\n สอง   สาม\n") == ("หนึ่ง", "สอง สาม")


@pytest.mark.parametrize("is_memo", [False, True])
def test_pdf_is_one_a4_page_of_thai_that_runs_nothing(is_memo):
    paper = formal_digits(replace(LETTER, is_memo=is_memo))

    document = pypdfium2.PdfDocument(pdf_of(paper))
    text = document[0].get_textpage().get_text_range()

    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    assert "๐๑๐๑/๑๒๓" in text
    assert '#read("/etc/passwd")' in text
    assert ("ขอแสดง" in text, "บันทึก" in text) == (True, is_memo)
    assert document.get_metadata_dict()["Title"].startswith("แจ้งผล")


def test_a_secret_draft_says_so_on_every_page():
    long = replace(LETTER, secrecy="ลับ", is_draft=True, paragraphs=LETTER.paragraphs * 20)

    document = pypdfium2.PdfDocument(pdf_of(long))
    texts = [page.get_textpage().get_text_range() for page in document]

    assert len(texts) > 1
    assert all(text.count("ลับ") >= 2 for text in texts)
    assert len(pages_of(long, ppi=30)) == len(texts)


def unpacked(paper) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(docx_of(paper))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("is_memo", [False, True])
def test_docx_sets_thai_in_font_size_and_language(is_memo):
    parts = unpacked(formal_digits(replace(LETTER, is_memo=is_memo)))

    trees = {name: ET.fromstring(text) for name, text in parts.items()}  # noqa: S314
    default = trees["word/styles.xml"].find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    fonts = default.find(f"{W}rFonts").attrib
    assert {fonts[f"{W}{each}"] for each in ("ascii", "hAnsi", "cs")} == {"TH Sarabun New"}
    assert default.find(f"{W}szCs").get(f"{W}val") == "32"
    assert default.find(f"{W}lang").get(f"{W}bidi") == "th-TH"
    document = trees["word/document.xml"]
    text = "".join(each.text or "" for each in document.iter(f"{W}t"))
    assert "<ไม่ใช่แท็ก>" in text
    assert "๒. แผนผัง ๒ แผ่น" in text
    assert ("บันทึกข้อความ" in text) == is_memo
    justified = [p for p in document.iter(f"{W}p") if p.find(f"{W}pPr/{W}jc") is not None]
    aligned = {p.find(f"{W}pPr/{W}jc").get(f"{W}val") for p in justified}
    assert "thaiDistribute" in aligned


def test_the_same_paper_gives_the_same_docx():
    assert docx_of(LETTER) == docx_of(LETTER)

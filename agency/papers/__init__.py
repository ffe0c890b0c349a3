"""Official papers of a Thai office (หนังสือราชการ): what stands on them, and setting them as PDF and DOCX."""

from agency.papers.official import OfficialPaper, formal_digits, paragraphs_of
from agency.papers.pdf import pages_of, pdf_of
from agency.papers.word import docx_of

__all__ = ["OfficialPaper", "docx_of", "formal_digits", "pages_of", "paragraphs_of", "pdf_of"]

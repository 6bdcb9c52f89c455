"""What is quoted in a text, and who says it, where the words around it show that. Pure."""

from newslake.quotations.find import Quotation, quotations

__all__ = ["Quotation", "quotations"]

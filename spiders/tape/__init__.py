"""Tapes: everything that a crawl was answered, in a folder, and the same crawl again from that folder, without any network."""

from spiders.tape.model import ANSWERS, Answer, Secrets, read_answers

__all__ = ["ANSWERS", "Answer", "Secrets", "read_answers"]

"""Tapes: everything that a crawl was answered, in a folder, and the same crawl again from that folder, without any network."""

from spiders.tape.model import ANSWERS, Answer, read_answers
from spiders.tape.secrets import Secrets

__all__ = ["ANSWERS", "Answer", "Secrets", "read_answers"]

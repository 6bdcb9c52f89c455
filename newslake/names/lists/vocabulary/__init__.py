"""Choose from the words of a search index those that names of a list may consist of, and say which texts may have a name. Pure.

The terms of an index are folded (see `newslake.words.terms`): words, Korean words with particles, pairs of Chinese characters.
A text may have a name if it has a term for each part of one of its forms. Only the text itself tells whether they stand together.

The names below are loaded on first use: only those that choose from an index need numpy.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from newslake.names.lists.vocabulary.begins import Needed
    from newslake.names.lists.vocabulary.choose import Chosen, Need, Vocabulary

__all__ = ["Chosen", "Need", "Needed", "Vocabulary"]

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, {"Needed": ".begins", "Chosen": ".choose", "Need": ".choose", "Vocabulary": ".choose"})

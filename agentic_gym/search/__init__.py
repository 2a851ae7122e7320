"""What agents search: a corpus of documents, an index of its text and an index of its pictures."""

from agentic_gym.search.corpus import Corpus, Document, DocumentImage, MemoryCorpus
from agentic_gym.search.image import ImageHit, ImageIndex
from agentic_gym.search.text import Hit, TextIndex

__all__ = [
    "Corpus",
    "Document",
    "DocumentImage",
    "Hit",
    "ImageHit",
    "ImageIndex",
    "MemoryCorpus",
    "TextIndex",
]

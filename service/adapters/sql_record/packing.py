"""
How an evaluation is kept small: zstd, with a dictionary made of the release's examples.

Most of a decision is what every decision of its release says. The dictionary is the decisions about the examples,
which no patient is in; it is kept in the record by its SHA-256, which stands in each row, so that an old row is
read by what it was written with. The bytes answered are part of the document, and are packed by that.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import zstandard

from service.domain.errors import RecordError

if TYPE_CHECKING:
    from service.application.ports import Evaluation

ZLIB = "zlib"
"""Format of a row's blobs: each is one zlib stream (RFC 1950)."""

ZSTD = "zstd"
"""Format of a row's blobs: zstd frames, request and document by the row's dictionary, the answer by the document."""

LEVEL = 12
"""Of zstd: 19 makes a twentieth less of it in a hundred times the time."""

MOST = 64 * 1024 * 1024
"""Bytes that a blob may unfold to; no evaluation comes near it."""

DAMAGED = (
    "What the record holds under this id is damaged. Stop the service, keep the file for "
    "examination, and restore the newest backup."
)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """
    What decisions of one release have in common.

    Attributes:
        sha256: Of the content, hexadecimal.

        content: Its bytes.

        ready: The same, prepared for packing.
    """

    sha256: str
    content: bytes
    ready: zstandard.ZstdCompressionDict


def prepared(sha256: str, content: bytes) -> Dictionary:
    """Return a dictionary of so many bytes."""
    ready = zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    ready.precompute_compress(level=LEVEL)
    return Dictionary(sha256, content, ready)


def packed(evaluation: Evaluation, dictionary: Dictionary) -> dict[str, bytes]:
    """Return request, document and answer as they are stored."""
    by = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary.ready)
    whole = zstandard.ZstdCompressionDict(evaluation.document, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return {
        "request": by.compress(evaluation.request),
        "document": by.compress(evaluation.document),
        "answer": zstandard.ZstdCompressor(level=3, dict_data=whole).compress(evaluation.answer),
    }


def unpacked(format_: str, blob: bytes, content: bytes) -> bytes:
    """
    Return what was packed.

    Args:
        format_: Of the row.

        blob: As it is stored.

        content: What it was packed by; unused in the format `ZLIB`.

    Returns:
        The bytes.

    Raises:
        RecordError: If they are damaged, or of a format that this program does not know.
    """
    try:
        if format_ == ZLIB:
            return zlib.decompress(blob)
        if format_ == ZSTD:
            by = zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
            return zstandard.ZstdDecompressor(dict_data=by).decompress(blob, max_output_size=MOST)
    except (zlib.error, zstandard.ZstdError):
        raise RecordError(DAMAGED) from None
    message = (
        f"The record holds this in the format {format_}, which this release cannot read. "
        f"Use the release that wrote it, or a newer one."
    )
    raise RecordError(message)

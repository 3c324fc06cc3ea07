"""Give a file another text, at once or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from mineralkg.errors import LoadError

__all__ = ["replace_text"]

_BOM = b"\xef\xbb\xbf"


def replace_text(path: Path, text: str) -> None:
    """Write *text* into the file at *path*; it keeps its mode and a byte order mark, and a link stays one.

    The file is replaced as a whole, so that a failure leaves it as it was. Raises LoadError where it cannot be written.
    """
    target = path.resolve()
    beside = None
    try:
        mark = _BOM if target.read_bytes().startswith(_BOM) else b""
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".mineralkg", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(mark + text.encode("utf-8"))
        shutil.copymode(target, beside)
        Path(beside).replace(target)
    except OSError as error:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        raise LoadError(str(path), f"the new text cannot be written ({error.strerror or error}).") from error

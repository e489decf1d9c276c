"""Compiled programs are kept between processes, each whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from painloop.core.startup import configure


def test_a_program_is_in_the_cache_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may read it at any moment, and Ctrl-C may end this one half-way."""
    from jax._src.lru_cache import LRUCache

    configure()
    cache, whole = LRUCache(str(tmp_path), max_size=-1), Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        whole(path, data[:2])
        raise KeyboardInterrupt

    with monkeypatch.context() as torn:
        torn.setattr(Path, "write_bytes", half)
        with pytest.raises(KeyboardInterrupt):
            cache.put("program", b"1234")
    assert cache.get("program") is None
    cache.put("program", b"1234")
    assert cache.get("program") == b"1234"
    assert len(list(tmp_path.iterdir())) == 1

"""Configures JAX once, where the engine starts: float64, host devices, persistent compilation cache."""

from __future__ import annotations

import copy
import os
import tempfile
from pathlib import Path
from typing import Any

_CONFIGURED = False


def cache_folder() -> Path:
    """Where compiled programs are kept between processes (``PAINLOOP_CACHE`` overrides the user's cache)."""
    chosen = os.environ.get("PAINLOOP_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "painloop"


def host_devices() -> int:
    """CPU devices to share a cohort between: the cores this process may use, two at most.

    ``PAINLOOP_DEVICES`` overrides it; two devices are what the engine was measured with.
    """
    chosen = os.environ.get("PAINLOOP_DEVICES")
    if chosen and chosen.isdigit() and int(chosen) > 0:
        return int(chosen)
    return min(2, len(os.sched_getaffinity(0)))


def configure() -> None:
    """Set JAX up; later calls do nothing. An accelerator, where there is one, is used without further ado.

    A process that has come here must not be forked: JAX keeps threads.
    """
    global _CONFIGURED
    if _CONFIGURED:
        return
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_num_cpu_devices", host_devices())
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        pass  # no cache is slower, not wrong
    else:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
        _keep_programs_whole()
    _CONFIGURED = True


def _keep_programs_whole() -> None:
    """A program appears in the cache whole or not at all: JAX writes it in place, where another process may read it."""
    try:
        from jax._src.lru_cache import LRUCache
    except ImportError:  # another JAX, which keeps its cache in another way
        return
    in_place = LRUCache.put

    def put(cache: Any, key: str, value: bytes) -> None:
        folder = Path(cache.path)
        with tempfile.TemporaryDirectory(prefix=".", dir=folder) as draft:
            aside = copy.copy(cache)
            aside.path = aside._path = Path(draft)
            in_place(aside, key, value)
            for file in Path(draft).iterdir():
                file.replace(folder / file.name)

    LRUCache.put = put  # type: ignore[assignment]

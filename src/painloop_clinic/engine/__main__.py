"""``python -m painloop_clinic.engine FOLDER PROCESSES``: the service, which ends with whoever started it."""

from __future__ import annotations

import logging.config
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FrameType

from painloop_clinic.engine.kinds import TRADE
from painloop_clinic.engine.service import Service, accept, listening
from painloop_clinic.logs import logging_settings

PLAIN = replace(TRADE, usual="painloop_clinic.engine.usual:first", prepare="")
UNPREPARED = "PAINLOOP_CLINIC_UNPREPARED"
"""Set to 1, nothing is compiled ahead (tests, small machines)."""


def leave(_number: int, _frame: FrameType | None) -> None:
    """Unwind, so that processes end and the socket goes."""
    raise SystemExit(0)


def end_with_starter() -> None:
    """Leave when standard input closes: whoever started this is gone."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    """Listen until told to stop."""
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.config.dictConfig(logging_settings())
    end_with_starter()
    with listening(Path(sys.argv[1])) as listener:
        trade = PLAIN if os.environ.get(UNPREPARED) == "1" else TRADE
        service = Service(int(sys.argv[2]), trade)
        try:
            accept(listener, service)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            service.close()


if __name__ == "__main__":
    main()

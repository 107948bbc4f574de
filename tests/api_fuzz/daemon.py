"""`docktor` as it is, but for how often it may be asked: thousands of questions a minute are what is wanted here."""

import sys

from docktor.api import doors
from docktor.cli.main import main

if __name__ == "__main__":
    doors.READS_A_MINUTE = doors.WRITES_A_MINUTE = doors.LOGINS_A_MINUTE = 1_000_000
    sys.argv[0] = "docktor"
    main()

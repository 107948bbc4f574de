"""`python -m docktor` is `docktor`."""

from docktor.cli.main import main

main()

"""``python -m heardback``."""

from heardback.cli.main import main

main()

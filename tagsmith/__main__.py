"""`python -m tagsmith` runs `tagsmith`."""

import sys

from tagsmith.cli import main

sys.exit(main())

"""`python -m tagsmith` is `tagsmith`."""

import sys

from tagsmith.cli import main

sys.exit(main())

"""One static page of what the warehouse says: `make report [OUT=file.html] [ITEMS=n]`.

Reads the warehouse alone; opens in any browser without a server or a network.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from python_udfs.errors import TagsmithError
from python_udfs.warehouse import open_read_only


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; 1 if the warehouse cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("data/report.html"))
    parser.add_argument("--items", type=int, default=8, help="items of the sample, 0 or more")
    parser.add_argument(
        "--warehouse",
        type=Path,
        default=Path(os.environ.get("TAGSMITH_WAREHOUSE", "data/warehouse.duckdb")),
    )
    asked = parser.parse_args(arguments)
    if asked.items < 0:
        parser.error("--items must be 0 or more")
    # Altair takes a second to load, which a mistyped option should not cost.
    from python_udfs.report import render_report

    try:
        with open_read_only(asked.warehouse) as connection:
            page = render_report(connection, asked.items)
    except TagsmithError as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    partial = asked.out.with_name(asked.out.name + ".part")
    partial.write_text(page, encoding="utf-8")
    partial.replace(asked.out)
    print(f"{asked.out}: {len(page.encode()) / 1e6:.1f} MB, open it in a browser")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""One static page of the warehouse's figures: `make report [OUT=file.html] [ITEMS=n]`.

Reads only the warehouse; opens in any browser without a server or a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tagsmith.options import WAREHOUSE, Warehouse
from tagsmith.results import write_page
from tagsmith.warehouse import open_read_only


def report(
    out: Annotated[Path, typer.Option(help="the page")] = Path("data/report.html"),
    items: Annotated[int, typer.Option(min=0, help="items of the sample")] = 8,
    warehouse: Warehouse = WAREHOUSE,
) -> None:
    """Write one page that shows how good the tags are and what they cost."""
    # The chart library is an extra: the other commands work without it.
    from tagsmith.report.page import render_report

    with open_read_only(warehouse) as connection:
        page = render_report(connection, items)
    write_page(out, page)
    print(f"{out}: {len(page.encode()) / 1e6:.1f} MB, open it in a browser")

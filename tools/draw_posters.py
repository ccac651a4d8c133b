"""Draw the twenty catalogue posters used by the seeds.

Every poster is an original flat illustration built from the shapes below; nothing is traced or
downloaded. Coordinates are poster units (300 wide, 444 high) and shapes are written as
``"x,y x,y ..."`` strings. All randomness is seeded per poster, so reruns are byte-identical.
"""

# Coordinates go by position, and the randomness is only decoration.
# ruff: noqa: S311

from __future__ import annotations

import argparse
import io
import math
import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

W, H, SCALE = 300, 444, 3
MAX_BYTES = 39_500
DEFAULT_OUT = Path(__file__).resolve().parent.parent / "seeds" / "posters"

Point = tuple[float, float]
Shape = str | Sequence[Point]

# Elbow, hand, elbow, hand, knee, foot, knee, foot; one unit is an eighth of the body height.
POSES = {
    "stand": "-1.5,-5 -1.5,-3.7 1.5,-5 1.5,-3.7 -.6,-2 -.7,-.2 .6,-2 .7,-.2",
    "walk": "-1.6,-5 -1.2,-3.8 1.5,-4.9 1.9,-3.9 -.5,-2 -1.5,-.2 .9,-2.1 1.1,-.2",
    "run": "-1.8,-5.4 -2.4,-4.2 1.7,-5 2.6,-5.9 -.4,-2.2 -2.3,-1.6 1.7,-3 1.5,-1",
    "up": "-1.7,-6.8 -1.5,-8.6 1.7,-6.8 1.5,-8.6 -.6,-2 -.7,-.2 .6,-2 .7,-.2",
    "reach": "-1.5,-5 -1.5,-3.7 1.8,-6.3 3,-7.2 -.6,-2 -.9,-.2 .6,-2 .9,-.2",
    "sit": "-1.3,-7 -1,-8.5 1.3,-7 1,-8.5 1.4,-3.6 1.7,-1.8 1.8,-3.4 2.5,-1.7",
    "aim": "1,-5 1.5,-6.7 1.9,-5.2 1.9,-6.8 -.6,-2 -1,-.2 .7,-2 1,-.2",
}


def parse(shape: Shape) -> list[Point]:
    """Turn an ``"x,y x,y"`` string (or a sequence of points) into a list of points."""
    if not isinstance(shape, str):
        return list(shape)
    pairs = (item.split(",") for item in shape.split())
    return [(float(x), float(y)) for x, y in pairs]


def spline(shape: Shape, closed: bool = False, steps: int = 14) -> list[Point]:
    """Sample a Catmull-Rom curve through the points of a shape."""
    p = parse(shape)
    p = [p[-1], *p, p[0], p[1]] if closed else [p[0], *p, p[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        for i in range(steps):
            t = i / steps
            k1, k2 = 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3
            weights = ((-t + 2 * t**2 - t**3, a), (k1, b), (k2, c), (t**3 - t**2, d))
            x, y = (sum(w * q[i] for w, q in weights) / 2 for i in (0, 1))
            out.append((x, y))
    return out if closed else [*out, p[-1]]


def mix(first: str, second: str, t: float) -> str:
    """Blend two hex colours; t=0 gives the first one."""
    a, b = ImageColor.getrgb(first), ImageColor.getrgb(second)
    return "#" + "".join(f"{round(u + (v - u) * t):02x}" for u, v in zip(a, b, strict=False))


def toward(p: Point, q: Point, t: float) -> Point:
    """Return the point a fraction t of the way from p to q."""
    return (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)


def arc(x: float, y: float, r: float, a0: float, a1: float, ry: float | None = None) -> list[Point]:
    """Sample an elliptic arc; angles are in degrees, clockwise from the right."""
    n = max(8, int(abs(a1 - a0) / 6))
    angles = [math.radians(a0 + (a1 - a0) * i / n) for i in range(n + 1)]
    return [(x + r * math.cos(a), y + (ry or r) * math.sin(a)) for a in angles]


class Canvas:
    """A supersampled drawing surface with a movable origin and a seeded random source."""

    def __init__(self, seed: str) -> None:
        """Start a blank poster; the seed fixes every random choice on it."""
        self.rng = random.Random(seed)
        self.img = Image.new("RGB", (W * SCALE, H * SCALE))
        self.pen = ImageDraw.Draw(self.img, "RGBA")
        self.m = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

    def place(self, x: float, y: float, s: float = 1, deg: float = 0, flip: float = 1) -> None:
        """Move, scale, rotate (and mirror with flip=-1) everything drawn from now on."""
        a, b, e, c, d, f = self.m
        cos, sin = s * math.cos(math.radians(deg)), s * math.sin(math.radians(deg))
        self.m = (
            *(flip * (a * cos + b * sin), b * cos - a * sin, a * x + b * y + e),
            *(flip * (c * cos + d * sin), d * cos - c * sin, c * x + d * y + f),
        )

    @contextmanager
    def at(
        self, x: float, y: float, s: float = 1, deg: float = 0, flip: float = 1
    ) -> Iterator[None]:
        """Place what is drawn inside the block, then go back."""
        home = self.m
        self.place(x, y, s, deg, flip)
        yield
        self.m = home

    def poly(self, fill: str, shape: Shape) -> None:
        """Fill a straight-edged polygon; every other shape ends up here."""
        a, b, e, c, d, f = self.m
        pts = [((a * x + b * y + e) * SCALE, (c * x + d * y + f) * SCALE) for x, y in parse(shape)]
        self.pen.polygon(pts, fill)

    def blob(self, fill: str, shape: Shape) -> None:
        """Fill a closed smooth outline."""
        self.poly(fill, spline(shape, closed=True))

    def rect(self, fill: str, x0: float, y0: float, x1: float, y1: float) -> None:
        """Fill a rectangle."""
        self.poly(fill, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)])

    def disc(self, fill: str, x: float, y: float, rx: float, ry: float | None = None) -> None:
        """Fill a circle or an ellipse."""
        self.poly(fill, arc(x, y, rx, 0, 360, ry))

    def tube(self, fill: str, shape: Shape, w0: float, w1: float | None = None) -> None:
        """Draw a round-ended, optionally tapering stroke along a smooth path (opaque fill)."""
        path = spline(shape)
        for i, (p, q) in enumerate(pairwise(path)):
            r = (w0 + ((w0 if w1 is None else w1) - w0) * i / len(path)) / 2
            steps = int(math.dist(p, q) / max(r * 0.4, 0.3)) + 1
            for k in range(steps + 1):
                x, y = toward(p, q, k / steps)
                self.poly(fill, arc(x, y, r, 0, 360 if r > 1.5 else 300))

    def grad(self, stops: str, x0: float = 0, y0: float = 0, x1: float = W, y1: float = H) -> None:
        """Fill a rectangle with a vertical gradient through the given colours."""
        colors = stops.split()
        n = int((y1 - y0) * SCALE)
        for i in range(n):
            t = i / n * (len(colors) - 1)
            fill = mix(colors[int(t)], colors[min(int(t) + 1, len(colors) - 1)], t % 1)
            self.rect(fill, x0, y0 + i / SCALE, x1, min(y1, y0 + (i + 1) / SCALE))

    def glow(self, color: str, x: float, y: float, r: float, alpha: float = 6) -> None:
        """Lay a soft round light over what is already drawn."""
        for i in range(24, 0, -1):
            self.disc(f"{color}{int(alpha):02x}", x, y, r * i / 24)

    def frame(self, fill: str, shape: Shape) -> None:
        """Fill the whole poster except a smooth-edged opening."""
        hole = spline(shape, closed=True)
        corners = [(0.0, 0.0), (W, 0.0), (W, H), (0.0, H), (0.0, 0.0)]
        self.poly(fill, [*corners, *hole, hole[0], corners[0]])

    def rain(self, fill: str, count: float, dx: float, dy: float) -> None:
        """Scatter slanted streaks over the poster."""
        for _ in range(int(count)):
            x, y = self.rng.uniform(-40, W + 40), self.rng.uniform(-20, H)
            k = self.rng.uniform(0.5, 1.3)
            u, v = x + dx * k, y + dy * k
            self.poly(fill, [(x, y), (x + 0.7, y), (u + 0.7, v), (u, v)])

    def windows(
        self, lit: str, x0: float, y0: float, x1: float, y1: float, nx: float, ny: float
    ) -> None:
        """Fill a grid of panes, each in one of the given colours."""
        dx, dy = (x1 - x0) / nx, (y1 - y0) / ny
        for i in range(int(nx * ny)):
            x, y = x0 + i % nx * dx, y0 + i // nx * dy
            fill = self.rng.choice(lit.split())
            self.rect(fill, x + dx * 0.18, y + dy * 0.16, x + dx * 0.82, y + dy * 0.84)

    def ridge(self, fill: str, base: float, amp: float, step: float = 25) -> None:
        """Fill a rolling horizon down to the bottom edge."""
        count = int(W / step) + 4
        top = [(i * step - step, base + self.rng.uniform(-amp, amp)) for i in range(count)]
        self.poly(fill, [(-step, H), *spline(top), (W + step, H)])

    def person(
        self, fill: str, pose: str, x: float, y: float, h: float, hem: float = 0, flip: float = 1
    ) -> None:
        """Draw a figure at (x, y); fill may add head and leg colours, hem adds a skirt or coat."""
        body, head, legs = [*fill.split(), *fill.split()[:1] * 2][:3]
        j = parse(POSES[pose])
        with self.at(x, y, h / 8, 0, flip):
            for hip, knee, foot in ((-0.45, j[4], j[5]), (0.45, j[6], j[7])):
                self.tube(legs, [(hip, -3.9), knee, foot], 0.95, 0.62)
                self.disc(legs, foot[0] + 0.2, foot[1] - 0.05, 0.5, 0.28)
            self.blob(body, "-1.15,-6.3 0,-6.55 1.15,-6.3 .85,-4.8 .9,-3.6 -.9,-3.6 -.85,-4.8")
            if hem:
                self.poly(body, [(-0.8, -5), (0.8, -5), (1.5, -hem), (-1.5, -hem)])
            for side, elbow, hand in ((-0.95, j[0], j[1]), (0.95, j[2], j[3])):
                self.tube(body, [(side, -6.1), elbow, hand], 0.7, 0.5)
            self.rect(head, -0.28, -6.9, 0.28, -6.3)
            self.disc(head, 0, -7.25, 0.66, 0.76)

    def text(
        self,
        fill: str,
        words: str,
        x: float,
        y: float,
        size: float,
        track: float = 0,
        bold: float = 0,
        anchor: float = 0.5,
    ) -> None:
        """Letter one line on the baseline y; anchor 0 starts it at x, 0.5 centres it there."""
        font = ImageFont.load_default(size * SCALE)
        plain = [unicodedata.normalize("NFD", ch)[0] for ch in words]
        left = x - anchor * (sum(font.getlength(ch) / SCALE + track for ch in plain) - track)
        for ch, base in zip(words, plain, strict=True):
            at = (left * SCALE, y * SCALE)
            self.pen.text(at, base, fill, font, "ls", stroke_width=round(bold * SCALE))
            if base != ch:  # the built-in font has no accented letters, so add the acute
                with self.at(left, y, size):
                    self.poly(fill, "0.26,-.79 .4,-.95 .54,-.95 .37,-.79")
            left += font.getlength(base) / SCALE + track

    def draw(self, scene: str) -> None:
        """Run a scene: ``method #fill.. [points or word] [numbers]; ...``.

        Each step calls the method of that name; ``at x y ..`` places the steps after it.
        """
        home = self.m
        for name, *args in map(str.split, scene.split(";")):
            fill = [arg for arg in args if arg[0] == "#"]
            points = [arg for arg in args if "," in arg]
            words = [arg.replace("_", " ") for arg in args if arg[0].isalpha()]
            numbers = map(float, args[len(fill) + len(points) + len(words) :])
            if name == "at":
                self.m = home
                self.place(*numbers)
            else:
                shape = [" ".join(points)] if points else words
                getattr(self, name)(" ".join(fill), *shape, *numbers)
        self.m = home

    def png(self) -> bytes:
        """Shrink, reduce to the richest palette that fits the size limit, and encode."""
        small = self.img.resize((W, H), Image.Resampling.LANCZOS)
        data = b""
        for colors in (192, 128, 96, 64, 48):
            out = io.BytesIO()
            flat = small.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            flat.save(out, "PNG", optimize=True)
            data = out.getvalue()
            if len(data) < MAX_BYTES:
                break
        return data


Painter = Callable[[Canvas], None]
POSTERS: dict[str, Painter] = {}


def poster(item_id: str) -> Callable[[Painter], Painter]:
    """Register a painter under its item id."""

    def register(painter: Painter) -> Painter:
        POSTERS[item_id] = painter
        return painter

    return register


@poster("parasite")
def parasite(c: Canvas) -> None:
    """Glass house above, semi-basement below, one long wet staircase between them."""
    c.draw("""grad #22313c #4d636b #9aa79c 0 0 300 206; blob #1c2b2b -20,95 10,52 48,66 64,104
        54,140 20,160 -20,150; tube #1c2b2b 24,205 22,170 26,120 9 5; rain #dfeaf099 330 -6 24;
        rect #8f8a7c 150 52 258 92; windows #f4d48a #3f4d4f 156 58 252 88 5 1; rect #ded8c6 140
        44 270 52; rect #33302c 66 96 286 204; grad #f8dc98 #e3ac5c 84 102 270 200;
        rect #b98a4a 100 176 160 200; person #5b3b22 stand 196 200 62 2; person #4a2f1d stand 222
        200 66; tube #5b3b22 130,102 130,122 1.5; disc #fff3c8 130 128 13 7; rect #33302c 82.5
        100 85.5 202; rect #33302c 128.5 100 131.5 202; rect #33302c 175.5 100 178.5 202;
        rect #33302c 221.5 100 224.5 202; rect #33302c 268.5 100 271.5 202; rect #ded8c6 56 90
        296 99; grad #4c6b3c #2e4428 0 202 300 216; grad #2c2421 #120e0d 0 216""")
    for i in range(16):
        x, floor, roof = 292 - 9 * i, 222 + 12 * i, 202 + 12 * max(0, i - 4)
        c.rect(mix("#7f928c", "#4b5d50", i / 16), x - 9, roof, x, floor)
        c.rect("#c8d2c8", x - 9, floor, x, floor + 2.5)
        c.rect("#a9c4cc", x - 9, floor, x - 7, floor + 14)
    c.draw("""person #171516 walk 232 293 42 0 -1; blob #b3261e 210,250 230,236 250,250 230,247;
        grad #6d7a4c #a3a052 22 318 158 414; rect #dfe8d4 36 326 112 350""")
    for x in range(36, 116, 12):
        c.rect("#22251c", x, 324, x + 2, 352)
    c.draw("""person #22251c #3a3626 stand 44 412 52; person #22251c #3a3626 stand 68 412 46;
        person #22251c #3a3626 stand 104 412 48; person #22251c #3a3626 stand 132 412 54;
        rect #3d2d1e 52 388 124 392; rect #3d2d1e 62 392 65 412; rect #3d2d1e 112 392 115 412;
        text #f3ecd8 PARASITE 20 276 36 1 .4 0""")


@poster("oldboy")
def oldboy(c: Canvas) -> None:
    """A man with a hammer alone in the corridor, framed by tentacles."""
    c.draw("""rect #14040d 0 0 300 444""")
    for i in range(14):
        t = i / 13
        c.rect(mix("#2a0820", "#d1302f", t**1.5), 118 * t, 150 * t, W - 118 * t, H - 150 * t)
        x0, y1 = 118 * t, H - 150 * t
        c.poly(mix("#1c0515", "#7d1626", t), [(x0, y1), (W - x0, y1), (150, 230)])
        if i % 3 == 1:
            y = 150 * t
            c.rect(
                mix("#8a2a5c", "#ffd9a0", t),
                150 - 34 * (1 - t),
                y,
                150 + 34 * (1 - t),
                y + 6 * (1 - t),
            )
    c.draw("""rect #ffd9a0 134 176 166 294; person #0b0308 stand 148 408 196; blob #0b0308
        124,224 128,196 136,206 142,186 152,202 162,188 166,206 176,206 172,234 148,246;
        at 186 316 1 14; rect #7b4a2a -3.5 -6 3.5 74; rect #c9c2c6 -17 68 14 84;
        poly #c9c2c6 14,70 30,64 30,68 16,80""")
    for path, w in (
        ("-10,452 30,400 20,340 54,300 40,262 66,246 60,226", 42),
        ("90,460 70,420 96,390 84,360 102,350", 26),
        ("310,440 262,408 280,340 244,312 262,268 238,262", 40),
        ("230,470 220,420 204,404 218,384", 24),
        ("312,140 276,150 262,190 282,210", 26),
        ("-12,120 22,138 30,176 12,196", 26),
    ):
        c.tube("#4d1250", path, w, 4)
        c.tube("#8a2467", [(x - 2, y - 3) for x, y in parse(path)], w * 0.62, 2)
        spots = spline(path)[4:-6:5]
        for k, (x, y) in enumerate(spots):
            c.disc("#e9789a", x + 2, y + 2, w * 0.15 * (1 - k / len(spots)) + 1)
    c.draw("""text #ffe3d2 OLDBOY 150 62 58 6 1.4""")


@poster("train-to-busan")
def train_to_busan(c: Canvas) -> None:
    """An express train leaves under a red sky while the crowd runs after it."""
    c.draw("""grad #3a0509 #a3141a #ef5a2b #ffb35a 0 0 300 330; disc #ffd58a 92 206 46""")
    for i in range(11):
        c.rect(
            mix("#8c1a1c", "#6a1016", i % 3 / 2), i * 28 - 6, 222 - i * 37 % 60, i * 28 + 20, 300
        )
    vp = (-40.0, 232.0)
    c.draw("""grad #c2452a #6a1614 #100304 0 268; poly #d9dde2 214,122 250,150 278,214 282,270
        262,306 214,306 -40,232; poly #eef1f4 214,122 -40,232 214,170; poly #2f5fa8 214,236
        -40,232 214,262 276,262 282,240; poly #14202e 222,142 246,158 266,196 228,196;
        disc #fff4cf 268 240 7 10; glow #fff0b0 270 240 44 7""")
    for i in range(9):
        d0, d1 = 1 - 1 / (1 + i * 0.26), 1 - 1 / (1 + i * 0.26 + 0.17)
        quad = [toward((206, 168), vp, d0), toward((206, 168), vp, d1)]
        quad += [toward((206, 216), vp, d1), toward((206, 216), vp, d0)]
        c.poly("#14202e" if i % 4 else "#ffcf7a", quad)
    c.draw("""poly #1b0a0b 214,300 262,306 250,316 -40,232""")
    for k in range(3):
        for i in range(11 - k * 2):
            x = i * (30 + k * 8) - 8 + c.rng.uniform(-8, 8)
            h = 62 + k * 26 + c.rng.uniform(-6, 8)
            y = 338 + k * 24 + c.rng.uniform(-4, 4)
            c.person(("#7d1c18", "#4a0d10", "#160406")[k], "run" if i % 5 else "reach", x, y, h)
    c.draw("""rect #100304 0 380 300 444; text #ffb35a TRAIN_TO 150 402 17 9; text #fff1dc BUSAN
        150 435 34 14 .8""")


def guard(c: Canvas, x: float, y: float, s: float, sign: str) -> None:
    """A hooded pink guard with a sign on the black mask."""
    with c.at(x, y, s):
        c.draw("""blob #c4275f -70,170 -62,86 -30,56 30,56 62,86 70,170; blob #e83e7b -36,64
            -40,10 -24,-32 0,-42 24,-32 40,10 36,64 0,76; blob #101014 -27,10 -22,-20 0,-28
            22,-20 27,10 20,42 0,54 -20,42; tube #8f1742 0,76 0,130 3""")
        corners = {"circle": [], "triangle": [90, 210, 330], "square": [45, 135, 225, 315]}[sign]
        pts = [arc(0, 10, 15, -a, -a)[0] for a in corners] or arc(0, 10, 13, 0, 360)
        for p, q in zip(pts, [*pts[1:], pts[0]], strict=True):
            c.tube("#f6f3ee", [p, q], 3.4)


@poster("squid-game")
def squid_game(c: Canvas) -> None:
    """The giant doll watches green tracksuits; three guards stand in front."""
    c.draw("""grad #3fa7a0 #a9dccb #f7e7b4 0 0 300 262; disc #ffffff88 50 120 34 8;
        disc #ffffff88 64 114 20.4 8; disc #ffffff88 255 92 30 8; disc #ffffff88 269 86 18 8;
        disc #ffffff88 230 190 26 8; disc #ffffff88 244 184 15.6 8; grad #e6bd76 #b98446 0 258;
        tube #5a3b22 258,262 254,190 262,150 9 5; tube #5a3b22 256,200 276,170 280,150 5 2;
        tube #5a3b22 256,210 236,184 232,160 5 2; at 150 292; rect #f1c9a0 -22 -62 -8 -8;
        rect #ffffff -22 -26 -8 -6; disc #1d1a1c -15 -2 11 6; rect #f1c9a0 8 -62 22 -8;
        rect #ffffff 8 -26 22 -6; disc #1d1a1c 15 -2 11 6; blob #f2b632 -34,-150 34,-150 48,-96
        34,-84 -34,-84 -48,-96; poly #e2622b -27,-152 -17,-152 -15,-128 15,-128 17,-152 27,-152
        48,-54 -48,-54; blob #1b1516 -46,-190 -34,-232 0,-244 34,-232 46,-190 26,-150 -26,-150;
        blob #1b1516 -36,-200 -60,-196 -62,-160 -50,-146 -44,-170; blob #1b1516 36,-200 60,-196
        62,-160 50,-146 44,-170; blob #f6d2aa -34,-190 -30,-212 0,-218 30,-212 34,-190 18,-158
        0,-152 -18,-158; blob #1b1516 -34,-204 -26,-226 0,-232 26,-226 34,-204 0,-212;
        disc #ffffff -14 -190 7 8; disc #1b1516 -14 -189 4.5 6; disc #f08f7a88 -21 -176 6 4;
        disc #ffffff 14 -190 7 8; disc #1b1516 14 -189 4.5 6; disc #f08f7a88 21 -176 6 4;
        disc #b23a34 0 -168 5 2.5""")
    for i, x in enumerate((18, 56, 92, 206, 240, 284)):
        c.person("#1f7d66 #e7b98d", ("run", "stand", "walk")[i % 3], x, 308 - i % 3 * 8, 48)
    for x, s, sign in ((50, 0.86, "circle"), (250, 0.86, "square"), (150, 1, "triangle")):
        guard(c, x, 360, s, sign)
    c.draw("""text #ffffff SQUID_GAME 150 40 35 5 1""")


@poster("crash-landing-on-you")
def crash_landing(c: Canvas) -> None:
    """A paraglider drifts over the border fence towards the man on the hill."""
    c.draw("""grad #6fb6d9 #bfe3e0 #f6f2d5 0 0 300 300; disc #ffffff 56 196 30 9;
        disc #ffffff 78 190 22 9; disc #ffffffaa 262 214 34 8; ridge #9cc9ae 252 15 44;
        ridge #74b184 278 15 44; ridge #4d9661 304 15 44; ridge #347a4c 334 15 44""")
    outer, inner = arc(160, 142, 128, 188, 352, 104), arc(160, 152, 112, 196, 344, 70)
    for i in range(9):
        k0, k1 = i * len(outer) // 9, min((i + 1) * len(outer) // 9, len(outer) - 1)
        n0, n1 = i * len(inner) // 9, min((i + 1) * len(inner) // 9, len(inner) - 1)
        c.poly(
            ("#d7263d", "#f46036", "#fff4dd")[i % 3],
            [outer[k0], *outer[k0 : k1 + 1], *inner[n1:n0:-1], inner[n0]],
        )
        c.tube("#5a4a4a", [inner[n0], (156 + i, 226)], 0.8)
    c.draw("""person #f7f0e6 #f3c9a5 #d7263d sit 160 290 70; blob #5b2c1c 153,226 160,217 168,226
        171,246 165,236 160,222 154,236 150,246""")
    for x in range(-6, 310, 34):
        y = 350 - (x - 150) ** 2 / 2600
        c.rect("#3b3a32", x, y, x + 3, y + 32)
        c.tube("#3b3a32", [(x + 1.5, y), (x - 5, y - 7)], 2)
    for k in (-4, 6, 16, 26):
        c.tube("#6d6a5c", [(x, 350 + k - (x - 150) ** 2 / 2600) for x in range(-6, 320, 25)], 1)
    c.draw("""ridge #1f5a38 386 6 60; person #5d6b3d #eec39c #454f2e reach 92 390 84 3;
        rect #8d2323 84 309 100 312; blob #4b5731 80,307 92,300 104,307 100,311 84,311;
        text #fff7e0 CRASH_LANDING 150 412 24 3 .5; text #ffd0a8 ON_YOU 150 434 17 8 .4""")


SCREEN = "36,112 40,90 60,86 192,86 212,90 216,112 216,252 212,274 192,278 60,278 40,274 36,252"


@poster("reply-1988")
def reply_1988(c: Canvas) -> None:
    """Five friends in an evening alley, seen on an old television set."""
    c.draw("""grad #ffb25c #f78a4c #ffd98c 30 80 220 290; disc #fff0bd 127 168 20""")
    vp = (127.0, 196.0)
    for x, wall in ((30.0, "#8f4a38"), (224.0, "#6f3a3a")):
        c.poly(wall, [(x, 70), toward((x, 70), vp, 0.72), toward((x, 300), vp, 0.72), (x, 300)])
        for i in range(4):
            d0, d1 = 0.05 + i * 0.17, 0.15 + i * 0.17
            for top, low in ((122.0, 156.0), (176.0, 206.0)):
                quad = [toward((x, top), vp, d0), toward((x, top), vp, d1)]
                quad += [toward((x, low), vp, d1), toward((x, low), vp, d0)]
                c.poly("#ffdf8a" if i % 2 else "#4a2730", quad)
    c.draw("""poly #b5794f 30,300 99.84,225.12 154.16,225.12 224,300; tube #3a2226 70,96 70,209
        2.6; tube #3a2226 60,104 80,104 2; tube #3a2226 184,92 184,176 2.6; tube #3a2226 174,100
        194,100 2; tube #3a2226 98,140 98,246 2.6; tube #3a2226 88,148 108,148 2;
        tube #3a2226 30,92 70,104 98,148 1; tube #3a2226 70,104 130,118 184,100 224,96 1""")
    c.draw("""person #2e5f8a #3a2226 #40343c up 70 268 68; person #c23b34 #3a2226 #40343c walk 98
        262 68; person #e0b040 #3a2226 #40343c stand 127 268 68; person #3c7a56 #3a2226 #40343c
        walk 155 262 68; person #6a4a86 #3a2226 #40343c reach 184 268 68; frame #33201a 36,112
        40,90 60,86 192,86 212,90 216,112 216,252 212,274 192,278 60,278 40,274 36,252;
        grad #6b2f1f #93492a #5a2719 0 0 300 60""")
    for x in range(8, 300, 22):
        c.rect("#a85a33", x, 0, x + 5, 60)
    c.draw("""grad #8f4f2c #6a3820 0 336""")
    hole = spline(SCREEN, closed=True)
    c.poly(
        "#a8683a", [(12, 60), (288, 60), (288, 318), (12, 318), (12, 60), *hole, hole[0], (12, 60)]
    )
    c.tube("#2a1a16", [*hole, hole[0]], 7)
    c.draw("""rect #5c2a1c 0 60 12 336; rect #5c2a1c 288 60 300 336; rect #5c2a1c 12 318 288 336;
        tube #c9c0b4 150,60 90,8 2; tube #c9c0b4 150,60 226,14 2; disc #33201a 252 112 19;
        disc #d9c7a0 252 112 14; tube #33201a 252,112 258,103 3; disc #33201a 252 158 19;
        disc #d9c7a0 252 158 14; tube #33201a 252,158 258,149 3""")
    for y in range(194, 282, 9):
        c.rect("#4a2a1a", 234, y, 272, y + 4)
    c.draw("""rect #2a1a16 36 318 60 336; rect #2a1a16 240 318 264 336; rect #2b2a30 46 350 254
        440; rect #f4e7c8 58 358 242 420; rect #d9522e 58 392 242 402; rect #2b2a30 92 390 208
        414; disc #f4e7c8 112 402 9; disc #2b2a30 112 402 4; disc #f4e7c8 188 402 9;
        disc #2b2a30 188 402 4; text #2b2a30 Reply_1988 150 384 26 3 .5""")


def tier(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """One storey of a bathhouse: lit red wall below a curved green roof."""
    c.rect("#8f2420", x - w * 0.8, y, x + w * 0.8, y + h)
    c.windows("#ffd87a #ffb84d #fff0b8", x - w * 0.76, y + 5, x + w * 0.76, y + h, int(w / 9), 1)
    roof = [(-1.15, -2), (-0.85, -9), (-0.4, -20), (0, -24), (0.4, -20), (0.85, -9), (1.15, -2)]
    c.poly(
        "#1f5a52", [*spline([(x + u * w, y + v) for u, v in roof]), (x + w, y + 6), (x - w, y + 6)]
    )
    c.rect("#d9a441", x - w, y + 4, x + w, y + 6)


@poster("spirited-away")
def spirited_away(c: Canvas) -> None:
    """A girl meets a masked spirit on the bridge to the glowing bathhouse."""
    c.draw("""grad #0d1440 #27306e #6b4a8c #e08a7a 0 0 300 330""")
    for _ in range(60):
        c.disc("#ffffffcc", c.rng.uniform(0, W), c.rng.uniform(0, 180), c.rng.uniform(0.4, 1.1))
    c.draw("""glow #ffc46a 150 220 150 5; blob #231f4a -30,330 0,230 40,210 80,260 100,340;
        blob #231f4a 330,330 300,220 262,206 226,250 200,340""")
    for y, w, h in ((270, 104, 74), (226, 84, 30), (184, 64, 28), (146, 44, 26), (114, 26, 20)):
        tier(c, 150, y, w, h)
    c.draw("""rect #3a1616 126 286 174 344; rect #2f6fa8 126 286 174 304; disc #f6ead0 150 295 6;
        grad #1c2a5e #101a3c 0 340; disc #ffc46a55 150 352 92 1.6; disc #ffc46a55 150 362 102 1.6;
        disc #ffc46a55 150 376 116 1.6; disc #ffc46a55 150 420 80 1.6""")
    c.poly(
        "#b5302a", [(0, 402), *arc(150, 430, 190, 200, 340, 76), (300, 402), (300, 444), (0, 444)]
    )
    for i in range(13):
        x = i * 25
        rail = 430 - 76 * math.sqrt(1 - ((x - 150) / 190) ** 2)
        c.rect("#d8483a", x - 3, rail - 26, x + 3, rail + 8)
        c.disc("#e8b84a", x, rail - 27, 4, 3)
    c.tube("#d8483a", [(p[0], p[1] - 16) for p in arc(150, 430, 190, 205, 335, 76)], 5)
    c.draw("""person #f0e4d0 #3a2226 #d8848a stand 96 392 62 3.4; tube #3a2226 96,338 98,350
        95,358 4 2; blob #12101c 180,396 178,330 186,290 202,278 218,290 226,330 226,396;
        blob #f8f4ea 191,304 194,288 202,284 210,288 213,304 208,320 202,324 196,320;
        poly #f8f4ea 192,296 189,276 200,287; poly #f8f4ea 212,296 215,276 204,287;
        tube #12101c 194,301 197,303 200,302 1.8; tube #12101c 204,302 207,303 210,301 1.8;
        disc #c9302c 202 293 2.6; tube #c9302c 194,309 198,311 1.6; tube #c9302c 210,309 206,311
        1.6; disc #12101c 202 315 2.4 1.5""")
    for x, y in ((24, 70), (60, 118), (18, 166), (276, 84), (242, 132), (284, 182)):
        c.tube("#0c0f2a", [(x, -5), (x, y)], 1.2)
        c.glow("#ff9a4a", x, y + 14, 30, 5)
        c.blob("#f2603a", [(x + u, y + v) for u, v in parse("-11,14 -8,2 8,2 11,14 8,27 -8,27")])
        c.disc("#ffd98a", x, y + 14, 5, 9)
    c.draw("""text #fff1d0 SPIRITED_AWAY 150 430 25 3 .6""")


@poster("seven-samurai")
def seven_samurai(c: Canvas) -> None:
    """Seven silhouettes and their banner on a rain-swept hill."""
    c.draw("""grad #8f8b82 #cfc8b8 #efe6d2 0 0 300 330; disc #c23a2b 214 128 52;
        ridge #a39d90 262 16 50; ridge #77736a 292 12 40""")
    ridge = [(x, 302 + ((x - 165) / 15) ** 2 * 0.55) for x in range(-30, 340, 15)]
    c.poly("#15130f", [(-30, H), *ridge, (340, H)])
    for i in range(90):
        x, y = c.rng.uniform(0, W), 304.0
        y += ((x - 165) / 15) ** 2 * 0.55
        c.poly("#15130f", [(x - 2, y + 3), (x - 4 - i % 4, y - 5 - i % 7), (x + 2, y + 3)])
    c.draw("""tube #15130f 84,330 84,58 3; rect #f7f1e1 86 62 126 204""")
    for i in range(6):
        c.disc("#15130f", 97 + i % 2 * 18, 78 + i // 2 * 24, 7)
        c.disc("#f7f1e1", 97 + i % 2 * 18, 78 + i // 2 * 24, 3.6)
    c.draw("""poly #15130f 106,142 120,166 92,166; tube #15130f 94,180 106,174 118,180 2.6;
        tube #15130f 92,194 106,188 120,194 2.6""")
    for i, x in enumerate((50, 110, 144, 176, 206, 236, 266)):
        y = 306 + ((x - 165) / 15) ** 2 * 0.55
        h = (74, 80, 86, 78, 96, 80, 74)[i]
        c.person("#15130f", ("stand", "walk", "reach", "stand")[i % 4], x, y, h, 1.6)
        with c.at(x, y, h / 80):
            if i % 3 == 0:
                c.poly("#15130f", "-15,-70 0,-84 15,-70")
            else:
                c.tube("#15130f", "0,-76 0,-85 4,-87", 4)
            c.draw("""tube #15130f -24,-28 0,-39 12,-46 2.6""")
            if i in (2, 5):
                c.draw("""tube #15130f 22,0 27,-110 2.2""")
    c.draw("""rain #ffffff77 230 -16 40; rain #15130f55 130 -16 40; text #f7f1e1 SEVEN 24 398 42
        4 1 0; text #d8503c SAMURAI 24 432 28 6 .8 0""")


@poster("amelie")
def amelie(c: Canvas) -> None:
    """A woman with a bob, a travelling gnome and a strip of booth photos at a red café."""
    c.draw("""grad #123a24 #2f6b35 #a9b04a 0 0 300 230; blob #dfe0a8 61,109 62.7,85.2 78,59.7
        93.3,85.2 95,109; rect #dfe0a8 61 102.2 95 142; blob #dfe0a8 38,116 39,102 48,87 57,102
        58,116; rect #dfe0a8 38 112 58 142; blob #dfe0a8 98,116 99,102 108,87 117,102 118,116;
        rect #dfe0a8 98 112 118 142; ridge #1c4a2a 146 6 40; rect #8c1d1a 0 176 300 444;
        rect #5c100f 0 176 300 206""")
    for i in range(10):
        c.poly(
            "#d9342b" if i % 2 else "#f5e3b0",
            [(i * 30, 206), (i * 30 + 30, 206), (i * 32 + 24, 240), (i * 32 - 8, 240)],
        )
        c.disc("#d9342b" if i % 2 else "#f5e3b0", i * 32 + 8, 240, 16, 8)
    c.draw("""grad #ffd35e #e89a34 10 256 96 396; rect #5c100f 51 256 54 396; rect #5c100f 10 300
        96 303; grad #ffd35e #e89a34 112 256 198 396; rect #5c100f 153 256 156 396;
        rect #5c100f 112 300 198 303; grad #ffd35e #e89a34 206 256 292 396; rect #5c100f 247 256
        250 396; rect #5c100f 206 300 292 303; text #ffd35e CAFÉ 62 199 20 8 .4""")
    with c.at(226, 30, 1, 9):
        c.draw("""rect #f7f3e6 -28 -14 32 158""")
        for i in range(4):
            c.rect(("#3f7a48", "#a8322a")[i % 2], -22, -8 + i * 41, 26, 28 + i * 41)
            c.disc("#f1c7a0", 2, 8 + i * 41, 9, 11)
            c.poly("#2a1a16", arc(2, 7 + i * 41, 11, 170, 370))
            c.disc("#20140f", 2 + (i - 1) * 2, 14 + i * 41, 3, 1 + i % 3)
    c.draw("""at 178 330; blob #b81f22 -92,130 -80,72 -40,48 40,48 80,72 92,130;
        blob #f4c9a2 -20,34 20,34 30,58 0,84 -30,58; blob #17100f -62,34 -66,-40 -36,-84 0,-92
        36,-84 66,-40 62,34 30,30 -30,30; blob #f9d8b4 -42,-24 -36,-50 36,-50 42,-24 34,18 0,44
        -34,18; blob #17100f -48,-30 -40,-66 0,-76 40,-66 48,-30 30,-36 0,-33 -30,-36;
        disc #ffffff -18 -10 10 7; disc #2b1a12 -16 -11 5.5 6.5; tube #17100f -29,-12 -18,-19
        -7,-12 2.4; disc #ee8f7688 -26.1 8 8 5; disc #ffffff 18 -10 10 7; disc #2b1a12 20 -11 5.5
        6.5; tube #17100f 7,-12 18,-19 29,-12 2.4; disc #ee8f7688 26.1 8 8 5; tube #d99a78 1,-4
        4,6 -1,8 1.6; blob #c4161c -13,22 -5,18 0,20 5,18 13,22 0,29; at 44 428;
        blob #2f5fa0 -28,8 -26,-40 0,-56 26,-40 28,8; disc #f1c7a0 0 -60 17; blob #f5f0e2 -19,-58
        0,-50 19,-58 14,-28 0,-16 -14,-28; disc #e59a7c 0 -58 4.5; poly #d9342b -20,-66 20,-66
        4,-118; disc #20140f -7 -64 1.8; disc #20140f 7 -64 1.8; at 0 0; text #ffe28a AMÉLIE 16
        58 42 2 .8 0""")


@poster("city-of-god")
def city_of_god(c: Canvas) -> None:
    """A boy with a camera and a runaway chicken below the hillside of boxes."""
    c.draw("""grad #f7a823 #fbc84a #fff0b0 0 0 300 260; disc #fff6d0 76 112 54;
        glow #fff2b0 76 112 110 5""")
    walls = ["#c75b2a", "#e0883c", "#b8432c", "#d9a45a", "#7d4a34", "#4c8a8a", "#e8c48a", "#a3623e"]
    for row in range(13):
        y, size, x = 128 + row * 18, 20 + row * 1.5, -12 - c.rng.uniform(0, 14)
        while x < W:
            w = size * c.rng.uniform(0.8, 1.3)
            h = size * c.rng.uniform(0.9, 1.3)
            if y > 116 + abs(x + w / 2 - 224) * 0.72:
                fill = c.rng.choice(walls)
                c.rect(fill, x, y - h, x + w, y + 18)
                c.rect(mix(fill, "#3a1a10", 0.4), x + w * 0.74, y - h, x + w, y + 18)
                c.rect(mix(fill, "#2a120a", 0.6), x - 1, y - h - 2, x + w + 1, y - h)
                c.windows(
                    "#3a1c14 #5a2c1a #ffe08a", x + 2, y - h + 3, x + w * 0.7, y - h + 14, 2, 1
                )
                if c.rng.random() < 0.12:
                    c.rect("#3f7fa6", x + 3, y - h - 9, x + 13, y - h - 2)
            x += w + 1
    c.draw("""grad #5a2a18 #24100b 0 352; person #1c0c0a #1c0c0a #2a1512 aim 224 424 170 0 -1;
        rect #0a0505 176 258 214 284; rect #0a0505 186 252 202 260; disc #8fa6ad 186 271 9;
        disc #0a0505 186 271 5; glow #ffffff 184 262 34 9; at 88 392 1.15; tube #d98a2a -6,-16
        -10,-4 -18,0 2.4; tube #d98a2a 6,-16 14,-8 12,2 2.4; blob #fff3dc -46,-62 -30,-46 -6,-42
        12,-50 20,-66 30,-60 30,-40 18,-18 -8,-12 -30,-26; blob #d9a45a -24,-38 0,-36 8,-26
        -8,-20 -22,-28; blob #cf2a1e 16,-66 16,-76 22,-72 25,-78 29,-70 32,-66 26,-62;
        poly #f0a020 30,-60 40,-56 30,-54; disc #cf2a1e 29 -50 3 4; disc #1c0c0a 25 -60 1.7;
        at 0 0; text #ffd257 CITY_OF_GOD 150 434 33 4 1""")


@poster("pans-labyrinth")
def pans_labyrinth(c: Canvas) -> None:
    """A girl inside the labyrinth, before a tree that grows faun horns."""
    c.draw("""grad #071722 #12374a #2f6a70 #17383a 0 0 300 330; glow #e8f2c8 150 140 150 4;
        disc #f1efcf 150 140 86; disc #dfdfb8 120 110 14 11.2; disc #dfdfb8 190 150 18 14.4;
        disc #dfdfb8 140 180 10 8; ridge #0c2a2c 300 10 30; grad #16393a #0a1f22 0 318""")
    for r in (150, 122, 94, 66, 40):
        for a0, a1 in ((r, r + 150), (r + 175, r + 335)):
            ring = arc(150, 372, r, a0, a1, r * 0.36)
            c.tube("#0b1e20", [(x, y + 5) for x, y in ring], 9)
            c.tube("#7d9488", [(x, y - 2) for x, y in ring], 6)
    for i, r in enumerate((150, 122, 94, 66)):
        for deg in (30 + i * 50, 170 + i * 35, 300 - i * 40):
            p, q = (
                arc(150, 370, r, deg, deg, r * 0.36)[0],
                arc(150, 370, r - 28, deg, deg, r * 0.36 - 10)[0],
            )
            c.tube("#7d9488", [p, q], 6)
    c.draw("""blob #0d1312 96,352 128,322 130,270 122,216 150,196 178,216 170,270 174,322 206,352
        150,350""")
    for flip in (1, -1):
        with c.at(150, 0, 1, 0, flip):
            c.draw("""tube #0d1312 10,240 22,190 52,150 90,138 112,166 100,196 78,190 82,172 30
                5; tube #0d1312 20,200 20,160 40,120 34,84 48,62 14 2; tube #0d1312 36,128 60,104
                64,78 7 1.5; tube #0d1312 88,140 112,120 118,96 7 1.5; tube #0d1312 34,106 18,90
                16,70 5 1.2; tube #0d1312 108,170 130,160 138,138 5 1.2; tube #2c4640 16,236
                30,190 56,158 90,146 2.4 1""")
    c.draw("""blob #f0a63a 138,330 140,280 150,262 160,280 162,330; glow #ffc860 150 305 46 7;
        person #1d3b2c #1c1210 #e8dcc8 stand 150 384 64 2; rect #f2ecdc 144 335 156 339""")
    for _ in range(26):
        x1, y1 = c.rng.uniform(30, 270), c.rng.uniform(200, 400)
        c.disc("#ffe9a0cc", x1, y1, c.rng.uniform(0.6, 1.8))
    c.draw("""text #f3e3b0 PAN'S_LABYRINTH 150 434 26 2 .4""")


@poster("dark")
def dark(c: Canvas) -> None:
    """A yellow raincoat at the mouth of the cave, under a three-cornered knot."""
    c.draw("""grad #b9c6c0 #8ea29e #4f6567 0 0 300 360""")
    for depth in range(3):
        for i in range(9 - depth):
            x = 40 + i * 28 + c.rng.uniform(-10, 10)
            fill = ("#93a5a1", "#6a7f7e", "#3d5052")[depth]
            c.tube(
                fill,
                [(x, 30), (x + c.rng.uniform(-4, 4), 200), (x, 330 + depth * 10)],
                4 + depth * 3,
            )
            for k in range(4):
                y = 110 + k * 40 + c.rng.uniform(-9, 9)
                c.tube(
                    fill, [(x, y), (x + 14 * (-1) ** k, y - 9), (x + 24 * (-1) ** k, y - 8)], 2, 0.8
                )
    c.draw("""grad #3a4a44 #1d2624 0 328; poly #5f7068 138,328 162,328 220,444 80,444""")
    for fill, grow, seed in (("#2e3a3c", 0.0, 3), ("#1a2326", 15.0, 5), ("#0a0f11", 30.0, 8)):
        rng = random.Random(seed)
        hole = []
        for x, y in arc(150, 250, 92 + grow, 0, 354, 148 + grow):
            near = rng.uniform(0.94, 1.05)
            hole.append((150 + (x - 150) * near, min(250 + (y - 250) * near, 376 + grow)))
        c.frame(fill, hole[::3])
    c.draw("""at 150 372; disc #0a0f1188 0 0 36 6; tube #20282a -8,-34 -9.6,-4 11 9;
        tube #20282a 8,-34 9.6,-4 11 9; blob #e8b512 -32,-30 -26,-78 -14,-98 14,-98 26,-78 32,-30
        0,-26; tube #e8b512 -20,-90 -30,-64 -26,-42 12 10; tube #d09c0a 20,-90 30,-64 26,-42 12
        10; blob #f6c928 -17,-92 -20,-114 0,-134 20,-114 17,-92 0,-86; blob #1a1d1c -10,-98
        -11,-112 0,-120 11,-112 10,-98 0,-93; tube #b98a08 0,-86 0,-30 1.8""")
    for width, fill in ((7.0, "#1f2c2e"), (3.4, "#f6e3a0")):
        for theta in (90, 210, 330):
            x, y = (
                150 + 20 * math.cos(math.radians(-theta)),
                62 + 20 * math.sin(math.radians(-theta)),
            )
            c.tube(fill, arc(x, y, 34.6, 90 - theta, 270 - theta), width)
    c.draw("""text #e9efe8 DARK 150 430 46 26 .6""")


@poster("money-heist")
def money_heist(c: Canvas) -> None:
    """Red jumpsuits and a moustached mask before the mint, in a storm of banknotes."""
    c.draw("""grad #2b3038 #5d6066 #c9b9a0 0 0 300 300; poly #b7a98f 20,92 150,30 280,92;
        poly #8d816b 52,86 150,42 248,86; disc #b7a98f 150 69 11; rect #cbbda2 14 92 286 108;
        rect #7a6f5c 26 108 274 300""")
    for i in range(8):
        x = 34 + i * 31.6
        c.rect("#d8cbb0", x, 114, x + 12, 300)
        c.rect("#a99b80", x + 8, 114, x + 12, 300)
        c.rect("#e4d8be", x - 3, 108, x + 15, 115)
    c.draw("""rect #b7a98f 10 292 290 304; rect #a4977f 4 302 296 314; rect #928670 -2 312 302
        324; rect #807460 -8 322 308 334; rect #3c3732 0 330 300 444""")
    for x in (22, 56, 244, 278):
        c.person("#b3151b #f4e6cf", "stand", x, 332, 84, 2.6)
        c.blob(
            "#8e0f15",
            [(x + u, 250 + v) for u, v in parse("-8,10 -9,-2 0,-10 9,-2 8,10 5,-1 -5,-1")],
        )
    with c.at(150, 282, 1.08):
        c.draw("""blob #a50f16 -128,180 -112,104 -54,74 54,74 112,104 128,180; blob #d01c22
            -66,84 -74,0 -52,-70 0,-98 52,-70 74,0 66,84 0,104; blob #7c0a10 -52,60 -56,-4
            -40,-54 0,-72 40,-54 56,-4 52,60 0,92; blob #f6e7d0 -43,20 -45,-14 -34,-48 0,-60
            34,-48 45,-14 43,20 28,62 0,82 -28,62""")
        for s in (-1, 1):
            with c.at(0, 0, 1, 0, s):
                c.draw("""tube #1a1110 8,-28 24,-40 40,-28 4.6 2; disc #ffffff 21 -11 12 9;
                    disc #1a1110 20 -11 5.5 6.5; tube #1a1110 1,31 14,33 28,27 35,12 33,2 27,4 5
                    1.2; disc #e79a8699 28 12 9 6; tube #c7ae90 10,24 22,40 20,54 1.6""")
        c.draw("""blob #e3cdb0 -5,-14 5,-14 10,18 0,24 -10,18; blob #a0282a -15,46 0,42 15,46
            0,53; tube #6d070c 0,104 0,180 2.4""")
    for x, y, deg in (
        (40, 44, 24),
        (112, 20, -18),
        (212, 22, 40),
        (266, 66, -30),
        (24, 140, -44),
        (280, 160, 20),
        (34, 372, 16),
        (262, 380, -20),
    ):
        with c.at(x, y, 0.9, deg):
            c.draw("""poly #7fae86 -20,-10 0,-13 20,-9 20,11 0,8 -20,11; poly #d7e7c8 -17,-7
                0,-10 17,-6 17,8 0,5 -17,8; disc #7fae86 0 -1 5""")
    c.draw("""text #fff3df MONEY 150 404 38 8 1.2; text #fff3df HEIST 150 435 26 14 .8""")


@poster("the-lives-of-others")
def lives_of_others(c: Canvas) -> None:
    """A man with headphones listens at a tape recorder in a grey-green attic."""
    c.draw("""grad #39463c #5e6e5c #434c3e; poly #2b352d 0,0 150,0 0,230; poly #242d26 300,0
        150,0 300,230""")
    for i in range(5):
        k = i * 46.0
        c.poly("#49523f", [(150 - k, 0), (160 - k, 0), (-10, 250 - k * 1.5), (-20, 250 - k * 1.5)])
        c.poly("#3a4334", [(150 + k, 0), (140 + k, 0), (310, 250 - k * 1.5), (320, 250 - k * 1.5)])
    c.draw("""rect #20271f 96 34 204 134; grad #9fb0a0 #d9d9b8 102 40 198 128; rect #6f7d6c 102
        108 118 128; rect #6f7d6c 118 98 134 128; rect #6f7d6c 134 104 150 128;
        rect #6f7d6c 150 92 166 128; rect #6f7d6c 166 100 182 128; rect #6f7d6c 182 106 198 128;
        tube #56645a 164,128 164,60 3.4 1; disc #56645a 164 78 6; rect #20271f 148 34 152 134;
        poly #e9dc9a2a 236,190 120,370 330,370; tube #1d241d 236,0 236,170 2; blob #6b7a3c
        214,190 222,174 236,168 250,174 258,190; disc #fff2b0 236 190 9 5""")
    with c.at(104, 232):
        c.draw("""blob #6f7468 -74,140 -66,70 -34,46 30,44 62,72 70,140; poly #d8d6c4 -4,44 22,44
            30,62 16,70; poly #2d332c 14,58 22,58 26,104 16,104; poly #e0b997 -22,16 18,20 22,52
            4,60 -24,48; blob #eac6a4 -38,-20 -32,-52 0,-62 28,-52 36,-26 36,-14 44,-2 38,4 38,18
            30,30 8,32 -24,20; blob #4a453a -40,10 -44,-24 -34,-54 0,-68 28,-58 20,-52 -8,-46
            -16,-24 -20,14 -32,22""")
        c.tube("#1a1f1a", arc(-6, -22, 46, 200, 300, 48), 5)
        c.draw("""disc #1a1f1a -10 -8 14 18; disc #4f5a4a -8 -8 7 10; tube #1a1f1a 20,-22 30,-22
            2.4; tube #8a5a48 27,17 37,15 2; tube #1a1f1a -10,10 -30,50 -10,96 50,120 90,150 2.4""")
    c.draw("""rect #3a2f22 0 366 300 444; rect #574631 0 366 300 372; poly #8a8f7c 122,300
        292,300 296,368 118,368; poly #5c6354 118,350 296,350 296,368 118,368; disc #23281f 166
        318 36; disc #6d4a30 166 318 31; disc #c9c8b4 166 318 21; disc #6d4a30 177.82 320.08 6;
        disc #6d4a30 158.29 327.19 6; disc #6d4a30 161.9 306.72 6; disc #23281f 166 318 4;
        disc #23281f 248 318 36; disc #6d4a30 248 318 31; disc #c9c8b4 248 318 21;
        disc #6d4a30 257.19 325.71 6; disc #6d4a30 236.72 322.1 6; disc #6d4a30 250.08 306.18 6;
        disc #23281f 248 318 4; rect #c23a2b 268 355 278 362""")
    for x in range(130, 240, 16):
        c.rect("#d9d6bf", x, 356, x + 11, 362)
    c.draw("""poly #e6e2cc 20,362 92,352 104,366 30,378; text #e9e6cf THE_LIVES 150 404 27 7 .4;
        text #b9c08a OF_OTHERS 150 434 27 6 .4""")


@poster("lagaan")
def lagaan(c: Canvas) -> None:
    """A bat stands in the cracked earth before the villagers and a white-hot sun."""
    c.draw("""grad #c9531c #f08a2a #ffd06a 0 0 300 250; disc #ffe9a8 150 132 96;
        disc #fff8dc 150 132 76; ridge #b5622c 226 8 45; rect #7a3a1c 9 214 51 250;
        poly #4f2412 0,218 30,188 60,218; rect #7a3a1c 56.6 214 87.4 250; poly #4f2412 50,218
        72,188 94,218; rect #7a3a1c 239.6 214 284.4 250; poly #4f2412 230,218 262,188 294,218;
        rect #3b180d 0 246 300 444""")
    for row in range(9):
        y0, y1 = 246 + row**1.75 * 4.3, 246 + (row + 1) ** 1.75 * 4.3
        w = 26.0 + row * 10
        for i in range(-1, int(W / w) + 2):
            rng = random.Random(row * 97 + i)
            x = i * w + row % 2 * w / 2
            jit = [rng.uniform(-0.14, 0.14) * w for _ in range(8)]
            cell = [
                (x + 1 + jit[0], y0 + 1),
                (x + w / 2, y0 + 1 - jit[1] / 3),
                (x + w - 1 + jit[2] / 3, y0 + 1),
            ]
            cell += [
                (x + w - 1 + jit[3], y1 - 1),
                (x + w / 2, y1 - 1 + jit[4] / 3),
                (x + 1, y1 - 1),
            ]
            c.poly(mix("#d98a44", "#a8562a", rng.random() * 0.6 + row * 0.04), cell)
    cream = "#f4ead6"
    tints = [cream, "#c7372b", cream, "#e0a030", cream, "#3f6f6a", cream, "#b8402c"] * 2
    for i, fill in enumerate(tints[:10]):
        x = 18 + i * 29
        c.person(f"{fill} #5a2c18", ("up", "stand", "walk")[i % 3], x, 280 + i % 2 * 7, 60, 2.8)
        c.blob(
            tints[i + 3], [(x + u, 226 + i % 2 * 7 + v) for u, v in parse("-7,0 -5,-7 4,-8 7,0")]
        )
    c.draw("""disc #2a0f0866 190 388 70 8""")
    with c.at(140, 390, 1, 8):
        c.draw("""blob #e8bd7a -23,0 -24,-90 -21,-170 -8,-196 8,-196 21,-170 24,-90 23,0 0,8;
            blob #c9935012 -4,0 -4,-180 18,-160 22,0; poly #c78f4e 10,-192 21,-168 24,-90 22,0
            12,4; rect #7d2a1c -7 -268 7 -190""")
        for y in range(-264, -192, 9):
            c.poly("#c2563c", [(-7, y), (7, y + 4), (7, y + 7), (-7, y + 3)])
        c.draw("""poly #8a4a24 -24,-120 24,-120 24,-117 -24,-117; poly #8a4a24 -24,-112 24,-112
            24,-109 -24,-109""")
    c.draw("""disc #a3181a 206 372 21; disc #cf3a30 201 366 12; tube #f4d8b0 192,356 202,372
        200,391 2; tube #f4d8b0 197,355 207,372 205,391 1; text #fff2cf LAGAAN 150 433 44 8 1.6""")


@poster("a-separation")
def a_separation(c: Canvas) -> None:
    """A couple turned apart by a glass door, with the judge's desk between them and us."""
    c.draw("""grad #e9e2d4 #d8d2c4 #c5beb0; rect #cfd9d6 0 70 74 330; rect #dcd2bf 226 70 300 330;
        rect #f6f3ea 12 120 52 214; rect #a9bfc4 16 124 48 210; rect #f6f3ea 30 120 34 214;
        rect #f6f3ea 12 164 52 168; rect #f6f3ea 252 120 292 214; rect #a9bfc4 256 124 288 210;
        rect #f6f3ea 270 120 274 214; rect #f6f3ea 252 164 292 168; rect #8a7a66 88 30 212 340;
        grad #a9c4c6 #dfe6df #a9bcbc 98 40 146 332; grad #a9c4c6 #dfe6df #a9bcbc 154 40 202 332;
        blob #5f7c8066 104,340 108,262 116,246 110,226 123,212 136,226 130,246 140,262 144,340;
        blob #5f7c8044 98,340 102,258 110,246 104,222 123,204 142,222 136,246 146,258 148,340""")
    for y in range(46, 330, 7):
        c.rect("#ffffff33", 98, y, 202, y + 2)
    c.draw("""rect #5f5244 147 30 153 340; rect #c9a24a 141 210 144 248; rect #c9a24a 156 210 159
        248; tube #f9fbf8 176,40 166,110 186,168 172,232 190,276 178,332 1.6; tube #f9fbf8
        167,106 155,128 1.6; tube #f9fbf8 186,170 200,182 1.6; rect #b5ab9a 0 330 300 352;
        at 52 364; blob #3f4a55 -36,0 -36,-96 -24,-128 14,-128 30,-96 30,0; poly #2f3842 -8,-124
        2,-124 6,0 -6,0; blob #d9a983 -20,-148 -16,-172 4,-178 18,-166 16,-146 4,-128 -12,-132
        -24,-142; blob #2b211c -18,-164 -10,-184 10,-186 24,-168 20,-144 10,-140 8,-160 -4,-168;
        blob #2b211c -20,-142 -4,-142 8,-146 6,-130 -10,-128; at 250 364; blob #6b3f3a -32,0
        -34,-92 -18,-132 18,-130 36,-96 36,0; blob #e3b792 -8,-146 -4,-170 12,-172 20,-158
        26,-148 20,-132 4,-128; blob #8c2f2c -24,-110 -26,-152 -12,-182 8,-184 16,-172 6,-166
        2,-148 8,-130 22,-116 0,-104; blob #4a211d 2,-168 8,-178 18,-168 10,-164; at 0 0;
        poly #7a5538 0,356 300,356 300,444 0,444; rect #9a7048 0 352 300 360; rect #684629 20 378
        280 436; poly #f6f2e6 96,330 150,326 156,354 92,356; poly #fbf8ee 146,330 198,334 204,356
        142,354""")
    for i in range(4):
        c.tube("#a39a8a", [(104, 336 + i * 4.5), (144, 334 + i * 4.5)], 0.9)
        c.tube("#a39a8a", [(154, 337 + i * 4.5), (194, 339 + i * 4.5)], 0.9)
    c.draw("""rect #3a2a20 216 334 224 352; rect #3a2a20 208 346 232 354; text #f3e6cc
        A_SEPARATION 150 418 29 3 .4""")


@poster("in-the-mood-for-love")
def mood_for_love(c: Canvas) -> None:
    """A woman in a cheongsam carries her noodle flask up the lane, between red curtains."""
    c.draw("""grad #16181c #2f3a30 #3b2f22; poly #4a4a36 60,0 190,90 190,340 60,444;
        poly #2b2d26 300,0 190,90 190,340 300,444""")
    for row in range(14):
        for col in range(4):
            x = 66 + col * 32 + row % 2 * 12
            c.rect(
                "#545338" if c.rng.random() < 0.4 else "#434431",
                x,
                40 + row * 26,
                x + 28,
                60 + row * 26,
            )
    c.draw("""poly #ffd88a22 176,96 40,400 300,400; glow #ffcf70 178 92 90 6; tube #0f100f 216,66
        196,60 178,72 3; poly #0f100f 160,92 170,74 186,74 196,92; disc #fff3c4 178 94 12 6""")
    for i in range(6):
        c.rect(mix("#6d6248", "#3a3327", i / 5), 60, 352 + i * 16, W, 360 + i * 16)
        c.rect(mix("#3d3729", "#1e1a15", i / 5), 60, 360 + i * 16, W, 368 + i * 16)
    c.draw("""at -46 -34; blob #1a1a14 134,214 146,206 160,214 164,244 156,268 166,300 160,352
        154,380 140,380 128,300 130,240; disc #1a1a14 146 180 16 20; rect #1a1a14 141 190 152 214
       """)
    with c.at(10, -16):
        c.draw("""tube #e8bf98 142,376 142,404 8 5; tube #e8bf98 152,376 156,402 8 5;
            blob #8e1414 136,404 142,398 152,408 138,408; blob #8e1414 150,402 157,396 168,406
            152,406; blob #1f6f63 134,214 146,206 160,214 164,244 156,268 166,300 160,352 154,380
            140,380 128,300 130,240""")
        for i in range(34):
            x, y = 134 + i * 11 % 27, 222 + i * 4.5
            c.disc(("#e8b84a", "#d94f4f", "#7fc4a8")[i % 3], x, y, 3, 2.4)
        c.draw("""tube #1f6f63 135,218 128,236 126,250 9 8; tube #e8bf98 126,250 128,270 138,282
            6 5; tube #1f6f63 159,218 166,236 167,250 9 8; tube #e8bf98 167,250 170,272 172,290 6
            5; poly #e8bf98 141,192 152,192 153,206 140,206; rect #1f6f63 139 199 154 210;
            blob #f0cba6 137,180 140,166 154,164 160,174 162,182 158,194 148,199 140,194;
            blob #120d0c 140,194 130,186 126,168 134,150 150,146 162,156 163,170 152,168 145,176
            146,190; tube #120d0c 154,178 159,177 1.6; disc #b3161c 157 190 3 1.6;
            tube #d8d2c0 164,300 172,286 182,300 2; rect #5f9a8a 162 298 184 334;
            rect #d8d2c0 162 296 184 302; rect #d8d2c0 162 314 184 317""")
    for flip, x in ((1, 0), (-1, 300)):
        with c.at(x, 0, 1, 0, flip):
            for i in range(5):
                edge = [(18 * i - 6, -5), (18 * i + 4, 160), (11 * i - 2, 300), (16 * i - 6, 450)]
                right = [(px + 20 - (py > 200) * 5, py) for px, py in edge]
                c.poly(
                    ("#a3131c", "#7a0c14", "#c01f26")[i % 3], [*spline(edge), *spline(right)[::-1]]
                )
            c.draw("""blob #e0ac4a -6,296 40,292 52,300 40,310 -6,312""")
    c.draw("""text #ffe6c4 IN_THE_MOOD 150 412 25 6 .3; text #ff9a86 for_love 150 434 22 6""")


@poster("mad-max-fury-road")
def mad_max(c: Canvas) -> None:
    """The war rig outruns the sandstorm, seen over a steering wheel."""
    c.draw("""grad #5a1a0c #c2500f #f59a1f #ffd27a 0 0 300 290""")
    for i in range(34):
        x, y = c.rng.uniform(-20, 320), 60 + i * 4.2
        r = c.rng.uniform(26, 52)
        c.disc(mix("#7a2a10", "#d9741c", c.rng.random() * 0.5 + i / 80), x, y, r, r * 0.75)
    c.draw("""tube #fff3c0 76,100 84,116 2.4; tube #fff3c0 84,116 68,130 2.4; tube #fff3c0 68,130
        88,172 2.4; tube #fff3c0 88,172 78,186 2.4; tube #fff3c0 78,186 92,214 2.4;
        tube #fff3c0 232,100 222,118 2.4; tube #fff3c0 222,118 238,136 2.4; tube #fff3c0 238,136
        216,176 2.4; grad #f7a52c #b5500f 0 252; disc #e58a24 40 262 40 24; disc #e58a24 84 266
        30 18; disc #e58a24 10 270 36 21.6; disc #e58a24 120 270 22 13.2""")
    dark = "#1d0e0a"
    c.draw("""blob #1d0e0a 92,262 92,220 100,212 186,212 194,220 194,262; rect #3a1d12 94 232 192
        238; rect #1d0e0a 198 200 226 262; poly #1d0e0a 226,222 264,230 268,262 226,262;
        poly #ffcf7a 206,208 222,208 222,222 206,222""")
    for x in (104, 126, 148, 176, 208, 252):
        c.disc(dark, x, 266, 12)
        c.disc("#7a4020", x, 266, 5)
    for x in (200, 208):
        c.rect(dark, x, 178, x + 4, 202)
        for fill, k in (("#e8391a", 1.0), ("#ff9a1f", 0.68), ("#fff0a0", 0.36)):
            flame = [
                (x + 2 + u * k, 180 + v * k)
                for u, v in parse("-7,0 -13,-20 -30,-38 -8,-34 -4,-58 8,-30 8,0")
            ]
            c.blob(fill, flame)
    c.draw("""person #1d0e0a reach 112 214 34; tube #1d0e0a 120,212 132,168 1.6;
        person #1d0e0a reach 136 214 34; tube #1d0e0a 144,212 156,168 1.6; person #1d0e0a up 164
        214 34; tube #1d0e0a 172,212 184,168 1.6; frame #120906 -24,76 150,52 324,76 340,200
        322,332 150,318 -22,332 -40,200; grad #2a150c #120906 0 330; disc #5a3a20 36 362 20;
        disc #e6d3a0 36 362 16; tube #c0301a 36,362 44,352 2; disc #5a3a20 264 362 20;
        disc #e6d3a0 264 362 16; tube #c0301a 264,362 272,352 2""")
    c.tube("#3b3532", arc(150, 420, 106, 0, 360, 96), 17)
    c.tube("#6d625a", arc(150, 418, 108, 200, 340, 97), 3)
    c.draw("""tube #4a423d 150,410 60,392 13; tube #4a423d 150,410 240,392 13; tube #4a423d
        150,410 150,510 13; blob #d9cbb0 120,394 126,366 150,356 174,366 180,394 168,408 166,424
        134,424 132,408; disc #120906 138 394 8 9; disc #120906 162 394 8 9; poly #120906 150,404
        145,413 155,413; rect #120906 140.2 415 141.8 425; rect #120906 146.2 415 147.8 425;
        rect #120906 152.2 415 153.8 425; rect #120906 158.2 415 159.8 425; text #ffc65a MAD_MAX
        150 42 40 5 1.6; text #ffe9c0 FURY_ROAD 150 84 20 9 .8""")


@poster("paddington-2")
def paddington_2(c: Canvas) -> None:
    """A bear in a duffel coat steps out of a pop-up book of London."""
    c.draw("""grad #7cc5d9 #bfe4e0 #fbe3c4 0 0 300 372; disc #ffffff 24 88 10 8;
        disc #ffffff 40 86 15 12; disc #ffffff 56 88 10 8; disc #ffffff 230 100 10 8;
        disc #ffffff 246 98 15 12; disc #ffffff 262 100 10 8; disc #ffffff 180 74 10 8;
        disc #ffffff 196 72 15 12; disc #ffffff 212 74 10 8; disc #fff3c0 62 140 22;
        blob #dfa3a0 196,320 196,190 204,160 226,146 248,160 256,190 256,320; tube #dfa3a0
        226,150 226,122 4 2""")
    for x in range(200, 256, 9):
        c.rect("#c98686", x, 204, x + 3, 320)
    c.draw("""rect #e9c27a 20 150 52 340; poly #5f8a6a 16,152 36,104 56,152; disc #fffbe8 36 172
        13; tube #3a2a24 36,172 36,163 2; tube #3a2a24 36,172 42,175 2; windows #b98a4a 22 192 50
        336 3 9; rect #8fb0c4 64 216 94 346; poly #5f86a0 62,218 79,186 96,218;
        windows #dcebf0 67 226 91 330 2 5; rect #8fb0c4 228 216 258 346; poly #5f86a0 226,218
        243,186 260,218; windows #dcebf0 231 226 255 330 2 5; rect #8fb0c4 60 246 262 256;
        tube #5f86a0 94,220 150,262 228,220 3; rect #9a8f9c 252 236 300 350""")
    for x in (255, 262, 269, 276, 283, 290, 297):
        c.rect("#9a8f9c", x - 4, 230, x, 238)
    c.draw("""rect #3b3440 262 250 290 278; rect #c9c2cc 267 250 269.4 278; rect #c9c2cc 274 250
        276.4 278; rect #c9c2cc 281 250 283.4 278; rect #3b3440 262 292 290 320;
        rect #c9c2cc 267 292 269.4 320; rect #c9c2cc 274 292 276.4 320; rect #c9c2cc 281 292
        283.4 320; poly #7d2f2a -4,350 150,366 304,350 304,444 -4,444; poly #fff6e0 4,344 150,360
        150,420 4,404; poly #f3e4c2 296,344 150,360 150,420 296,404; rect #c9b48a 149 360 151 420;
        tube #d8c59a 16,362 78,369 1.4; tube #d8c59a 16,372 78,379 1.4; tube #d8c59a 16,382
        78,389 1.4; tube #d8c59a 16,392 78,399 1.4; at 150 392; tube #6b4226 -17,-44 -17,-8 26 24;
        disc #5a361e -20.4 -4 18 8; tube #6b4226 17,-44 17,-8 26 24; disc #5a361e 20.4 -4 18 8;
        tube #2a5ea8 -34,-120 -54,-92 -50,-66 26 22; tube #2a5ea8 34,-120 58,-104 50,-128 26 22;
        blob #2f6bbd -50,-34 -44,-104 -26,-138 26,-138 44,-104 50,-34 0,-26; tube #1f4a88 0,-136
        0,-30 2; tube #e9d9b0 -12,-112 12,-112 2; tube #7a4a22 -6,-113 6,-113 5;
        tube #e9d9b0 -12,-86 12,-86 2; tube #7a4a22 -6,-87 6,-87 5; tube #e9d9b0 -12,-60 12,-60 2;
        tube #7a4a22 -6,-61 6,-61 5; disc #6b4226 -50 -60 12; disc #6b4226 50 -136 12;
        disc #7b4c2c -36 -188 13; disc #7b4c2c 36 -188 13; blob #7b4c2c -42,-160 -36,-190 0,-202
        36,-190 42,-160 24,-136 0,-130 -24,-136; disc #c99a68 0 -152 21 17; disc #20130d 0 -161 8
        5.5; tube #20130d -9,-147 0,-142 9,-147 2; disc #20130d -18 -172 4; disc #ffffff -16.8
        -173.4 1.3; disc #20130d 18 -172 4; disc #ffffff 19.2 -173.4 1.3; blob #c8252c -60,-190
        -30,-200 0,-194 30,-200 60,-190 34,-180 0,-184 -34,-180; blob #d9323a -34,-192 -32,-222
        -12,-236 14,-234 32,-220 34,-192 0,-188; poly #8e1620 -34,-202 34,-202 34,-193 -34,-193;
        poly #f3d9a0 38,-152 66,-160 70,-144 42,-138; tube #f08a1c 40,-146 69,-153 4; at 0 0;
        blob #f28c1e 228,398 228,362 234,356 262,356 268,362 268,398 248,402; rect #fff3d8 230
        370 266 388; rect #4f8a5a 231 350 265 358; disc #f28c1e 248 379 6; text #b51f2a
        PADDINGTON_2 150 46 33 2 1""")


@poster("breaking-bad")
def breaking_bad(c: Canvas) -> None:
    """Hat and glasses hang over a desert camper and a bench of blue crystals."""
    c.draw("""grad #2f3d10 #7d8a1c #d3c23a #f3e08a 0 0 300 290; disc #f7efb0 150 138 88""")
    dark = "#171a0c"
    c.draw("""blob #171a0c 84,112 110,104 150,108 190,104 216,112 190,122 150,124 110,122;
        blob #171a0c 106,110 108,74 120,62 150,66 180,62 192,74 194,110 150,116;
        rect #4f5a1c 107 95 193 104""")
    for x in (126, 174):
        c.tube(dark, arc(x, 150, 17, 0, 360, 14), 4)
        c.disc("#ffffff55", x, 150, 15, 12)
    c.draw("""tube #171a0c 143,147 150,143 157,147 3.4; tube #171a0c 109,146 98,140 3.4;
        tube #171a0c 191,146 202,140 3.4; tube #171a0c 134,194 140,180 150,177 160,180 166,194 5;
        blob #171a0c 138,196 150,190 162,196 158,212 150,218 142,212; poly #9a7a2a 0,270 0,218
        40,214 54,236 80,238 92,270; poly #8a6a26 300,270 300,206 250,210 240,232 216,236 204,270;
        grad #d9a83f #8f6a24 #4a3a16 0 262""")
    for x, y, s in ((28, 300, 1.0), (276, 312, 1.3), (240, 284, 0.6)):
        with c.at(x, y, s):
            c.draw("""tube #4a5a1e 0,0 0,-38 8; tube #4a5a1e 0,-14 11,-16 12,-30 5;
                tube #4a5a1e 0,-10 -10,-13 -11,-24 5""")
    c.draw("""disc #3a2c1077 128 318 84 6; blob #efe6c8 58,308 56,256 64,246 178,246 190,254
        208,276 210,308 140,312; rect #b5602c 58 282 208 288; rect #d98a3c 58 290 208 293;
        rect #3f4a3a 68 258 86 274; rect #3f4a3a 92 258 110 274; rect #3f4a3a 132 258 150 274;
        rect #cbbf9a 112 256 128 308; poly #3f4a3a 176,256 188,258 202,276 176,276;
        disc #171a0c 86 310 13; disc #b9b08a 86 310 6; disc #171a0c 180 310 13;
        disc #b9b08a 180 310 6; rect #20240f 0 404 300 444; blob #d8ecec77 214,344 214,326
        238,326 238,344 276,396 270,408 182,408 176,396; poly #3fb4e0 204,366 248,366 274,400
        268,407 184,407 178,400; rect #e9f6f6 210 322 242 328; rect #d8ecec77 26 350 96 408;
        rect #5cc4e8 28 378 94 407""")
    for i in range(17):
        x, y = (34 + i * 8, 402) if i < 7 else (100 + (i - 7) * 8, 406)
        h = c.rng.uniform(9, 22)
        fill = ("#8fe0f6", "#2f9fd0", "#c9f2fb")[i % 3]
        c.poly(
            fill, [(x - 7, y), (x - 4, y - h), (x + 1, y - h - 6), (x + 6, y - h * 0.7), (x + 7, y)]
        )
    c.draw("""disc #e2f8ff 222 380 3; disc #e2f8ff 236 388 4; disc #e2f8ff 228 352 2.4;
        disc #e2f8ff 224 312 3; disc #e2f8ff 232 300 2; text #e6ee8a BREAKING_BAD 150 434 30 3 1""")


def main(out_dir: Path = DEFAULT_OUT) -> None:
    """Draw every registered poster into out_dir and report the sizes."""
    out_dir.mkdir(parents=True, exist_ok=True)
    total = 0
    for item_id, painter in POSTERS.items():
        canvas = Canvas(item_id)
        painter(canvas)
        total += (out_dir / f"{item_id}.png").write_bytes(canvas.png())
    print(f"{len(POSTERS)} posters, {total / 1000:.0f} kB in {out_dir}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out-dir", type=Path, default=DEFAULT_OUT, help="folder for the PNG files"
    )
    main(parser.parse_args().out_dir)

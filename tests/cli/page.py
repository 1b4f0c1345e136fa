# SPDX-License-Identifier: GPL-2.0-or-later
# page.py PAGE FIGURES: what is wrong with a page of report --html, a line each.
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
bad = []

levels = [int(n) for n in re.findall(r"<h([1-6])", page)]
if levels.count(1) != 1 or levels[0] != 1:
    bad.append("not one h1, and first")
bad += [f"h{b} after h{a}" for a, b in zip(levels, levels[1:]) if b > a + 1]

for table in re.findall(r"<table>.*?</table>", page, re.S):
    if "<caption" not in table:
        bad.append("a table without a caption")
    if re.search(r"<th(?![^>]* scope=)[ >]", table):
        bad.append("a heading of a table without a scope")

ids = re.findall(r"""\sid=["']([^"']*)""", page)
bad += sorted({f"id {i} twice" for i in ids if ids.count(i) > 1})
for link, use in re.findall(r"""href=["']#([^"']*)|url\(#([^)]*)\)""", page):
    if (link or use) not in ids:
        bad.append(f"nothing is #{link or use}")

figures = re.findall(r'<figure id="figure-([a-z0-9_-]*)"', page)
if len(figures) != int(sys.argv[2]):
    bad.append(f"{len(figures)} figures")
bad += [f"{f} has no data" for f in figures if f'download="{f}-1.csv"' not in page]
if page.count('role="img" aria-label="') < len(figures):
    bad.append("a picture without a name")


def light(colour):
    """Relative luminance by WCAG 2."""
    part = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    part = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in part]
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2]


schemes = re.findall(r":root\{([^}]*)\}", page)
if len(schemes) != 3:
    bad.append("colours of light, dark and paper were not found")
for scheme in schemes:
    colour = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", scheme))
    for ground in "ground", "raised":
        for text in "text", "faint", "link", "good", "bad", "open":
            dark, bright = sorted((light(colour[text]), light(colour[ground])))
            if (bright + 0.05) / (dark + 0.05) < 4.5:
                bad.append(f"{text} on {ground}: {colour[text]}")

print("".join(b + "\n" for b in bad), end="")

"""report.py - tables of what bench/run measured.

A save holds `modes`: for each ("all cores", "one core", "instructions") a list of
figures, and a figure has its name, kind, unit, and `values`: for each system what
each run gave. A sequential program has `cpu` as well, its processor times. Ratios
tell how many times better Moonlet is: above 1 is good, whatever the unit.
"""

import math
import statistics

RISING = {"/s", "gain"}                 # more is better; of all other units less is

# What bench/history.md keeps of the run on all cores.
MAIN = ["parked_bytes", "parked_spawns", "spawn_reply", "spawn_reply_1000", "pingpong", "ring", "fanin",
        "everybody", "ticker_p99", "start"]


def median(figure, system):
    """None for a system that has not run it, and for no system."""
    values = figure["values"].get(system)
    return statistics.median(values) if values else None


def better(unit, ours, theirs):
    """How many times better ours is; None where that means nothing."""
    if not ours or not theirs:
        return None
    return ours / theirs if unit in RISING else theirs / ours


def spread(values):
    middle = statistics.median(values)
    return (max(values) - min(values)) / middle * 100 if middle and len(values) > 1 else None


def number(x):
    if x is None:
        return ""
    return format(x, ",.0f") if abs(x) >= 1000 else "%.4g" % x


def cell(figure, system):
    values = figure["values"].get(system)
    if not values:
        return ""
    wide = spread(values)
    return number(statistics.median(values)) + ("" if wide is None else " ~%.0f%%" % wide)


def ratio(x):
    return "" if x is None else "%.2fx" % x


def best_of(figure, systems):
    """Of some systems the one with the best median; None when none ran."""
    ran = [s for s in systems if median(figure, s) is not None]
    sign = 1 if figure["unit"] in RISING else -1
    return max(ran, key=lambda s: sign * median(figure, s), default=None)


def geometric(ratios):
    ratios = [r for r in ratios if r]
    return math.exp(sum(math.log(r) for r in ratios) / len(ratios)) if ratios else None


def layout(rows):
    """Columns as wide as need be; the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip()


def families(figures, systems):
    """family: its systems that ran, the one with default flags first."""
    found = {}
    for s in systems:
        if s["name"] != "moonlet" and any(f["values"].get(s["name"]) for f in figures):
            found.setdefault(s["family"], []).append(s["name"])
    return found


def table(figures, systems):
    """The lines of a table: Moonlet, then each peer with the ratio to it."""
    peers = families(figures, systems)
    head = ["", "unit", "moonlet"]
    for family, names in peers.items():
        head += [family, ""] + (["best", "", "flags"] if len(names) > 1 else [])
    rows = [head]
    for f in figures:
        ours = median(f, "moonlet")
        row = [f["name"], f["unit"], cell(f, "moonlet")]
        for family, names in peers.items():
            row += [cell(f, names[0]), ratio(better(f["unit"], ours, median(f, names[0])))]
            if len(names) > 1:
                best = best_of(f, names)
                row += [cell(f, best), ratio(better(f["unit"], ours, median(f, best))),
                        best[len(family):].strip() if best else ""]
        rows.append(row)
    return layout(rows)


def means(figures, systems):
    """Geometric means of the ratios of the sequential programs, a line for each peer."""
    chosen = [f for f in figures if f["kind"] == "lua" and median(f, "moonlet")]
    groups = [("all programs", chosen), ("that allocate", [f for f in chosen if f.get("allocates")])]
    for family, names in families(chosen, systems).items():
        told = []
        for what, group in groups:
            ratios = [better(f["unit"], median(f, "moonlet"), median(f, names[0])) for f in group]
            ratios = [r for r in ratios if r]
            if ratios:
                told.append("%.2fx %s (worst %.2fx)" % (geometric(ratios), what, min(ratios)))
        if told:
            yield "geometric mean against %s: %s" % (family, ", ".join(told))


def by_cpu(save):
    """Processor time takes the place of the time that passed, where it was measured."""
    for figures in save["modes"].values():
        for f in figures:
            f["values"] = f.get("cpu", f["values"])


def show(save):
    for mode, figures in save["modes"].items():
        for kind in dict.fromkeys(f["kind"] for f in figures):
            chosen = [f for f in figures if f["kind"] == kind]
            print("\n%s, %s" % (kind, mode))
            print("\n".join(table(chosen, save["systems"])))
        for line in means(figures, save["systems"]):
            print(line)
    flags = ["%s: %s" % (s["name"], s["flags"]) for s in save["systems"] if s["flags"]]
    if flags:
        print("\nflags  " + "; ".join(flags))
    print("\n" + about(save))


def about(save):
    told = "%s, %s, load %.1f, at most %.1f, %d runs" % (save["commit"], save["when"], *save["load"], save["times"])
    return told + "".join("; " + v for v in save["versions"].values())


def verdict(unit, old, new):
    """Whether two lots of values differ: all of one are beyond all of the other."""
    if min(new) > max(old):
        return "better" if unit in RISING else "worse"
    if max(new) < min(old):
        return "worse" if unit in RISING else "better"
    return ""


def diff(old, new):
    """Moonlet then and now, and beside it what a peer gave then and now: when that
    has changed as well, it was the machine."""
    print("then  %s\nnow   %s" % (about(old), about(new)))
    for mode, figures in new["modes"].items():
        before = {(f["kind"], f["name"]): f for f in old["modes"].get(mode, ())}
        rows = [["", "unit", "then", "now", "times", "", "the same peer"]]
        for f in figures:
            was = before.get((f["kind"], f["name"]))
            if not was or not f["values"].get("moonlet") or not was["values"].get("moonlet"):
                continue
            peer = next((p for p in ("lua5.4", "erl", "go") if p in f["values"] and p in was["values"]), None)
            rows.append([f["name"], f["unit"], cell(was, "moonlet"), cell(f, "moonlet"),
                         ratio(better(f["unit"], median(f, "moonlet"), median(was, "moonlet"))),
                         verdict(f["unit"], was["values"]["moonlet"], f["values"]["moonlet"]),
                         ratio(better(f["unit"], median(f, peer), median(was, peer))) + " " + peer if peer else ""])
        if len(rows) > 1:
            print("\n" + mode)
            print("\n".join(layout(rows)))


def row(save):
    """A row of bench/history.md: medians, and the ratio to erl or lua5.4."""
    figures = save["modes"].get("all cores", [])
    named = {f["name"]: f for f in figures}
    cells = [save["when"][:10], "`%s`" % save["commit"], "%.1f" % save["load"][1]]
    for name in MAIN:
        f = named.get(name)
        if not f or not f["values"].get("moonlet"):
            cells.append("")
            continue
        peer = "erl" if f["kind"] == "procs" else "lua5.4"
        against = ratio(better(f["unit"], median(f, "moonlet"), median(f, peer)))
        cells.append(number(median(f, "moonlet")) + (" (%s)" % against if against else ""))
    for peer in ("lua5.4", "luajit-joff"):
        cells.append(ratio(geometric(better(f["unit"], median(f, "moonlet"), median(f, peer))
                                     for f in figures if f["kind"] == "lua")))
    return "| " + " | ".join(cells) + " |"

"""Draws how the time and the memory of whole runs grow with their files, as SVG.
   usage: growth_plot.py MEASUREMENTS.csv PLOT.svg"""
import sys

import matplotlib

matplotlib.use("svg")
# The same file from the same figures.
matplotlib.rcParams.update({"svg.hashsalt": "etlworker", "font.size": 9})
import matplotlib.pyplot as plot
import pandas

figures = pandas.read_csv(sys.argv[1])
figure, (time, memory) = plot.subplots(1, 2, figsize=(9, 3.6))
for number, (run, rows) in enumerate(figures.groupby("run", sort=False)):
    millions, line = rows["orders"] / 1e6, {"color": f"C{number}", "marker": "o", "label": run}
    time.plot(millions, rows["seconds"], **line)
    if run.startswith("EtlWorker"):
        memory.plot(millions, rows["megabytes"], **line)
# Room for the names above the lines.
time.set(xlabel="million orders", ylabel="seconds", ylim=(0, 1.4 * figures["seconds"].max()))
memory.set(xlabel="million orders", ylabel="peak resident memory, MB", ylim=(0, 100))
for axes in time, memory:
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
figure.tight_layout()
figure.savefig(sys.argv[2], metadata={"Date": None, "Creator": None})

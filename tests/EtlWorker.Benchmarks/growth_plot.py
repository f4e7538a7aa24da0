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
for run, rows in figures.groupby("run", sort=False):
    millions = rows["orders"] / 1e6
    time.plot(millions, rows["seconds"], marker="o", label=run)
    if run.startswith("EtlWorker"):
        memory.plot(millions, rows["megabytes"], marker="o", label=run)
time.set(xlabel="million orders", ylabel="seconds", ylim=(0, None))
memory.set(xlabel="million orders", ylabel="peak resident memory, MB", ylim=(0, None))
for axes in time, memory:
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
figure.tight_layout()
figure.savefig(sys.argv[2], metadata={"Date": None, "Creator": None})

"""Does the retail run as the script did that EtlWorker replaces: pandas reads, psycopg2 inserts, SQL analyses, pandas writes.
   usage: pandas_run.py FILES PIPELINE RESULTS AS_OF CONNECTION_STRING"""
import json
import pathlib
import sys
import time

import pandas
import psycopg2
from psycopg2.extras import execute_values

files, pipeline, results = map(pathlib.Path, sys.argv[1:4])
definition = json.loads((pipeline / "pipeline.json").read_text())


def clock():
    print("at", time.time(), flush=True)


def sql(step):
    return (pipeline / step["sql"]).read_text().replace("%", "%%").replace("@as_of", "date %(as_of)s")


connection = psycopg2.connect(sys.argv[5])
with connection, connection.cursor() as cursor:
    clock()
    for file, table in ("orders", "orders"), ("reviews", "reviews"), ("shipment_deliveries", "shipment_deliveries"):
        frame = pandas.read_csv(files / (file + ".csv"))
        cursor.execute("truncate staging." + table)
        execute_values(
            cursor,
            "insert into staging.%s (%s) values %%s" % (table, ", ".join(frame.columns)),
            [tuple(row) for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False)])
    clock()
    for check in definition["checks"]:
        cursor.execute("select count(*) from (\n" + sql(check) + "\n) as offending", {"as_of": sys.argv[4]})
    clock()
    for analysis in definition["analyses"]:
        cursor.execute(
            "insert into " + analysis["table"] + " select current_date, result.* from (\n" + sql(analysis) + "\n) as result",
            {"as_of": sys.argv[4]})
    clock()
    for analysis in definition["analyses"]:
        cursor.execute("select * from " + analysis["table"])
        frame = pandas.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])
        frame.to_csv(results / (analysis["table"] + ".csv"), index=False)

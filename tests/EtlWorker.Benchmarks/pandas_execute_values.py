"""Loads orders as the script did that EtlWorker replaces: pandas reads, psycopg2 inserts.
   usage: pandas_execute_values.py FILE CONNECTION_STRING"""
import sys

import pandas
import psycopg2
from psycopg2.extras import execute_values

frame = pandas.read_csv(sys.argv[1])
connection = psycopg2.connect(sys.argv[2])
with connection, connection.cursor() as cursor:
    cursor.execute("truncate public.orders")
    execute_values(
        cursor,
        "insert into public.orders (%s) values %%s" % ", ".join(frame.columns),
        [tuple(row) for row in frame.astype(object).itertuples(index=False)])

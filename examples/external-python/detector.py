#!/usr/bin/env python3
"""A detector for `cqshop evaluate --external`, with nothing but Python's standard library.

It counts what each customer puts into carts in 30 minutes, and scores how far that is from what is usual.
docs/your-detector.md explains it.
"""

import argparse
import collections
import csv
import datetime
import json
import pathlib
import statistics

WINDOW = 30 * 60


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def rfc3339(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def units_in_carts(dataset):
    """Units that each customer put into carts, by the start of the window and the customer."""
    units = collections.Counter()
    with open(pathlib.Path(dataset, "events.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["user_id"] == "" or row["type"] != "ProductAddedToCart":
                continue
            start = seconds(row["time"]) // WINDOW * WINDOW
            units[start, row["user_id"]] += float(row["quantity"] or 1)
    return units


def train(options):
    usual = sorted(value for dataset in options.data for value in units_in_carts(dataset).values())
    model = {"median": statistics.median(usual), "high": usual[int(0.99 * (len(usual) - 1))]}
    pathlib.Path(options.model, "model.json").write_text(json.dumps(model))


def score(options):
    model = json.loads(pathlib.Path(options.model, "model.json").read_text())
    spread = max(1.0, model["high"] - model["median"])
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["start", "end", "entity_type", "entity_id", "score"])
        for (start, user), units in sorted(units_in_carts(options.data[0]).items()):
            value = (units - model["median"]) / spread
            out.writerow([rfc3339(start), rfc3339(start + WINDOW), "user", user, f"{value:.6f}"])


parser = argparse.ArgumentParser()
parser.add_argument("action", choices=["train", "score"])
parser.add_argument("--anomaly")
parser.add_argument("--data", nargs="+")
parser.add_argument("--model")
parser.add_argument("--out")
given = parser.parse_args()
{"train": train, "score": score}[given.action](given)

#!/usr/bin/env python3
"""A detector for `cqshop evaluate --external`, with nothing but Python's standard library.

It counts how often each customer reserves the same product in three hours. A hoarder does so again and again, since
reservations expire. The score is that count, as a multiple of the mean.
docs/your-detector.md explains it.
"""

import argparse
import collections
import csv
import datetime
import json
import pathlib
import statistics

WINDOW = 3 * 60 * 60


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def rfc3339(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def reservations(dataset):
    """How often each customer reserved the same product, by the start of the window and the customer."""
    of_product = collections.Counter()
    with open(pathlib.Path(dataset, "events.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["user_id"] != "" and row["type"] == "ProductReserved":
                start = seconds(row["time"]) // WINDOW * WINDOW
                of_product[start, row["user_id"], row["product_id"]] += 1
    most = collections.Counter()
    for (start, user, _), count in of_product.items():
        most[start, user] = max(most[start, user], count)
    return most


def train(options):
    counts = [count for dataset in options.data for count in reservations(dataset).values()]
    model = {"usual": statistics.mean(counts)}
    pathlib.Path(options.model, "model.json").write_text(json.dumps(model))


def score(options):
    model = json.loads(pathlib.Path(options.model, "model.json").read_text())
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["start", "end", "entity_type", "entity_id", "score"])
        for (start, user), count in sorted(reservations(options.data[0]).items()):
            value = count / model["usual"]
            out.writerow([rfc3339(start), rfc3339(start + WINDOW), "user", user, f"{value:.6f}"])


parser = argparse.ArgumentParser()
parser.add_argument("action", choices=["train", "score"])
parser.add_argument("--anomaly")
parser.add_argument("--data", nargs="+")
parser.add_argument("--model")
parser.add_argument("--out")
given = parser.parse_args()
{"train": train, "score": score}[given.action](given)

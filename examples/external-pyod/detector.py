#!/usr/bin/env python3
"""Detectors of PyOD and River for `cqshop evaluate --external`, for all four anomalies.

Every hour of a user (stock-exhaustion), of a product (price-error) or of the whole shop (traffic-intensity,
workload-shape) becomes a vector of features, and the detector scores vectors. It never sees a label.
docs/peers.md shows how to run it, and the results.
"""

import argparse
import collections
import csv
import datetime
import importlib
import math
import pathlib
import pickle
import random
import sys

HOUR, WEEK = 3600, 7 * 24
DETECTORS = {
    "iforest": ("pyod.models.iforest", "IForest", {"random_state": 1}),
    "ecod": ("pyod.models.ecod", "ECOD", {}),
    "knn": ("pyod.models.knn", "KNN", {}),
    "lof": ("pyod.models.lof", "LOF", {}),
    "hst": ("river.anomaly", "HalfSpaceTrees", {"seed": 1}),
}
ENTITY = {"stock-exhaustion": "user", "price-error": "product"}
CART = ["ProductReserved", "ProductReservationReleased", "ReservationRejected", "ReservationsMaterialized"]
MOST = 20_000  # training vectors: more make nearest neighbours slow


def hours_since_1970(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) // HOUR


def hourly_counts(directory, anomaly):
    """What is counted in each hour, by (hour, entity)."""
    of = collections.defaultdict(collections.Counter)
    first_price = {}
    entity = ENTITY.get(anomaly)
    with open(pathlib.Path(directory, "events.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind, product, price = row["type"], row["product_id"], float(row["price"] or 0)
            usual = first_price.setdefault(product, price) if product and price else price
            if row["kind"] != "event" or (entity and kind not in CART):
                continue
            counts = of[hours_since_1970(row["time"]), row[f"{entity}_id"] if entity else "shop"]
            counts[kind] += 1
            if entity:
                counts[f"units {kind}"] += int(row["quantity"] or 0)
                counts[product, row["user_id"]] += 1
                counts["cheap"] = max(counts["cheap"], math.log(usual / price) if price else 0)
    if not entity:
        hours = [hour for hour, _ in of]
        for hour in range(min(hours), max(hours) + 1):
            of[hour, "shop"]  # an hour of silence counts too
    return sorted(of.items())


def usual_week(units):
    """The mean count of each type in each hour of the week; of types that come every hour."""
    hours = collections.Counter(hour % WEEK for (hour, _), _ in units)
    total = collections.Counter()
    for (hour, _), counts in units:
        total.update({(hour % WEEK, kind): count for kind, count in counts.items()})
    mean = {key: count / hours[key[0]] for key, count in total.items()}
    kinds = sorted({kind for _, kind in mean})
    return [kind for kind in kinds if sum(mean.get((at, kind), 0) for at in hours) >= len(hours)], mean


def vector(unit, week):
    (hour, _), counts = unit
    if week is None:
        pairs = [count for key, count in counts.items() if isinstance(key, tuple)]
        units = [counts[f"units {kind}"] for kind in CART]
        unpaid = max(0, units[0] - units[-1])
        sums = [*(counts[kind] for kind in CART), *units, unpaid, len(pairs), max(pairs)]
        return [math.log1p(value) for value in sums] + [counts["cheap"]]
    kinds, mean = week
    usual = [mean.get((hour % WEEK, kind), 0) for kind in kinds]
    return [(counts[kind] - often) / math.sqrt(often + 1) for kind, often in zip(kinds, usual)]


class Streaming:
    """A detector of River, with PyOD's interface: it goes on learning while it scores."""

    def __init__(self, model):
        from river import preprocessing

        self.model = preprocessing.MinMaxScaler() | model

    def fit(self, rows):
        self.decision_function(rows)

    def decision_function(self, rows):
        scores = []
        for row in rows:
            features = dict(enumerate(row.tolist()))
            scores.append(self.model.score_one(features))
            self.model.learn_one(features)
        return scores


def train(options):
    units = [unit for directory in options.data for unit in hourly_counts(directory, options.anomaly)]
    week = None if options.anomaly in ENTITY else usual_week(units)
    rows = [vector(unit, week) for unit in units]
    module, model, parameters = DETECTORS[options.detector]
    detector = getattr(importlib.import_module(module), model)(**parameters)
    if options.detector == "hst":
        detector = Streaming(detector)
    sample = sorted(random.Random(1).sample(range(len(rows)), min(MOST, len(rows))))
    detector.fit(numpy.array([rows[index] for index in sample]))
    options.model.joinpath("model.pickle").write_bytes(pickle.dumps((detector, week)))


def score(options):
    detector, week = pickle.loads(options.model.joinpath("model.pickle").read_bytes())
    units = hourly_counts(options.data[0], options.anomaly)
    scores = detector.decision_function(numpy.array([vector(unit, week) for unit in units]))
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["start", "end", "entity_type", "entity_id", "score"])
        for ((hour, entity), _), value in zip(units, scores):
            start, end = (datetime.datetime.fromtimestamp(at * HOUR, datetime.timezone.utc) for at in (hour, hour + 1))
            about = ENTITY.get(options.anomaly, "shop")
            out.writerow([start.isoformat(), end.isoformat(), about, entity, f"{value:.9g}"])


parser = argparse.ArgumentParser()
parser.add_argument("--detector", choices=DETECTORS, default="iforest")
parser.add_argument("action", choices=["train", "score"])
parser.add_argument("--anomaly", required=True)
parser.add_argument("--data", nargs="+", required=True)
parser.add_argument("--model", required=True, type=pathlib.Path)
parser.add_argument("--out")
given = parser.parse_args()
try:
    import numpy

    {"train": train, "score": score}[given.action](given)
except ModuleNotFoundError as error:
    needed = pathlib.Path(__file__).with_name("requirements.txt")
    sys.exit(f"Cannot {given.action} with {given.detector}: {error}. Install the packages: pip install -r {needed}")

"""Measures several things in turns, so that what else the machine does slows all of them alike."""

import os
import statistics

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))


def in_turns(*measures):
    """What each of the functions returned in each round: A B A B …, a list for each round."""
    return [[measure() for measure in measures] for _ in range(ROUNDS)]


def median(results):
    """The median of each figure of several results of one load."""
    numbers = {name for name, figure in results[0].items() if isinstance(figure, (int, float))}
    return {name: statistics.median(result[name] for result in results) for name in numbers}

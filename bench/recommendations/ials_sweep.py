"""Seconds of one sweep of iALS in numpy on a matrix from files: what bench/groups/recommendations.ts is compared with.

usage: ials_sweep.py FOLDER ROWS COLUMNS K ALPHA LAMBDA STEPS SWEEPS
FOLDER holds offsets.i32, indices.i32 and values.f32 of the rows, and the same with a leading t of the columns. All rows of a
side take their steps of conjugate gradients together, so that everything is whole-array work: sums over the entries of a row by
add.reduceat, the rest by the matrix product that numpy has threads for.
"""

import sys
import time

import numpy as np

folder = sys.argv[1]
rows, columns, k = (int(text) for text in sys.argv[2:5])
alpha, ridge_weight = (float(text) for text in sys.argv[5:7])
steps, sweeps = (int(text) for text in sys.argv[7:9])


def side(prefix: str, others: int):
    offsets = np.fromfile(f"{folder}/{prefix}offsets.i32", np.int32)
    indices = np.fromfile(f"{folder}/{prefix}indices.i32", np.int32)
    values = np.fromfile(f"{folder}/{prefix}values.f32", np.float32)
    counts = np.diff(offsets)
    owners = np.repeat(np.arange(len(counts)), counts)
    # Rows without entries have nothing to sum.
    filled = np.flatnonzero(counts)
    ridge = (ridge_weight * (counts + alpha * others)).astype(np.float32)[:, None]
    return owners, indices, values, filled, offsets[filled], ridge


def solve(x, fixed, half):
    owners, indices, values, filled, starts, ridge = half
    gram = alpha * (fixed.T @ fixed)
    entries = fixed[indices]

    def weighted_sum(weights):
        out = np.zeros_like(x)
        out[filled] = np.add.reduceat(entries * weights[:, None], starts, axis=0)
        return out

    residual = weighted_sum(values * (1 - np.einsum("ij,ij->i", entries, x[owners]))) - x @ gram - ridge * x
    direction = residual.copy()
    size = np.einsum("ij,ij->i", residual, residual)
    for _ in range(steps):
        image = weighted_sum(values * np.einsum("ij,ij->i", entries, direction[owners])) + direction @ gram + ridge * direction
        length = size / np.maximum(np.einsum("ij,ij->i", direction, image), 1e-20)
        x += length[:, None] * direction
        residual -= length[:, None] * image
        after = np.einsum("ij,ij->i", residual, residual)
        direction = residual + (after / np.maximum(size, 1e-20))[:, None] * direction
        size = after


random = np.random.default_rng(1)
customers = (0.1 * random.standard_normal((rows, k)) / np.sqrt(k)).astype(np.float32)
products = (0.1 * random.standard_normal((columns, k)) / np.sqrt(k)).astype(np.float32)
halves = side("", columns), side("t", rows)
seconds = []
for _ in range(sweeps):
    began = time.perf_counter()
    solve(customers, products, halves[0])
    solve(products, customers, halves[1])
    seconds.append(time.perf_counter() - began)
print(np.median(seconds))

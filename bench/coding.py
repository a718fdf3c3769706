# scikit-learn's sparse codes of the signals that bench/scikit-learn.ts hands over, one thread: seconds of each run, and the objective.
#
#   stdin: JSON {folder, atoms, features, count, method, nonzeros | lambda, runs};   folder has dictionary.f32 and signals.f32
#   stdout: JSON {seconds: […], objective}

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.decomposition import sparse_encode
from sklearn.linear_model import orthogonal_mp_gram

warnings.simplefilter("ignore")
task = json.load(sys.stdin)


def read(name, rows):
    path = Path(task["folder"]) / f"{name}.f32"
    return np.fromfile(path, np.float32).reshape(rows, task["features"]).astype(np.float64)


dictionary, signals = read("dictionary", task["atoms"]), read("signals", task["count"])


def omp():
    gram, products = dictionary @ dictionary.T, dictionary @ signals.T
    return orthogonal_mp_gram(gram, products, n_nonzero_coefs=task["nonzeros"], copy_Gram=False, copy_Xy=False).T


def lasso():
    gram = dictionary @ dictionary.T
    return sparse_encode(signals, dictionary, gram=gram, algorithm="lasso_cd", alpha=task["lambda"], n_jobs=1, check_input=False)


run = {"omp": omp, "lasso": lasso}[task["method"]]
seconds = []
for _ in range(task["runs"]):
    start = time.perf_counter()
    codes = run()
    seconds.append(time.perf_counter() - start)
objective = 0.5 * ((signals - codes @ dictionary) ** 2).sum() + task.get("lambda", 0) * np.abs(codes).sum()
json.dump({"seconds": seconds, "objective": objective}, sys.stdout)

# Writes coding.json: sparse codes by scikit-learn of small signals over a small dictionary, for test/coding.test.ts.
#
#   python3 test/golden/coding.py     (scikit-learn 1.2.1, numpy 1.24.2)

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.decomposition import sparse_encode
from sklearn.linear_model import orthogonal_mp_gram

random = np.random.RandomState(0)
atoms, features, count = 24, 10, 6
dictionary = random.randn(atoms, features).round(3)
dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
dictionary = dictionary.astype(np.float32).astype(np.float64)
signals = (random.randn(count, 4) @ dictionary[random.permutation(atoms)[:4]] + 0.1 * random.randn(count, features)).round(3)
gram = dictionary @ dictionary.T
norms = (signals**2).sum(axis=1)


def rows(codes):
    return [[[int(k), float(np.float32(row[k]))] for k in np.flatnonzero(row)] for row in codes]


golden = {
    "scikit-learn": sklearn.__version__,
    "features": features,
    "dictionary": [float(np.float32(value)) for value in dictionary.ravel()],
    "signals": signals.ravel().tolist(),
    "nonzeros": rows(orthogonal_mp_gram(gram, dictionary @ signals.T, n_nonzero_coefs=3).T),
    "error": rows(orthogonal_mp_gram(gram, dictionary @ signals.T, tol=0.25, norms_squared=norms).T),
    # sparse_encode minimises (1 / 2)·‖x − a·D‖² + alpha·‖a‖₁, as fista does.
    "lasso": rows(sparse_encode(signals, dictionary, algorithm="lasso_cd", alpha=0.3, max_iter=100000)),
    "lars": rows(sparse_encode(signals, dictionary, algorithm="lasso_lars", alpha=0.3)),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")

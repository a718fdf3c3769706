# What SciPy makes of triplets with repeats. python3 matrices.py > matrices.json  (SciPy 1.10)
import json
import numpy as np
from scipy.sparse import coo_matrix

random = np.random.default_rng(1)
cases = []
for rows, columns, count in [(1, 1, 3), (5, 7, 0), (6, 4, 30), (9, 12, 40), (30, 20, 90)]:
    i, j = random.integers(0, rows, count), random.integers(0, columns, count)
    values = random.integers(-8, 9, count) / 4
    coo = coo_matrix((values.astype(np.float32), (i, j)), shape=(rows, columns))
    csr, csc, other = coo.tocsr(), coo.tocsc(), coo.T.tocsr()
    for matrix in (csr, csc, other):
        matrix.sum_duplicates()
    by = lambda matrix, pointer, index: {pointer: matrix.indptr.tolist(), index: matrix.indices.tolist(), 'values': matrix.data.tolist()}
    cases.append({
        'rows': rows, 'columns': columns,
        'triplets': {'rowidx': i.tolist(), 'colidx': j.tolist(), 'values': values.tolist()},
        'csr': by(csr, 'rowptr', 'colidx'), 'csc': by(csc, 'colptr', 'rowidx'), 'transposed': by(other, 'rowptr', 'colidx'),
    })
print(json.dumps({'cases': cases}, separators=(',', ':')))

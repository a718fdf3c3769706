# Matrix Market files as SciPy writes them, and what SciPy reads in ours.
#   python3 matrix-market.py > matrix-market.json      (SciPy 1.10; reads ours.mtx, which matrix-market.test.ts compares with what we write)
import io, json, os
import numpy as np
from scipy.io import mmread, mmwrite
from scipy.sparse import coo_matrix, issparse

random = np.random.default_rng(2)
here = os.path.dirname(os.path.abspath(__file__))

def plain(matrix):
    dense = matrix.toarray() if issparse(matrix) else matrix
    return {'shape': list(dense.shape), 'data': [str(x) if not np.isfinite(x) else float(x) for x in dense.astype(np.float32).ravel()]}

def written(name, matrix, **options):
    file = io.BytesIO()
    mmwrite(file, matrix, **options)
    text = file.getvalue().decode()
    return {'name': name, 'text': text, **plain(mmread(io.BytesIO(text.encode())))}

some = lambda rows, columns: np.where(random.random((rows, columns)) < 0.4, random.standard_normal((rows, columns)), 0)
square = some(6, 6)
sparse, whole = coo_matrix(some(7, 5)), coo_matrix(np.round(4 * some(5, 8)).astype(int))
cases = [
    written('real general', sparse, comment='a comment\nof two lines'),
    written('integer general', whole),
    written('pattern general', coo_matrix(square != 0), field='pattern'),
    written('real symmetric', coo_matrix(square + square.T), symmetry='symmetric'),
    written('real skew-symmetric', coo_matrix(square - square.T), symmetry='skew-symmetric'),
    written('integer symmetric', coo_matrix(np.round(square + square.T).astype(int)), symmetry='symmetric'),
    written('array real general', some(4, 3)),
    written('array real symmetric', square + square.T, symmetry='symmetric'),
    written('array real skew-symmetric', square - square.T, symmetry='skew-symmetric'),
    written('array integer', np.round(4 * some(3, 5)).astype(int)),
    written('empty', coo_matrix((3, 4))),
    written('repeats', coo_matrix(([1.5, 2.25, -1.0], ([1, 1, 0], [2, 2, 0])), shape=(2, 3))),
    written('NaN and infinities', coo_matrix(np.array([[np.nan, 0], [np.inf, -np.inf]]))),
]
ours = []
path = os.path.join(here, 'ours.mtx')
for text in filter(None, open(path).read().split('---\n')):
    ours.append({'text': text, **plain(mmread(io.BytesIO(text.encode())))})
print(json.dumps({'cases': cases, 'ours': ours}))

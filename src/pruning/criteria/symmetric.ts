// Symmetric positive definite systems in f64, row-major n×n. (Golub and Van Loan, Matrix Computations, 4.2)

/** The lower L with A = L·Lᵀ. n³/3 flops. @throws when A is not positive definite. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i !== j) l[i * n + j] = sum / l[j * n + j];
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
      else throw new Error('The matrix of the inputs is singular: give more data, or a larger damping.');
    }
  }
  return l;
}

/** x with L·Lᵀ·x = b. 2n² flops. */
export function solve(l: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    x[i] /= l[i * n + i];
    for (let k = 0; k < i; k++) x[k] -= l[i * n + k] * x[i];
  }
  return x;
}

/** The diagonal of (L·Lᵀ)⁻¹: sums of squares of the columns of L⁻¹. n³/3 flops. */
export function inverseDiagonal(l: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k] * column[k];
      column[i] = sum / l[i * n + i];
      diagonal[j] += column[i] * column[i];
    }
  }
  return diagonal;
}

/** The rows and columns `kept` of A. */
export function submatrix(a: Float64Array, n: number, kept: readonly number[]): Float64Array {
  const size = kept.length;
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) part[i * size + j] = a[kept[i] * n + kept[j]];
  return part;
}

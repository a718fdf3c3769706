// Cases of sparse coding: dictionaries of random unit atoms, signals of a few of them with noise; oracles in f64 that work on the
// dictionary itself and know no Gram matrix: residuals for the pursuit, coordinate descent for the lasso.

import { type Buffer, f64 } from '../../../src/engine/index.ts';
import type { KernelCase, Sizes } from './case.ts';
import { together, uniforms } from './operands.ts';
import type { Workspace } from './workspace.ts';

/** Random atoms, signals, and what the kernels take of them. */
function problem(workspace: Workspace, { count, atoms, features, used }: Sizes) {
  const pitch = 32 * Math.ceil(atoms / 32);
  const dictionary = uniforms(workspace, atoms * features);
  for (let k = 0; k < atoms; k++) {
    const atom = dictionary.subarray(k * features, (k + 1) * features);
    const length = Math.sqrt(atom.reduce((sum, value) => sum + value * value, 0));
    atom.forEach((value, j) => {
      atom[j] = value / length;
    });
  }
  const signals = uniforms(workspace, count * features).map((value) => 0.05 * value);
  for (let s = 0; s < count; s++) {
    for (let i = 0; i < used; i++) {
      const k = Math.floor(workspace.uniform() * atoms);
      const weight = 1 + workspace.uniform();
      for (let j = 0; j < features; j++) signals[s * features + j] += weight * dictionary[k * features + j];
    }
  }
  const inner = (a: Float32Array, i: number, b: Float32Array, k: number) => {
    let sum = 0;
    for (let j = 0; j < features; j++) sum += a[i * features + j] * b[k * features + j];
    return sum;
  };
  const rows = (a: Float32Array, length: number) =>
    Float32Array.from({ length: length * pitch }, (_, at) => {
      const [i, k] = [Math.floor(at / pitch), at % pitch];
      return k < atoms ? inner(a, i, dictionary, k) : 0;
    });
  const norms = workspace.output(2 * count).buffer;
  f64(norms, count).set(Float64Array.from({ length: count }, (_, s) => inner(signals, s, signals, s)));
  return {
    pitch,
    dictionary,
    signals,
    gram: workspace.input(rows(dictionary, atoms)),
    correlations: workspace.input(rows(signals, count)),
    norms,
  };
}

/** A signal's part at least squares: codes · atoms fitted by Gram-Schmidt on the chosen atoms themselves. */
function pursued(dictionary: Float32Array, signal: Float32Array, limit: number, tolerance: number) {
  const features = signal.length;
  const atom = (k: number) => Float64Array.from(dictionary.subarray(k * features, (k + 1) * features));
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, j) => sum + x * b[j], 0);
  const residual = Float64Array.from(signal);
  const basis: Float64Array[] = [];
  const chosen: number[] = [];
  while (chosen.length < limit && dot(residual, residual) > tolerance) {
    const products = Array.from({ length: dictionary.length / features }, (_, k) => Math.abs(dot(residual, atom(k))));
    const best = products.indexOf(Math.max(...products));
    const direction = atom(best);
    for (const one of basis) {
      const along = dot(one, direction);
      one.forEach((value, j) => {
        direction[j] -= along * value;
      });
    }
    const length = Math.sqrt(dot(direction, direction));
    const unit = direction.map((value) => value / length);
    const along = dot(unit, residual);
    unit.forEach((value, j) => {
      residual[j] -= along * value;
    });
    basis.push(unit);
    chosen.push(best);
  }
  return { chosen: chosen.sort((a, b) => a - b), fit: signal.map((value, j) => value - residual[j]) };
}

const omp: KernelCase = {
  name: 'omp_f32_gram',
  tolerance: 2e-5,
  shapes: [
    { count: 1, atoms: 1, features: 1, used: 1, limit: 1, tolerance: 0 },
    { count: 5, atoms: 31, features: 12, used: 3, limit: 4, tolerance: 0 },
    { count: 5, atoms: 70, features: 20, used: 3, limit: 10, tolerance: 0.3 },
    { count: 3, atoms: 64, features: 16, used: 5, limit: 8, tolerance: 0 },
  ],
  flops: ({ count, atoms, limit }) => count * atoms * limit * (limit - 1),
  make(shape, workspace) {
    const { count, features, limit, tolerance } = shape;
    const { pitch, dictionary, signals, gram, correlations, norms } = problem(workspace, shape);
    const [atoms, values] = [workspace.output(count * limit), workspace.output(count * limit)];
    const counts = workspace.output(count);
    const scratch = workspace.scratch(pitch + 2 * limit * (limit + 4));
    const indices = (output: { read(): Float32Array }) => new Uint32Array(output.read().buffer);
    return {
      extent: count,
      run: (begin, end) =>
        workspace.kernels.omp_f32_gram(
          begin,
          end,
          pitch,
          limit,
          tolerance,
          gram,
          correlations,
          norms,
          atoms.buffer,
          values.buffer,
          counts.buffer,
          scratch,
        ),
      output: {
        buffer: values.buffer,
        read: () => {
          const [taken, lengths, numbers] = [indices(atoms), indices(counts), values.read()];
          const each = Array.from({ length: count }, (_, s) => {
            const own = Array.from(taken.subarray(s * limit, s * limit + lengths[s]));
            const fit = Array.from({ length: features }, (_, j) =>
              own.reduce((sum, k, i) => sum + numbers[s * limit + i] * dictionary[k * features + j], 0),
            );
            return [lengths[s], ...own, ...fit];
          });
          return Float32Array.from(each.flat());
        },
      },
      oracle: () =>
        Array.from({ length: count }, (_, s) => {
          const signal = signals.subarray(s * features, (s + 1) * features);
          const { chosen, fit } = pursued(dictionary, signal, limit, tolerance);
          return [chosen.length, ...chosen, ...fit];
        }).flat(),
    };
  },
};

const lambda = 0.2;

/** The lasso by coordinate descent, to the last digit. */
function lasso(dictionary: Float32Array, signal: Float32Array): Float64Array {
  const features = signal.length;
  const atoms = dictionary.length / features;
  const code = new Float64Array(atoms);
  const residual = Float64Array.from(signal);
  for (let sweep = 0; sweep < 300; sweep++) {
    for (let k = 0; k < atoms; k++) {
      const atom = dictionary.subarray(k * features, (k + 1) * features);
      const [along, square] = atom.reduce(([a, q], value, j) => [a + value * residual[j], q + value * value], [0, 0]);
      const free = along + square * code[k];
      const next = (Math.sign(free) * Math.max(0, Math.abs(free) - Math.fround(lambda))) / square;
      atom.forEach((value, j) => {
        residual[j] += (code[k] - next) * value;
      });
      code[k] = next;
    }
  }
  return code;
}

/** Codes · atoms. */
const combined = (codes: ArrayLike<number>, pitch: number, dictionary: Float32Array, features: number) =>
  Float32Array.from({ length: (codes.length / pitch) * features }, (_, at) => {
    const [s, j] = [Math.floor(at / features), at % features];
    let sum = 0;
    for (let k = 0; k * features < dictionary.length; k++) sum += codes[s * pitch + k] * dictionary[k * features + j];
    return sum;
  });

const fista: KernelCase = {
  name: 'fista_f32_gram',
  tolerance: 2e-3,
  shapes: [0, 1].flatMap((momentum) => [
    { count: 1, atoms: 1, features: 1, used: 1, momentum },
    { count: 5, atoms: 31, features: 12, used: 3, momentum },
    { count: 3, atoms: 70, features: 20, used: 3, momentum },
  ]),
  flops: ({ count, atoms, used }) => count * 100 * 2 * atoms * used,
  make(shape, workspace) {
    const { count, atoms, features, momentum } = shape;
    const { pitch, dictionary, signals, gram, correlations, norms } = problem(workspace, shape);
    const codes = workspace.output(count * pitch, new Float32Array(count * pitch));
    const counts = workspace.output(count);
    const scratch = workspace.scratch(7 * pitch);
    const step = 0.5 / (1 + Math.sqrt(atoms / features)) ** 2;
    return {
      extent: count,
      run: (begin, end) =>
        workspace.kernels.fista_f32_gram(
          begin,
          end,
          pitch,
          2000,
          step,
          lambda,
          1e-6,
          momentum,
          gram,
          correlations,
          norms,
          codes.buffer,
          counts.buffer,
          scratch,
        ),
      output: { buffer: codes.buffer, read: () => combined(codes.read(), pitch, dictionary, features) },
      oracle: () =>
        Array.from({ length: count }, (_, s) => {
          const code = lasso(dictionary, signals.subarray(s * features, (s + 1) * features));
          return Array.from(combined(code, code.length, dictionary, features));
        }).flat(),
    };
  },
};

const ksvd: KernelCase = {
  name: 'ksvd_f32_atom',
  tolerance: 1e-5,
  shapes: [
    { count: 1, signals: 1, pitch: 4 },
    { count: 3, signals: 7, pitch: 12 },
    { count: 20, signals: 20, pitch: 64 },
  ],
  flops: ({ count, pitch }) => 10 * count * pitch,
  make({ count, signals, pitch }, workspace) {
    const d = uniforms(workspace, pitch);
    const length = Math.sqrt(d.reduce((sum, value) => sum + value * value, 0));
    const atom = d.map((value) => value / length);
    const users = Array.from({ length: count }, (_, i) => Math.floor((i * signals) / count));
    const g = uniforms(workspace, count);
    const left = uniforms(workspace, signals * pitch);
    const names: Buffer = workspace.indices(users);
    const outputs = [atom, g, left].map((numbers) => workspace.output(numbers.length, numbers));
    const scratch = workspace.scratch(pitch);
    return {
      extent: 1,
      run: () =>
        workspace.kernels.ksvd_f32_atom(
          count,
          pitch,
          names,
          outputs[1].buffer,
          outputs[0].buffer,
          outputs[2].buffer,
          scratch,
        ),
      output: together(...outputs),
      oracle: () => {
        const error = users.map((s, i) => Array.from(atom, (value, j) => left[s * pitch + j] + g[i] * value));
        const sum = Array.from(atom, (_, j) => error.reduce((total, row, i) => total + g[i] * row[j], 0));
        const size = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
        const better = sum.map((value) => value / size);
        const weights = error.map((row) => row.reduce((total, value, j) => total + value * better[j], 0));
        const rest = Array.from(left);
        users.forEach((s, i) => {
          error[i].forEach((value, j) => {
            rest[s * pitch + j] = value - weights[i] * better[j];
          });
        });
        return [...better, ...weights, ...rest];
      },
    };
  },
};

export const coding: readonly KernelCase[] = [omp, fista, ksvd];

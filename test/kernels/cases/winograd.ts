// Cases of Winograd's convolutions, filters and gradients among them, against sums by taps: filters of 3 to 5 rows and columns, tiles that
// reach beyond the image, slabs of fewer samples than a group of tiles has room for. Their numbers round, so none is exact.

import { none } from '../../../src/engine/index.ts';
import { windowOf } from '../../../src/ops/window.ts';
import {
  bankLength,
  bankRow,
  filterPanels,
  filterScratch,
  packFilters,
  type Tiling,
  tileScratch,
  tileSizes,
  tilingOf,
} from '../../../src/ops/winograd.ts';
import type { KernelCase, Sizes } from './case.ts';
import type { Workspace } from './workspace.ts';

const tolerance = 4e-6;

const shapes: readonly Sizes[] = [
  { channels: 4, height: 6, width: 6, kernelRows: 3, kernelCols: 3, filters: 5, n: 4 },
  { channels: 5, height: 9, width: 8, kernelRows: 3, kernelCols: 5, filters: 7, n: 8 },
  { channels: 9, height: 7, width: 11, kernelRows: 5, kernelCols: 4, filters: 6, n: 12 },
  { channels: 1, height: 5, width: 13, kernelRows: 4, kernelCols: 3, filters: 1, n: 16 },
  { channels: 3, height: 10, width: 6, kernelRows: 5, kernelCols: 5, filters: 13, n: 36 },
];

interface Image {
  readonly tiling: Tiling;
  readonly xLength: number;
  readonly yLength: number;
  readonly wLength: number;
}

function imageOf({ channels, height, width, kernelRows, kernelCols, filters, n }: Sizes): Image {
  const window = windowOf([height, width], [kernelRows, kernelCols], [1, 1], 'valid');
  const k = channels * kernelRows * kernelCols;
  const tiling = tilingOf(window, { m: filters, k }, [n]);
  if (!tiling) throw new Error(`Expected tiles for ${kernelRows} × ${kernelCols} and n = ${n}.`);
  const pixels = window.output[0] * window.output[1];
  return { tiling, xLength: channels * height * width * n, yLength: filters * pixels * n, wLength: filters * k };
}

/** Calls visit(weight, input, output) for every multiply-add. */
function eachTerm(shape: Sizes, visit: (w: number, x: number, y: number) => void): void {
  const { channels, height, width, kernelRows, kernelCols, filters, n } = shape;
  const [rows, cols] = [height - kernelRows + 1, width - kernelCols + 1];
  for (let w = 0; w < filters * channels * kernelRows * kernelCols; w++) {
    const [j, i] = [w % kernelCols, Math.floor(w / kernelCols) % kernelRows];
    const c = Math.floor(w / (kernelRows * kernelCols)) % channels;
    const o = Math.floor(w / (kernelRows * kernelCols * channels));
    for (let pixel = 0; pixel < rows * cols; pixel++) {
      const [r, q] = [Math.floor(pixel / cols), pixel % cols];
      for (let s = 0; s < n; s++) {
        visit(w, ((c * height + r + i) * width + q + j) * n + s, (o * rows * cols + pixel) * n + s);
      }
    }
  }
}

/** Of the convolution by taps: what is saved is what a rate shows. */
const flops = (shape: Sizes): number => {
  const { yLength, wLength } = imageOf(shape);
  return (2 * yLength * wLength) / shape.filters;
};

function filtersOf(workspace: Workspace, tiling: Tiling, w: Float32Array, transposed: boolean) {
  const u = workspace.output(filterPanels(workspace.kernels, tiling, transposed).length).buffer;
  packFilters(workspace.kernels, tiling, workspace.input(w), u, transposed);
  return u;
}

/** A kernel's sizes for rows of tiles, or output channels, [begin, end). */
const part = (tiling: Tiling, n: number, begin: number, end: number) => {
  const [, , ...others] = tileSizes(tiling, n);
  return [begin, end, ...others] as const;
};

const forward: KernelCase = {
  name: 'conv2d_f32_winograd',
  shapes: shapes.map((shape, i) => ({ ...shape, biased: i % 2, relu: Number(i % 3 === 0) })),
  tolerance,
  flops,
  make(shape, workspace) {
    const { filters, n, biased = 0, relu = 0 } = shape;
    const { tiling, xLength, yLength, wLength } = imageOf(shape);
    const [x, w, bias] = [xLength, wLength, filters].map((length) => workspace.numbers(length));
    const u = filtersOf(workspace, tiling, w, false);
    const [from, b] = [workspace.input(x), biased ? workspace.input(bias) : none];
    const scratch = workspace.scratch(tileScratch(tiling, n));
    const lower = relu ? 0 : -Infinity;
    const output = workspace.output(yLength);
    const { conv2d_f32_winograd } = workspace.kernels;
    return {
      extent: tiling.rows,
      run: (begin, end) =>
        conv2d_f32_winograd(...part(tiling, n, begin, end), u, from, output.buffer, b, lower, scratch),
      output,
      oracle() {
        const y = Float64Array.from({ length: yLength }, (_, i) => biased * bias[Math.floor((i * filters) / yLength)]);
        eachTerm(shape, (wi, xi, yi) => {
          y[yi] += w[wi] * x[xi];
        });
        return y.map((value) => Math.max(value, lower));
      },
    };
  },
};

const toInput: KernelCase = {
  name: 'conv2d_dx_f32_winograd',
  shapes,
  tolerance,
  flops,
  make(shape, workspace) {
    const { n } = shape;
    const { tiling, xLength, yLength, wLength } = imageOf(shape);
    const [dy, w, before] = [yLength, wLength, xLength].map((length) => workspace.numbers(length));
    const u = filtersOf(workspace, tiling, w, true);
    const from = workspace.input(dy);
    const scratch = workspace.scratch(tileScratch(tiling, n));
    const output = workspace.output(xLength, before);
    const { conv2d_dx_f32_winograd } = workspace.kernels;
    return {
      extent: tiling.rows,
      run: (begin, end) => conv2d_dx_f32_winograd(...part(tiling, n, begin, end), u, from, output.buffer, scratch),
      output,
      oracle() {
        const dx = Float64Array.from(before);
        eachTerm(shape, (wi, xi, yi) => {
          dx[xi] += w[wi] * dy[yi];
        });
        return dx;
      },
    };
  },
};

/** dw after `before`: Σ dy·x for each weight. */
function weightGradient(shape: Sizes, before: Float32Array, x: Float32Array, dy: Float32Array): Float64Array {
  const dw = Float64Array.from(before);
  eachTerm(shape, (wi, xi, yi) => {
    dw[wi] += x[xi] * dy[yi];
  });
  return dw;
}

const toWeights: KernelCase = {
  name: 'conv2d_dw_f32_winograd',
  shapes,
  tolerance,
  flops,
  make(shape, workspace) {
    const { n, filters } = shape;
    const { tiling, xLength, yLength, wLength } = imageOf(shape);
    const [x, dy] = [xLength, yLength].map((length) => workspace.numbers(length));
    const [from, delta] = [workspace.input(x), workspace.input(dy)];
    const atPoints = workspace.output(bankLength(tiling), new Float32Array(bankLength(tiling)));
    const scratch = workspace.scratch(tileScratch(tiling, n) + 32768 + bankRow(tiling));
    const { kernels } = workspace;
    return {
      extent: filters,
      run: (begin, end) =>
        kernels.conv2d_dw_f32_winograd(...part(tiling, n, begin, end), from, delta, atPoints.buffer, scratch),
      output: {
        buffer: atPoints.buffer,
        read() {
          const dw = workspace.output(wLength, new Float32Array(wLength));
          const { m, channels, window } = tiling;
          const sizes = [0, m, m, channels, ...window.size] as const;
          kernels.winograd_filters_backward_f32(...sizes, atPoints.buffer, dw.buffer, workspace.scratch(filterScratch));
          return dw.read();
        },
      },
      oracle: () => weightGradient(shape, new Float32Array(wLength), x, dy),
    };
  },
};

/** G by its definition: the values of tⁱ at the points 0, ±3/4, ±3/2, over the product of the distances from the others; at ∞ the last. */
function valuesOf(size: number): number[][] {
  const finite = [0, 3 / 4, -3 / 4, 3 / 2, -3 / 2];
  const powers = Array.from({ length: size }, (_, i) => i);
  const rows = finite.map((point) => {
    const divisor = finite.reduce((product, other) => (other === point ? product : product * (point - other)), 1);
    return powers.map((i) => point ** i / divisor);
  });
  return [...rows, powers.map((i) => Number(i === size - 1))];
}

/** Calls visit(point's place, weight, factor) for every point and weight. */
function eachFilterTerm(tiling: Tiling, visit: (u: number, w: number, factor: number) => void): void {
  const { m, channels, window } = tiling;
  const [rows, cols] = window.size;
  const [down, across] = window.size.map(valuesOf);
  for (let w = 0; w < m * channels * rows * cols; w++) {
    const [j, i, filter] = [w % cols, Math.floor(w / cols) % rows, Math.floor(w / (rows * cols))];
    const [c, o] = [filter % channels, Math.floor(filter / channels)];
    for (let point = 0; point < 36; point++) {
      const place = (point * bankLength(tiling)) / 36 + o * bankRow(tiling) + c;
      visit(place, w, down[Math.floor(point / 6)][i] * across[point % 6][j]);
    }
  }
}

const filterBank: KernelCase = {
  name: 'winograd_filters_f32',
  shapes,
  tolerance,
  flops: () => 0,
  make(shape, workspace) {
    const { tiling, wLength } = imageOf(shape);
    const { m, channels, window } = tiling;
    const w = workspace.numbers(wLength);
    const [from, scratch] = [workspace.input(w), workspace.scratch(filterScratch)];
    const output = workspace.output(bankLength(tiling), new Float32Array(bankLength(tiling)));
    const { winograd_filters_f32 } = workspace.kernels;
    return {
      extent: m,
      run: (begin, end) => winograd_filters_f32(begin, end, m, channels, ...window.size, from, output.buffer, scratch),
      output,
      oracle() {
        const u = new Float64Array(bankLength(tiling));
        eachFilterTerm(tiling, (place, wi, factor) => {
          u[place] += factor * w[wi];
        });
        return u;
      },
    };
  },
};

const filterGradient: KernelCase = {
  name: 'winograd_filters_backward_f32',
  shapes,
  tolerance,
  flops: () => 0,
  make(shape, workspace) {
    const { tiling, wLength } = imageOf(shape);
    const { m, channels, window } = tiling;
    const [du, before] = [bankLength(tiling), wLength].map((length) => workspace.numbers(length));
    const [from, scratch] = [workspace.input(du), workspace.scratch(filterScratch)];
    const output = workspace.output(wLength, before);
    const { winograd_filters_backward_f32 } = workspace.kernels;
    return {
      extent: m,
      run: (begin, end) =>
        winograd_filters_backward_f32(begin, end, m, channels, ...window.size, from, output.buffer, scratch),
      output,
      oracle() {
        const dw = Float64Array.from(before);
        eachFilterTerm(tiling, (place, wi, factor) => {
          dw[wi] += factor * du[place];
        });
        return dw;
      },
    };
  },
};

export const winograd: readonly KernelCase[] = [forward, toInput, toWeights, filterBank, filterGradient];

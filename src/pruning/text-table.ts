// Reports as text, for terminals.

/** Columns as wide as their widest cell, the first to the left, the others to the right (all to the left when `words`). */
export function textTable(rows: readonly (readonly string[])[], { words = false } = {}): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 || words ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

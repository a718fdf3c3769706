// Operands of the bench are made when they are first asked for: a filter looks at all rows and wants few of them.

/** `make`, called at most once. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

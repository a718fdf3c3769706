// Views of the engine's memory that steps and terminals read and write by.

/** A view, made anew only after the engine's memory has grown, which leaves the old one empty. */
export function lasting<T extends { readonly length: number }>(make: () => T): () => T {
  let view: T | undefined;
  return () => {
    if (!view?.length) view = make();
    return view;
  };
}

/** The README with each relative link and picture as an address in the published package. */
export function packedReadme(text: string, about: { readonly name: string; readonly version: string }): string;

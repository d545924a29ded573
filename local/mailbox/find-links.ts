const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
};

/** The web addresses of a mail: its links first, then what its plain text shows; each once. */
export function findLinks(html: string, text: string): string[] {
  const linked = [...html.matchAll(/<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll(
      /&(?:amp|quot|#39|lt|gt);/g,
      (entity) => entities[entity] ?? entity,
    ),
  );
  const shown = [...text.matchAll(/https?:\/\/[^\s<>"]+/g)].map(([url]) => url.replace(/[.,;:!?)\]]+$/, ''));
  return [...new Set([...linked, ...shown])].filter((url) => /^https?:\/\//i.test(url));
}

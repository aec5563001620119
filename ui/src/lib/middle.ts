const TAIL = 12;

/**
 * A name in two parts, the second of which is never cut: the end of the stem and the extension,
 * which tell IMG_1234.jpg from IMG_1235.jpg.
 */
export function cutInTheMiddle(name: string): [start: string, end: string] {
  const letters = [...new Intl.Segmenter().segment(name)].map((part) => part.segment);
  if (letters.length <= TAIL * 2) return [name, ''];
  return [letters.slice(0, -TAIL).join(''), letters.slice(-TAIL).join('')];
}

/** What a file looks like it is, for its icon only; the program decides from the bytes. */
export type FileKind = 'image' | 'video' | 'audio' | 'document' | 'archive' | 'code' | 'other';

const KINDS: [FileKind, RegExp][] = [
  ['image', /^(avif|bmp|gif|heic|heif|ico|jpe?g|jxl|png|psd|raw|cr2|nef|dng|svg|tiff?|webp|ai|eps)$/],
  ['video', /^(3gp|avi|flv|m4v|mkv|mov|mp4|mpe?g|mts|ogv|webm|wmv)$/],
  ['audio', /^(aac|aiff?|flac|m4a|mp3|oga|ogg|opus|wav)$/],
  ['document', /^(docx?|epub|md|odp|ods|odt|pages|pdf|pptx?|rtf|txt|xlsx?)$/],
  ['archive', /^(7z|bz2|dmg|gz|iso|rar|tar|tgz|xz|zip|zst)$/],
  ['code', /^(c|cpp|css|csv|go|html?|java|js|json|py|rb|rs|sh|sql|ts|xml|ya?ml)$/],
];

export function fileKind(name: string, resourceType: string | null): FileKind {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  for (const [kind, pattern] of KINDS) if (pattern.test(extension)) return kind;
  if (resourceType === 'image' || resourceType === 'video') return resourceType;
  return 'other';
}

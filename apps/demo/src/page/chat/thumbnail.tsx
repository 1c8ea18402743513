import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../icon.tsx';
import type { MediaFacts } from './media-facts.ts';

/** A picture of a file: itself if it is one, else what it is. Always of the same size, so that nothing jumps. */
export function Thumbnail({ kind, format, bytes }: Omit<MediaFacts, 'name'>) {
  const url = useObjectUrl(kind === 'image' || kind === 'video' ? bytes : undefined, `${kind}/${format}`);
  if (kind === 'image' && url) return <img class="thumbnail" src={url} alt="" />;
  if (kind === 'video' && url) return <video class="thumbnail" src={url} muted preload="metadata" />;
  return (
    <span class="thumbnail">
      <Icon name={kind === 'video' ? 'video' : 'file'} />
      <small>{format}</small>
    </span>
  );
}

function useObjectUrl(bytes: Uint8Array | undefined, type: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (bytes === undefined) return;
    const made = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return url;
}

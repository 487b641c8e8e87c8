/** One message of PostgreSQL's protocol (docs, "Message Formats"); the start-up message has no type. */
export interface Frame {
  readonly type: string;
  readonly body: Buffer;
  readonly bytes: Buffer;
}

/** Cuts a stream of bytes into messages. */
export function frameReader(startsWithoutType: boolean): (chunk: Buffer) => readonly Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  let untyped = startsWithoutType;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const head = untyped ? 0 : 1;
      if (rest.length < head + 4) return frames;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return frames;
      const bytes = rest.subarray(0, end);
      frames.push({
        type: untyped ? '' : bytes.toString('latin1', 0, 1),
        body: bytes.subarray(head + 4),
        bytes,
      });
      untyped = false;
      rest = rest.subarray(end);
    }
  };
}

export function frame(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, body]);
}

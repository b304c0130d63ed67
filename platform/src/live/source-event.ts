/** What a subscription's source brings beside the value of its root field. */
interface EventNotes {
  /** Where the stream stands with this event; a reader who names it later goes on after it. */
  position?: string;
  /** It is how things are now, not something that happened: whoever comes later wants the latest one at once. */
  state?: boolean;
  /** It only tells a position; there is nothing to deliver. */
  silent?: boolean;
  /** The reader chose where the stream begins, so one who comes later must not join it. */
  chosen?: boolean;
}

const notes = new WeakMap<object, EventNotes>();

function noted<Root extends object>(root: Root, about: EventNotes): Root {
  notes.set(root, about);
  return root;
}

/** Something that happened, at a position of its stream. */
export const happened = <Root extends object>(root: Root, position: string): Root => noted(root, { position });

/** How things are now. */
export const standing = <Root extends object>(root: Root): Root => noted(root, { state: true });

/**
 * Where the stream begins, so that a reader who loses it before the first event can go on there. Carries nothing to deliver.
 * `chosen` says that the reader named the place.
 */
export const begunAt = <Root extends object>(position: string, chosen: boolean): Root =>
  noted({} as Root, { position, silent: true, chosen });

/** What is noted of a root value. */
export const notesOf = (root: unknown): EventNotes =>
  (typeof root === 'object' && root !== null ? notes.get(root) : undefined) ?? {};

import { useEffect, useRef, useState } from 'react';
import type { EventRowFragment, EventWhere } from '../../generated/graphql.ts';
import { useLive } from '../../graph/use-live.ts';
import { EventTail } from './query.ts';

/** New events that are kept on the page; whoever wants older ones asks for the next page. */
const most = 200;
/** A flood is shown a few times a second, not event by event. */
const showEveryMs = 250;

interface Tail {
  /** Events that came since the page was asked for, newest first. */
  fresh: readonly EventRowFragment[];
  flows: boolean;
}

/**
 * What comes after the newest event of a page, as it comes. It goes on at the last number that it has seen, so that nothing is missed
 * between the page and the stream, nor while the line was away.
 */
export function useTail(where: EventWhere | undefined, newest: number | undefined, paused: boolean): Tail {
  const [fresh, setFresh] = useState<readonly EventRowFragment[]>([]);
  const waiting = useRef<EventRowFragment[]>([]);
  const last = useRef<number | undefined>(undefined);
  const identity = JSON.stringify(where ?? {});
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came under other conditions does not belong here
  useEffect(() => {
    waiting.current = [];
    last.current = undefined;
    setFresh([]);
  }, [identity]);
  useEffect(() => {
    const timer = setInterval(() => {
      const came = waiting.current.splice(0).reverse();
      if (came.length > 0) setFresh((before) => [...came, ...before].slice(0, most));
    }, showEveryMs);
    return () => clearInterval(timer);
  }, []);
  const flows = useLive(EventTail, {
    identity,
    resumes: true,
    paused,
    variables: () => ({ where, after: Math.max(last.current ?? 0, newest ?? 0) || undefined }),
    onResult: ({ eventsReceived: event }) => {
      if (!event || event.seq <= Math.max(last.current ?? 0, newest ?? 0)) return;
      last.current = event.seq;
      waiting.current.push(event);
    },
  });
  return { fresh, flows };
}

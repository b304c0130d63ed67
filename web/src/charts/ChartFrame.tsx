import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

interface ChartFrameProps {
  height: number;
  children: (width: number) => ReactNode;
}

/** Measures the room that a chart has and draws it at exactly that size, so that text keeps its own. */
export function ChartFrame({ height, children }: ChartFrameProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    setWidth(Math.floor(element.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={frame} style={{ height, width: '100%', minWidth: 0 }}>
      {width > 0 ? children(width) : null}
    </div>
  );
}

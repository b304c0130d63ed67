interface SparklineProps {
  values: readonly number[];
  width?: number;
  height?: number;
}

/** The run of a figure without axes: a shape to glance at, said in words elsewhere. */
export function Sparkline({ values, width = 96, height = 26 }: SparklineProps) {
  if (values.length < 2) return null;
  const low = Math.min(...values, 0);
  const high = Math.max(...values, 0);
  const span = high - low || 1;
  const path = values
    .map((value, index) => {
      const x = (index / (values.length - 1)) * (width - 2) + 1;
      const y = height - 2 - ((value - low) / span) * (height - 4);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      width="100%"
      height={height}
      aria-hidden
      focusable="false"
    >
      <path d={`${path}L${width - 1} ${height}L1 ${height}Z`} fill="var(--series-1)" fillOpacity="0.08" />
      <path
        d={path}
        fill="none"
        stroke="var(--series-1)"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
        opacity="0.75"
      />
    </svg>
  );
}

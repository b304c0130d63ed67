import { useApolloClient, useMutation, useQuery } from '@apollo/client/react';
import { Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import type { RunProgressFragment } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import { useShop } from '../../shell/shop-context.tsx';
import styles from './Models.module.css';
import { ModelsQuery, RunQuery, TrainMutation } from './query.ts';

interface TrainButtonProps {
  name: string;
  latest: RunProgressFragment | null;
  /** The latest fit as it goes on; null where that is not told by itself, and has to be asked. */
  live: RunProgressFragment | null;
}

const pollMs = 700;

/** Starts a fit and follows it to its end; then the list of models is asked for anew. */
export function TrainButton({ name, latest, live }: TrainButtonProps) {
  const t = useMessages();
  const { formats, may } = useShop();
  const client = useApolloClient();
  const [started, setStarted] = useState<RunProgressFragment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [train, { loading }] = useMutation(TrainMutation);
  const [seenOpen, setSeenOpen] = useState<string | null>(null);
  // Somebody else's fit, or the nightly one, shows up here too.
  if (live && isOpen(live) && live.id !== seenOpen) setSeenOpen(live.id);
  const outrun = live !== null && started !== null && live.queuedAt < started.queuedAt;
  const told = live && !outrun && (live.id === started?.id || live.id === seenOpen) ? live : null;
  const followed = told ?? started ?? (latest && isOpen(latest) ? latest : null);
  const { data, stopPolling } = useQuery(RunQuery, {
    variables: { id: followed?.id ?? '' },
    skip: !followed || told !== null,
    pollInterval: pollMs,
    fetchPolicy: 'network-only',
  });
  const run = told ?? data?.trainingRun ?? followed;
  const over = run !== null && !isOpen(run);
  const reported = useRef<string | null>(null);
  useEffect(() => {
    if (!over || !run || reported.current === run.id) return;
    reported.current = run.id;
    stopPolling();
    void client.refetchQueries({ include: [ModelsQuery, 'ModelsHealth'] });
  }, [over, run, stopPolling, client]);

  if (!may('models:train')) return null;

  async function start() {
    setProblem(null);
    const { data: answer, error } = await train({ variables: { name } }).catch((error: unknown) => ({
      data: null,
      error,
    }));
    const result = answer?.trainModel;
    if (result?.__typename === 'TrainingQueued') setStarted(result.run);
    else
      setProblem(result?.__typename === 'NotFound' ? result.message : (toFault(error).message ?? t.models.trainFailed));
  }

  return (
    <span className={styles.progress} role="status">
      {problem ? <span className={styles.failed}>{problem}</span> : null}
      {run ? <Outcome run={run} percent={formats.percent(run.progress, 0)} /> : null}
      <Button onClick={() => void start()} disabled={loading || (run !== null && isOpen(run))}>
        <Play aria-hidden />
        {run && isOpen(run) ? t.models.training : t.models.train}
      </Button>
    </span>
  );
}

function isOpen({ status }: RunProgressFragment): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}

function Outcome({ run: { status, message, progress }, percent }: { run: RunProgressFragment; percent: string }) {
  const t = useMessages();
  switch (status) {
    case 'QUEUED':
      return <span>{t.models.queued}</span>;
    case 'RUNNING':
      return (
        <>
          <progress max={1} value={progress} aria-label={t.models.training} />
          {t.models.running(percent)}
        </>
      );
    case 'SUCCEEDED':
      return <span className={styles.done}>{t.models.trainDone}</span>;
    case 'NOT_ENOUGH_DATA':
      return <span>{message ?? t.models.trainNotEnough}</span>;
    case 'FAILED':
      return <span className={styles.failed}>{message ?? t.models.trainFailed}</span>;
  }
}

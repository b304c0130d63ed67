import { useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Problem } from '../../components/Field.tsx';
import { Modal, ModalFoot } from '../../components/Modal.tsx';
import type { ExperimentSetupFragment, ExperimentStatus } from '../../generated/graphql.ts';
import { toFault } from '../../graph/fault.ts';
import { useMessages } from '../../i18n/locale.tsx';
import styles from './Experiments.module.css';
import {
  ArchiveExperimentMutation,
  ExperimentQuery,
  ExperimentsQuery,
  RestoreExperimentMutation,
  StartExperimentMutation,
  StopExperimentMutation,
} from './query.ts';

export type Step = 'start' | 'stop' | 'archive' | 'restore';

/** Steps that an experiment can take from where it stands; the first is the likely one. */
const stepsFrom: Readonly<Record<ExperimentStatus, readonly Step[]>> = {
  DRAFT: ['start', 'archive'],
  RUNNING: ['stop'],
  STOPPED: ['start', 'archive'],
  ARCHIVED: ['restore'],
};
/** What takes a step back. A start is taken back by a stop: whoever met the experiment has met it. */
const backOf: Readonly<Record<Step, Step>> = { start: 'stop', stop: 'start', archive: 'restore', restore: 'archive' };

/** Buttons that start, stop and put away an experiment: each asks once more, and can be taken back. */
export function StepButtons({ experiment }: { experiment: ExperimentSetupFragment }) {
  const t = useMessages();
  const [asked, setAsked] = useState<Step | null>(null);
  const [taken, setTaken] = useState<Step | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const options = { refetchQueries: [ExperimentsQuery, ExperimentQuery], awaitRefetchQueries: true };
  const [start, { loading: starting }] = useMutation(StartExperimentMutation, options);
  const [stop, { loading: stopping }] = useMutation(StopExperimentMutation, options);
  const [archive, { loading: archiving }] = useMutation(ArchiveExperimentMutation, options);
  const [restore, { loading: restoring }] = useMutation(RestoreExperimentMutation, options);
  const busy = starting || stopping || archiving || restoring;

  async function send(step: Step, id: string) {
    const variables = { id };
    switch (step) {
      case 'start':
        return (await start({ variables })).data?.startExperiment;
      case 'stop':
        return (await stop({ variables })).data?.stopExperiment;
      case 'archive':
        return (await archive({ variables })).data?.archiveExperiment;
      case 'restore':
        return (await restore({ variables })).data?.restoreExperiment;
    }
  }

  async function take(step: Step, isUndo: boolean) {
    setProblem(null);
    let fault: unknown;
    const result = await send(step, experiment.id).catch((error: unknown) => {
      fault = error;
      return undefined;
    });
    if (result?.__typename === 'ExperimentChanged') {
      setAsked(null);
      setTaken(isUndo ? null : step);
      return;
    }
    setProblem(result?.message ?? (fault === undefined ? undefined : toFault(fault).message) ?? t.experiments.failed);
  }

  return (
    <>
      {taken ? (
        <span className={styles.undo} role="status">
          {t.experiments.taken[taken]}
          <Button look="quiet" disabled={busy} onClick={() => void take(backOf[taken], true)}>
            {t.experiments.undo}
          </Button>
        </span>
      ) : null}
      {stepsFrom[experiment.status].map((step, place) => (
        <Button
          key={step}
          look={place === 0 ? 'primary' : 'plain'}
          disabled={busy}
          onClick={() => {
            setTaken(null);
            setProblem(null);
            setAsked(step);
          }}
        >
          {step === 'start' && experiment.startedAt ? t.experiments.resume : t.experiments.steps[step]}
        </Button>
      ))}
      {asked === null ? <Problem text={problem} /> : null}
      <Modal
        title={t.experiments.confirm[asked ?? 'start'].title(experiment.name)}
        about={t.experiments.confirm[asked ?? 'start'].about}
        open={asked !== null}
        onOpenChange={(open) => (open ? undefined : setAsked(null))}
      >
        <Problem text={problem} />
        <ModalFoot>
          <Button onClick={() => setAsked(null)}>{t.experiments.cancel}</Button>
          <Button look="primary" disabled={busy} onClick={() => asked && void take(asked, false)}>
            {t.experiments.steps[asked ?? 'start']}
          </Button>
        </ModalFoot>
      </Modal>
    </>
  );
}

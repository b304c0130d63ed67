import type { LocalText } from '@cda/platform/text.ts';
import { type ChurnCase, toScoredColumns } from '../features/churn-columns.ts';
import { afterChange, type ChurnChange, changeSizes, churnChanges } from '../features/churn-what-if.ts';
import { explainChurn } from '../ml/churn-scorer.ts';
import { percentText } from './wording.ts';

/** What the model would say of a customer after a change. */
export interface ChurnWhatIfRow extends LocalText {
  code: ChurnChange;
  /** After the change, 0 to 1. */
  probability: number;
  /** After less before. */
  change: number;
}

/** What would happen, in words that a figure follows. */
const happens: Readonly<Record<ChurnChange, LocalText>> = {
  ORDER_NOW: { en: 'An order today, like their usual one', ru: 'Заказ сегодня, такой же как обычно,' },
  VISITS: {
    en: `Visits on ${changeSizes.visitDays} more days this week`,
    ru: `Ещё ${changeSizes.visitDays} дня с посещениями на этой неделе`,
  },
  NO_ORDER: {
    en: `${changeSizes.waitingDays} more days without an order or a visit`,
    ru: `Ещё ${changeSizes.waitingDays} дней без заказов и посещений`,
  },
};
/** The verb agrees with what happens. */
const changes = (code: ChurnChange, up: boolean): LocalText => ({
  en: up ? 'would raise it' : 'would lower it',
  ru: code === 'ORDER_NOW' ? (up ? 'повысил бы её' : 'снизил бы её') : up ? 'повысили бы её' : 'снизили бы её',
});

/** Changes smaller than this are not worth a sentence. */
const least = 0.01;

/** What would change a customer's probability of leaving, by the model that scored them: the strongest first. */
export function churnWhatIfs({ features, scorer }: ChurnCase): ChurnWhatIfRow[] {
  const scored = (kept: ArrayLike<number>): number =>
    1 / (1 + Math.exp(-explainChurn(scorer, toScoredColumns(kept)).logOdds));
  const before = scored(features);
  return churnChanges
    .flatMap((code) => {
      const changed = afterChange(features, code);
      if (!changed) return [];
      const probability = scored(changed);
      const change = probability - before;
      if (Math.abs(change) < least) return [];
      const [verb, from, to] = [changes(code, change > 0), percentText(before), percentText(probability)];
      return [
        {
          code,
          probability,
          change,
          en: `${happens[code].en} ${verb.en} from ${from.en} to ${to.en}.`,
          ru: `${happens[code].ru} ${verb.ru} с ${from.ru} до ${to.ru}.`,
        },
      ];
    })
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

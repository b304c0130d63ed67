import type { LocalText } from '@cda/platform/text.ts';
import type { SegmentKey } from '../ml/segment-names.ts';

/** Names of segments, for people. */
export const segmentTexts: Readonly<Record<SegmentKey, LocalText>> = {
  champions: { en: 'Champions', ru: 'Чемпионы' },
  loyal: { en: 'Loyal', ru: 'Постоянные' },
  'big-spenders': { en: 'Big spenders', ru: 'Крупные покупатели' },
  new: { en: 'New', ru: 'Новые' },
  promising: { en: 'Promising', ru: 'Перспективные' },
  'cannot-lose': { en: 'Cannot lose them', ru: 'Нельзя потерять' },
  'at-risk': { en: 'At risk', ru: 'В зоне риска' },
  lost: { en: 'Lost', ru: 'Потерянные' },
  hibernating: { en: 'Hibernating', ru: 'Спящие' },
  occasional: { en: 'Occasional', ru: 'Случайные' },
};

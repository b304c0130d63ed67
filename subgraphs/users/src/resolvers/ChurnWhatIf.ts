import { textIn } from '@cda/platform/graph/values.ts';
import type { ChurnWhatIfResolvers } from '../generated/resolvers.ts';

export const ChurnWhatIf: ChurnWhatIfResolvers = {
  text: (whatIf, args, context) => textIn(whatIf, args, context),
};

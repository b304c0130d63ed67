import { graphql } from '../generated/gql.ts';

/** Who asks and which shop it is: what every page needs before it can write a number. */
export const ShellQuery = graphql(`
  query Shell {
    viewer {
      id
      name
      email
      role
      scopes
    }
    shop {
      name
      currency
      timeZone
      asOf
      today
      clock
      demo
      attribution
    }
  }
`);

/** A code that connects a Telegram chat to the account that asks. */
export const TelegramCodeMutation = graphql(`
  mutation TelegramCode {
    createTelegramLinkCode {
      code
      expiresAt
    }
  }
`);

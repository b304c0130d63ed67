/**
 * Placeholders that sending code leaves behind, as a pattern without regard to case; as an identity each would merge strangers.
 * JavaScript and PostgreSQL read it alike.
 */
export const blockedIdentityPattern = '^(?:[0-]*|-1|null|anonymous|undefined)$';

const blocked = new RegExp(blockedIdentityPattern, 'i');

/** Whether an id that was sent stands for nobody. */
export const isBlockedIdentity = (id: string): boolean => blocked.test(id);

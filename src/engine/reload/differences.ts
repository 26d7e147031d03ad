/** What differs between two definitions, in words. Where they stand in the file is no part of them; secrets stay hidden. */

/** Whether the two say the same. */
export const sameDefinition = (before: unknown, after: unknown): boolean => text(before) === text(after);

const text = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) => (key === 'span' ? undefined : inner)) ?? '';

/** One phrase for each value that was changed, added (`+`) or taken away (`-`). Empty: the same. */
export function differences(before: unknown, after: unknown, name = ''): string[] {
  if (sameDefinition(before, after)) return [];
  if (/password$/i.test(name)) return [`another ${name}`];
  if (Array.isArray(before) && Array.isArray(after)) return inList(before, after, name);
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => key !== 'span');
    return keys.flatMap((key) => differences(before[key], after[key], [name, words(key)].filter(Boolean).join(' ')));
  }
  return [`${name} ${show(before)} → ${show(after)}`];
}

function inList(before: readonly unknown[], after: readonly unknown[], name: string): string[] {
  const [old, fresh] = [before.map(show), after.map(show)];
  const gone = old.filter((one) => !fresh.includes(one)).map((one) => `${name} - ${one}`);
  const added = fresh.filter((one) => !old.includes(one)).map((one) => `${name} + ${one}`);
  if (gone.length + added.length > 0) return [...gone, ...added];
  const within = after.flatMap((one) => {
    const was = before.find((other) => show(other) === show(one));
    return differences(was, one, `${name} ${show(one)}`);
  });
  return within.length > 0 ? within : [`${name} in another order`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** `adverInterval` → `adver interval`. */
const words = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** What a person would call it. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (!isRecord(value)) return Array.isArray(value) ? value.map(show).join(' ') : String(value);
  const { address, prefix, port, name, script, interface: link } = value;
  if (address !== undefined) return `${address}${prefix === undefined ? '' : `/${prefix}`}${port ? `:${port}` : ''}`;
  const called = name ?? script ?? link;
  if (called !== undefined) return String(called);
  return text(value).replace(/("[^"]*password[^"]*":)"[^"]*"/gi, '$1"********"');
}

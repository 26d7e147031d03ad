/** A named line of what is known; without a name it goes on with the one before. */
export interface Field {
  readonly name: string;
  readonly text: string;
}
export const field = (name: string, text: string): Field => ({ name, text });
